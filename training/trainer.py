"""Train the rows: a weighted sum of rows a text, in-batch negatives, sparse updates."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from tasks import Bag
from torch.nn import functional


class Task(Protocol):
    """Something that gives batches of pairs."""

    def sample(self, size: int, random: np.random.Generator) -> tuple[list[Bag], list[Bag]]:
        """Draw a batch of pairs."""
        ...


@dataclass(frozen=True)
class Recipe:
    """What a training run depends on besides its data."""

    dimensions: int = 192
    steps: int = 4000
    batch: int = 1024
    scale: float = 20.0
    rate: float = 0.004
    weight_rate: float = 0.01
    seed: int = 13
    mixture: Mapping[str, float] = field(
        default_factory=lambda: {
            "dictionary": 0.35,
            "tatoeba": 0.12,
            "manuals": 0.08,
            "questions": 0.12,
            "crossed questions": 0.13,
            "crossed sentences": 0.12,
            "cloze": 0.08,
        }
    )


class RowTable:
    """Rows and one learned weight each, updated by Adam only where a batch touched them.

    A text is the unit vector of the weighted sum of its rows. Optimising the few thousand rows
    of a batch as one small dense matrix is several times faster than sparse gradients.
    """

    def __init__(self, rows: int, recipe: Recipe) -> None:
        """Start from small random rows and weights of one."""
        self.recipe = recipe
        self.vectors = torch.randn(rows, recipe.dimensions) * recipe.dimensions**-0.5
        self.log_weights = torch.zeros(rows)
        self._moments = [torch.zeros_like(self.vectors) for _ in range(2)]
        self._weight_moments = [torch.zeros_like(self.log_weights) for _ in range(2)]
        self._updates = torch.zeros(rows)

    def open(self, bags: list[Bag]) -> ActiveRows:
        """Return the rows that these bags use, ready for gradients."""
        return ActiveRows(self, bags)

    def update(self, rows: torch.Tensor, active: ActiveRows, factor: float) -> None:
        """Move the active rows against their gradients, with `factor` of the full rate."""
        self._updates[rows] += 1
        count = self._updates[rows]
        self._adam(self.vectors, self._moments, rows, active.vectors.grad, count[:, None],
                   self.recipe.rate * factor)  # fmt: skip
        self._adam(self.log_weights, self._weight_moments, rows, active.log_weights.grad, count,
                   self.recipe.weight_rate * factor)  # fmt: skip

    @staticmethod
    def _adam(
        table: torch.Tensor, moments: list[torch.Tensor], rows: torch.Tensor,
        gradient: torch.Tensor, count: torch.Tensor, rate: float,
    ) -> None:  # fmt: skip
        first = moments[0][rows].lerp_(gradient, 0.1)
        second = moments[1][rows].lerp_(gradient * gradient, 0.001)
        moments[0][rows], moments[1][rows] = first, second
        step = first / (1 - 0.9**count) / ((second / (1 - 0.999**count)).sqrt_() + 1e-8)
        table[rows] -= rate * step


class _BagSum(torch.autograd.Function):
    """Sum rows by bags as a sparse product, whose gradient is one more sparse product."""

    @staticmethod
    def forward(context: Any, bags: csr_matrix, rows: torch.Tensor) -> torch.Tensor:
        """Return `bags @ rows`."""
        context.bags = bags
        return torch.from_numpy(bags @ rows.detach().numpy())

    @staticmethod
    def backward(context: Any, gradient: torch.Tensor) -> tuple[None, torch.Tensor]:
        """Return the gradient of the rows."""
        return None, torch.from_numpy(context.bags.T.tocsr() @ gradient.numpy())


class ActiveRows:
    """The rows of one batch, as leaves of the gradient."""

    def __init__(self, table: RowTable, bags: list[Bag]) -> None:
        """Gather the distinct rows of `bags`."""
        distinct, places = np.unique(np.concatenate(bags), return_inverse=True)
        starts = np.cumsum([0, *map(len, bags)])
        counts = np.ones(len(places), dtype=np.float32)
        self.bags = csr_matrix((counts, places, starts), shape=(len(bags), len(distinct)))
        self.bags.sum_duplicates()
        self.rows = torch.from_numpy(distinct.astype(np.int64))
        self.vectors = table.vectors[self.rows].requires_grad_()
        self.log_weights = table.log_weights[self.rows].requires_grad_()

    def encode(self) -> torch.Tensor:
        """Return the unit vector of each bag, (n, dimensions)."""
        weighted = self.vectors * self.log_weights.clamp(-6, 4).exp()[:, None]
        return functional.normalize(_BagSum.apply(self.bags, weighted), dim=-1)


def _contrast(
    left: torch.Tensor, right: torch.Tensor, same: torch.Tensor, scale: float
) -> torch.Tensor:
    """Return the symmetric loss of matching each left row with its right row.

    `same` marks pairs off the diagonal that are right as well and must not be pushed apart.
    """
    scores = scale * left @ right.T
    scores = scores.masked_fill(same, -1e4)
    wanted = torch.arange(len(left))
    return functional.cross_entropy(scores, wanted) + functional.cross_entropy(scores.T, wanted)


def _repeats(left: list[Bag], right: list[Bag]) -> torch.Tensor:
    keys_left = {}
    keys_right = {}
    a = np.array([keys_left.setdefault(np.sort(bag).tobytes(), len(keys_left)) for bag in left])
    b = np.array([keys_right.setdefault(np.sort(bag).tobytes(), len(keys_right)) for bag in right])
    same = (a[:, None] == a[None, :]) | (b[:, None] == b[None, :])
    np.fill_diagonal(same, False)
    return torch.from_numpy(same)


def train(tasks: Mapping[str, Task], rows: int, recipe: Recipe) -> NDArray[np.float32]:
    """Return the trained rows with their weights multiplied in; row 0 is zero."""
    torch.manual_seed(recipe.seed)
    random = np.random.default_rng(recipe.seed)
    table = RowTable(rows, recipe)
    names = [name for name in recipe.mixture if name in tasks]
    chances = np.array([recipe.mixture[name] for name in names])
    losses: dict[str, float] = {}
    started = time.perf_counter()
    for step in range(recipe.steps):
        # A tenth of the run to warm up, then straight down to nothing.
        done = step / recipe.steps
        factor = min(1.0, done * 10 + 0.01) * (1 - done)
        name = str(random.choice(names, p=chances / chances.sum()))
        left, right = tasks[name].sample(recipe.batch, random)
        active = table.open(left + right)
        vectors = active.encode()
        same = _repeats(left, right)
        loss = _contrast(vectors[: len(left)], vectors[len(left) :], same, recipe.scale)
        loss.backward()
        table.update(active.rows, active, factor)
        losses[name] = 0.95 * losses.get(name, loss.item()) + 0.05 * loss.item()
        if step % 250 == 249:
            shown = " ".join(f"{key}={value:.2f}" for key, value in sorted(losses.items()))
            print(f"{step + 1} {time.perf_counter() - started:.0f}s {shown}", flush=True)
    trained = table.vectors * table.log_weights.clamp(-6, 4).exp()[:, None]
    trained[0] = 0
    return trained.numpy().astype(np.float32)
