"""How much a term tells: rare terms weigh more, in the corpus and in the language at large."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

# How many passages of everyday language stand beside the corpus's own: a folder of four
# articles knows nothing of which words are common, a folder of ten thousand knows well.
_BACKGROUND_PASSAGES = 300.0


class Rarity:
    """Inverse document frequency of a key, from the corpus and a background table."""

    def __init__(
        self, frequency: Callable[[str], int], passages: int, background: Mapping[str, float]
    ) -> None:
        """`frequency` counts the passages that hold a key; `background` is its everyday share."""
        self._frequency = frequency
        self._passages = passages
        self._background = background
        self._known: dict[str, float] = {}

    def __call__(self, key: str) -> float:
        """Return the weight of a key: 0 for what stands everywhere, about 6 for the rarest."""
        weight = self._known.get(key)
        if weight is None:
            everyday = self._background.get(key, 0.0) * _BACKGROUND_PASSAGES
            share = (self._frequency(key) + everyday + 0.5) / (
                self._passages + _BACKGROUND_PASSAGES + 1.0
            )
            weight = self._known[key] = max(0.0, -math.log(min(1.0, share)))
        return weight
