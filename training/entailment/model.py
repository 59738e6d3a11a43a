"""The network: the layers of the reader, the lowest frozen, and one score for a claim.

The score is that of the whole less that of the words of the claim that nothing speaks for: one
wrong word makes a claim wrong, however much of it is right.
"""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn

from index.encoders.bundled import Weights
from index.encoders.transformer import map_tensors
from training.reader.model import FROZEN, Body

HEADS = ("whole.0", "whole.2", "word")
_WIDTH = 384
_FAR = -1e4


class EntailmentNetwork(Body):
    """Reads sequences of a claim, a head and a unit."""

    def __init__(self, weights: Weights, reader: Path) -> None:
        """Begin with the weights of the reader in the folder `reader`."""
        super().__init__(weights)
        tensors = map_tensors(reader / "weights.safetensors")
        for number in range(FROZEN, len(self.layers)):
            for name, parameter in self.layers[number].named_parameters():
                part, _, kind = name.partition(".")
                key = f"layer.{number}.{part}"
                value = torch.from_numpy(tensors[f"{key}.{kind}"].copy()).float()
                if f"{key}.scale" in tensors and kind == "weight":
                    value = (value * torch.from_numpy(tensors[f"{key}.scale"].copy())).T
                parameter.data = value
        self.whole = nn.Sequential(nn.Linear(3 * _WIDTH, 128), nn.GELU(), nn.Linear(128, 1))
        self.word = nn.Linear(_WIDTH, 1)
        nn.init.constant_(self.word.bias, -4.0)
        self.bfloat16()

    def forward(self, ids: Tensor, mask: Tensor, claim: Tensor, unit: Tensor) -> Tensor:
        """Return the log-odds that each claim is said: (batch,).

        `claim` and `unit` (batch, tokens) are 1 at the word pieces of each, 0 elsewhere.
        """
        x = self.states(ids, mask)

        def mean(chosen: Tensor) -> Tensor:
            weights = (chosen / chosen.sum(1, keepdim=True).clamp(min=1)).bfloat16()
            return torch.bmm(weights.unsqueeze(1), x).squeeze(1)

        whole = self.whole(torch.cat([x[:, 0], mean(claim), mean(unit)], -1)).float().flatten()
        wrong = self.word(x).squeeze(-1).float().masked_fill(claim == 0, _FAR)
        return whole - wrong.logsumexp(1)
