"""Train the rows: a text is a weighted sum of rows, told apart from the others of its batch."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from tasks import Bag, Task
from torch.nn import functional


@dataclass(frozen=True)
class Recipe:
    """What a training run depends on besides its data."""

    dimensions: int = 256
    steps: int = 5000
    batch: int = 1024
    scale: float = 20.0
    rate: float = 0.004
    weight_rate: float = 0.01
    seed: int = 13
    mixture: Mapping[str, float] = field(
        default_factory=lambda: {
            "dictionary": 0.25,
            "aligned": 0.12,
            "tatoeba": 0.12,
            "manuals": 0.07,
            "questions": 0.10,
            "crossed questions": 0.11,
            "crossed passages": 0.08,
            "crossed sentences": 0.10,
            "cloze": 0.05,
        }
    )


class RowTable:
    """Rows, and units that read them: each unit has a row, perhaps shared, and its own weight.

    A text is the unit vector of the weighted sum of its units' rows. Adam moves only what a
    batch touched: the few thousand rows of a batch as one small dense matrix are several times
    faster than sparse gradients.
    """

    def __init__(
        self,
        vectors: NDArray[np.float32],
        row_of_unit: NDArray[np.int64],
        weights: NDArray[np.float32],
    ) -> None:
        """Start from given rows (rows, dimensions), the row of each unit, and its weight."""
        self.vectors = torch.from_numpy(vectors.copy())
        self.row_of_unit = row_of_unit
        self.log_weights = torch.from_numpy(np.log(np.maximum(weights, 1e-3)))
        self._states = {
            name: [torch.zeros_like(tensor), torch.zeros_like(tensor), torch.zeros(len(tensor))]
            for name, tensor in (("vectors", self.vectors), ("weights", self.log_weights))
        }

    @classmethod
    def fresh(cls, units: int, dimensions: int, seed: int) -> RowTable:
        """Return small random rows, one a unit, with weights of one."""
        random = np.random.default_rng(seed)
        vectors = random.standard_normal((units, dimensions), dtype=np.float32) * dimensions**-0.5
        return cls(vectors, np.arange(units), np.ones(units, dtype=np.float32))

    def weights(self) -> torch.Tensor:
        """Return the weight of each unit."""
        return self.log_weights.clamp(-6, 4).exp()

    def unit_vectors(self) -> NDArray[np.float32]:
        """Return the vector of each unit with its weight multiplied in."""
        rows = self.vectors[torch.from_numpy(self.row_of_unit)]
        return (rows * self.weights()[:, None]).numpy()

    def update(self, active: ActiveRows, rates: tuple[float, float]) -> None:
        """Move what `active` gathered against its gradients, rows and weights by their rates."""
        self._adam("vectors", self.vectors, active.rows, active.vectors.grad, rates[0])
        self._adam("weights", self.log_weights, active.units, active.log_weights.grad, rates[1])

    def _adam(
        self, name: str, table: torch.Tensor, places: torch.Tensor, gradient: Any, rate: float
    ) -> None:
        first_all, second_all, updates = self._states[name]
        updates[places] += 1
        count = updates[places].reshape(-1, *([1] * (table.dim() - 1)))
        first = first_all[places].lerp_(gradient, 0.1)
        second = second_all[places].lerp_(gradient * gradient, 0.001)
        first_all[places], second_all[places] = first, second
        step = first / (1 - 0.9**count) / ((second / (1 - 0.999**count)).sqrt_() + 1e-8)
        table[places] -= rate * step


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
    """The units of one batch and the rows they read, as leaves of the gradient."""

    def __init__(self, table: RowTable, bags: list[Bag]) -> None:
        """Gather the distinct units of `bags` and their distinct rows."""
        units, places = np.unique(np.concatenate(bags), return_inverse=True)
        starts = np.cumsum([0, *map(len, bags)])
        counts = np.ones(len(places), dtype=np.float32)
        self.bags = csr_matrix((counts, places, starts), shape=(len(bags), len(units)))
        self.bags.sum_duplicates()
        rows, row_places = np.unique(table.row_of_unit[units], return_inverse=True)
        self.units = torch.from_numpy(units.astype(np.int64))
        self.rows = torch.from_numpy(rows)
        self.shared = None if len(rows) == len(units) else torch.from_numpy(row_places)
        # Without sharing the rows keep the order of the units.
        self.rows = torch.from_numpy(table.row_of_unit[units]) if self.shared is None else self.rows
        self.vectors = table.vectors[self.rows].requires_grad_()
        self.log_weights = table.log_weights[self.units].requires_grad_()

    def encode(self) -> torch.Tensor:
        """Return the unit vector of each bag, (n, dimensions)."""
        vectors = self.vectors if self.shared is None else self.vectors[self.shared]
        weighted = vectors * self.log_weights.clamp(-6, 4).exp()[:, None]
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


def train(tasks: Mapping[str, Task], table: RowTable, recipe: Recipe) -> None:
    """Train the rows and weights of `table` in place."""
    torch.manual_seed(recipe.seed)
    random = np.random.default_rng(recipe.seed)
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
        active = ActiveRows(table, left + right)
        vectors = active.encode()
        same = _repeats(left, right)
        loss = _contrast(vectors[: len(left)], vectors[len(left) :], same, recipe.scale)
        loss.backward()
        table.update(active, (recipe.rate * factor, recipe.weight_rate * factor))
        losses[name] = 0.95 * losses.get(name, loss.item()) + 0.05 * loss.item()
        if step % 250 == 249:
            shown = " ".join(f"{key}={value:.2f}" for key, value in sorted(losses.items()))
            print(f"{step + 1} {time.perf_counter() - started:.0f}s {shown}", flush=True)
