"""Find near-duplicates: the same story from two wires, or a page saved twice."""

from __future__ import annotations

import re
from functools import lru_cache

from language.text import fold

_SHINGLE = 6
_SAME = 0.8
_LETTERS = re.compile(r"[\W_]+")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*|[〇零一二三四五六七八九十百千万亿两]+")


@lru_cache(maxsize=256)
def _shingles(text: str) -> frozenset[str]:
    """Return the runs of six letters and digits of a text, marks and blanks aside."""
    letters = _LETTERS.sub("", fold(text))
    return frozenset(
        letters[at : at + _SHINGLE] for at in range(max(1, len(letters) - _SHINGLE + 1))
    )


@lru_cache(maxsize=256)
def _numbers(text: str) -> frozenset[str]:
    return frozenset(number.replace(",", "") for number in _NUMBER.findall(fold(text)))


def is_within(left: str, right: str) -> bool:
    """Return True if nearly all that the shorter of two passages says, the longer says too."""
    less, more = sorted((_shingles(left), _shingles(right)), key=len)
    if len(less & more) < _SAME * len(less):
        return False
    fewer, others = sorted((_numbers(left), _numbers(right)), key=len)
    return fewer <= others
