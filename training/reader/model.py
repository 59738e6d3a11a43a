"""The network: the layers of the encoder, the lowest frozen, and heads for units and spans.

Weights and activations are bfloat16, which processors with AMX multiply ten times as fast; the
optimiser keeps float32 copies.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from index.encoders.bundled import Weights
from index.encoders.transformer import map_tensors, unpack

FROZEN = 4
_LAYERS, _HEADS, _WIDTH = 12, 12, 384
_PARTS = ("query", "key", "value", "attention", "intermediate", "output")
_FAR = -1e4
# How much of the running mean of the weights each step keeps: those of some 500 steps count.
_KEPT = 0.998


class _Layer(nn.Module):
    """One layer of the encoder."""

    def __init__(self, tensors: dict[str, Any], name: str) -> None:
        super().__init__()
        for part in _PARTS:
            weight = unpack(tensors[f"{name}.{part}.nibbles"], tensors[f"{name}.{part}.scales"])
            linear = nn.Linear(weight.shape[1], weight.shape[0])
            linear.weight.data = torch.from_numpy(weight)
            linear.bias.data = torch.from_numpy(tensors[f"{name}.{part}.bias"].copy())
            setattr(self, part, linear)
        for part in ("norm1", "norm2"):
            norm = nn.LayerNorm(_WIDTH, eps=1e-12)
            norm.weight.data = torch.from_numpy(tensors[f"{name}.{part}.weight"].copy())
            norm.bias.data = torch.from_numpy(tensors[f"{name}.{part}.bias"].copy())
            setattr(self, part, norm)

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        """Return the states (batch, tokens, width) after this layer."""
        batch, tokens, width = x.shape

        def heads(y: Tensor) -> Tensor:
            return y.view(batch, tokens, _HEADS, -1).transpose(1, 2)

        queries, keys, values = heads(self.query(x)), heads(self.key(x)), heads(self.value(x))
        scores = queries @ keys.transpose(-1, -2) * (width // _HEADS) ** -0.5 + bias
        mixed = (torch.softmax(scores, -1) @ values).transpose(1, 2).reshape(batch, tokens, width)
        x = self.norm1(self.attention(mixed) + x)
        return self.norm2(self.output(F.gelu(self.intermediate(x))) + x)


class Body(nn.Module):
    """The encoder as it is fine-tuned: its lowest layers frozen."""

    def __init__(self, weights: Weights) -> None:
        """Begin with the weights of the encoder."""
        super().__init__()
        tensors = map_tensors(weights.folder / "weights.safetensors")
        words = unpack(tensors["words.nibbles"], tensors["words.scales"])
        self.register_buffer("words", torch.from_numpy(words).bfloat16(), persistent=False)
        self.register_buffer("places", torch.from_numpy(tensors["positions"].copy()))
        self.norm0 = nn.LayerNorm(_WIDTH, eps=1e-12)
        self.norm0.weight.data = torch.from_numpy(tensors["norm0.weight"].copy())
        self.norm0.bias.data = torch.from_numpy(tensors["norm0.bias"].copy())
        self.layers = nn.ModuleList(_Layer(tensors, f"layer.{n}") for n in range(_LAYERS))
        frozen = [*self.norm0.parameters()]
        frozen += [p for layer in self.layers[:FROZEN] for p in layer.parameters()]
        for parameter in frozen:
            parameter.requires_grad = False

    def states(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Return the states of the word pieces (batch, tokens, width) after the last layer."""
        bias = (1.0 - mask.bfloat16())[:, None, None, :] * _FAR
        with torch.no_grad():
            x = self.norm0(self.words[ids] + self.places[: ids.shape[1]])
            for layer in self.layers[:FROZEN]:
                x = layer(x, bias)
        for layer in self.layers[FROZEN:]:
            x = layer(x, bias)
        return x


class ReaderNetwork(Body):
    """Reads sequences of a question, a head and a window."""

    def __init__(self, weights: Weights) -> None:
        """Begin with the weights of the encoder."""
        super().__init__(weights)
        self.unit = nn.Sequential(nn.Linear(2 * _WIDTH, 128), nn.GELU(), nn.Linear(128, 1))
        self.span = nn.Linear(_WIDTH, 2)
        self.listed = nn.Linear(_WIDTH, 1)
        self.bfloat16()

    def forward(
        self, ids: Tensor, mask: Tensor, pool: Tensor, asked: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Return logits of the units (batch, units), of span ends (batch, tokens, 2), and of
        whether a list is asked for (batch,), which trains its own head alone.

        `pool` (batch, units, tokens) and `asked` (batch, tokens) average the tokens of the units
        and of the question.
        """
        x = self.states(ids, mask)
        units = torch.bmm(pool.bfloat16(), x)
        question = torch.bmm(asked.unsqueeze(1).bfloat16(), x)
        both = torch.cat([units, question.expand(-1, units.shape[1], -1)], -1)
        listed = self.listed(question.detach()).flatten()
        return self.unit(both).squeeze(-1).float(), self.span(x).float(), listed.float()


def falling(optimiser: Optimiser, steps: int) -> torch.optim.lr_scheduler.LambdaLR:
    """Return the schedule of a rate: a short warm-up, then a fall to next to nothing."""
    return torch.optim.lr_scheduler.LambdaLR(
        optimiser.adam, lambda n: min(1, (n + 1) / (0.06 * steps)) * max(0.02, 1 - n / steps)
    )


class Optimiser:
    """AdamW over float32 copies of bfloat16 parameters, of which it keeps a running mean."""

    def __init__(self, groups: Sequence[tuple[Sequence[nn.Parameter], float]]) -> None:
        """Take (parameters, learning rate) groups."""
        self._pairs: list[tuple[nn.Parameter, Tensor]] = []
        copies = []
        for parameters, rate in groups:
            masters = [p.detach().float().clone().requires_grad_() for p in parameters]
            self._pairs += zip(parameters, masters, strict=True)
            copies.append({"params": masters, "lr": rate})
        self.adam = torch.optim.AdamW(copies, weight_decay=0.01, foreach=True)
        self._means = [master.detach().clone() for _, master in self._pairs]
        self._steps = 0

    def step(self) -> None:
        """Apply the gradients and forget them."""
        for parameter, master in self._pairs:
            master.grad = None if parameter.grad is None else parameter.grad.float()
            parameter.grad = None
        torch.nn.utils.clip_grad_norm_([master for _, master in self._pairs], 1.0)
        self.adam.step()
        self._steps += 1
        kept = min(_KEPT, (1 + self._steps) / (10 + self._steps))
        with torch.no_grad():
            for (parameter, master), mean in zip(self._pairs, self._means, strict=True):
                parameter.copy_(master)
                mean.lerp_(master, 1 - kept)

    def take_means(self) -> None:
        """Put the running means in place of the parameters, when the training is over."""
        with torch.no_grad():
            for (parameter, _), mean in zip(self._pairs, self._means, strict=True):
                parameter.copy_(mean)
