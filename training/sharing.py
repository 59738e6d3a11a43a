"""Let words that mean the same share a row, until the rows fit their budget.

A shared row costs what its word's vector loses: the part that no multiple of the other row
gives, times how often the word is read. Rare words and translations go first.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_NEIGHBOURS = 8


def share_rows(
    vectors: NDArray[np.float32], counts: NDArray[np.float64], budget: int
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return the owner of each unit's row (itself, if it keeps one) and its weight on that row.

    Unit 0, the zero row, keeps its row. Raises ValueError if the budget cannot be reached.
    """
    neighbours, costs, weights = _cheapest(vectors, counts)
    owner = np.arange(len(vectors))
    weight = np.ones(len(vectors), dtype=np.float32)
    left = len(vectors)
    owned = np.zeros(len(vectors), dtype=bool)
    order = np.argsort(costs, axis=None, kind="stable")
    for at in order.tolist():
        if left <= budget:
            return owner, weight
        unit, choice = divmod(at, costs.shape[1])
        other = int(neighbours[unit, choice])
        # Neither end of a share may be shared already: chains would pile up losses.
        if unit == 0 or other == 0 or owner[unit] != unit or owner[other] != other or owned[unit]:
            continue
        owner[unit], weight[unit], owned[other] = other, weights[unit, choice], True
        left -= 1
    raise ValueError(f"only {len(vectors) - left} rows could be shared; {left} remain")


def _cheapest(
    vectors: NDArray[np.float32], counts: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float32]]:
    """Return the nearest units of each unit, what sharing their rows costs, and the weight."""
    lengths = np.linalg.norm(vectors, axis=1)
    unit = vectors / np.maximum(lengths, 1e-9)[:, None]
    near = min(_NEIGHBOURS, len(vectors) - 1)
    neighbours = np.zeros((len(vectors), near), dtype=np.int64)
    cosines = np.zeros((len(vectors), near), dtype=np.float32)
    for start in range(0, len(vectors), 1000):
        scores = unit[start : start + 1000] @ unit.T
        scores[np.arange(len(scores)), np.arange(start, start + len(scores))] = -2
        nearest = np.argpartition(-scores, near - 1, axis=1)[:, :near]
        neighbours[start : start + 1000] = nearest
        cosines[start : start + 1000] = np.take_along_axis(scores, nearest, axis=1)
    lost = counts[:, None] * lengths[:, None] ** 2 * (1 - cosines.astype(np.float64) ** 2)
    # Half of each other's meaning is the least that may be shared.
    lost = np.where(cosines > 0.3, lost, np.inf)
    weights = cosines * lengths[:, None] / np.maximum(lengths[neighbours], 1e-9)
    return neighbours, lost, weights.astype(np.float32)


def compact(
    vectors: NDArray[np.float32], owner: NDArray[np.int64]
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Return the rows of the owners alone, and the row of each unit among them."""
    owners, row_of_unit = np.unique(owner, return_inverse=True)
    return vectors[owners], row_of_unit
