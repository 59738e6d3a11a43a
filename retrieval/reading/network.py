"""A learned score: standardised features through one hidden layer, weights from a JSON file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.float32]


class Network:
    """`score(x) = w2 . tanh(W1 ((x - mean) / spread) + b1) + b2`, one score a row."""

    def __init__(self, weights: Mapping[str, Any]) -> None:
        """Take `features` (names), `mean`, `spread`, `w1` (hidden, features), `b1`, `w2`, `b2`."""
        self.features: Sequence[str] = tuple(weights["features"])
        spread = np.array(weights["spread"], dtype=np.float32)
        # Standardising is one affine map, so it is folded into the first layer.
        self._first = (np.array(weights["w1"], dtype=np.float32) / spread).T.copy()
        mean = np.array(weights["mean"], dtype=np.float32)
        self._shift = np.array(weights["b1"], dtype=np.float32) - mean @ self._first
        self._second = np.array(weights["w2"], dtype=np.float32)
        self._bias = np.float32(weights["b2"])

    def score(self, rows: Rows) -> Rows:
        """Return the scores (n,) of feature rows (n, features); higher is better."""
        hidden = np.tanh(rows @ self._first + self._shift)
        scores: Rows = hidden @ self._second + self._bias
        return scores
