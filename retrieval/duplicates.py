"""Tell near-duplicates: the same story from two wires, or one page saved twice."""

from __future__ import annotations

import re
from functools import lru_cache

from index.text import fold

_SHINGLE = 6
_SAME = 0.8
_LETTERS = re.compile(r"[\W_]+")


@lru_cache(maxsize=2048)
def _shingles(text: str) -> frozenset[str]:
    """Return the runs of six letters and digits of a text, marks and blanks aside."""
    letters = _LETTERS.sub("", fold(text))
    return frozenset(
        letters[at : at + _SHINGLE] for at in range(max(1, len(letters) - _SHINGLE + 1))
    )


def near_duplicates(left: str, right: str) -> bool:
    """Tell whether two passages share four fifths of what either says (Jaccard)."""
    first, second = _shingles(left), _shingles(right)
    # The smaller bounds what they can share, and is cheap to look at.
    if min(len(first), len(second)) < _SAME * max(len(first), len(second)):
        return False
    shared = len(first & second)
    return shared >= _SAME * (len(first) + len(second) - shared)
