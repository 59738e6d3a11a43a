"""Tell near-duplicates: the same story from two wires, or one page saved twice."""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet
from functools import lru_cache

from index.words.text import fold
from retrieval.search.textview import view_of

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


def near_duplicates(left: str, right: str, asked: AbstractSet[str] = frozenset()) -> bool:
    """Tell whether either of two passages can stand for both.

    They share four fifths of what either says (Jaccard), name the same numbers, since two days'
    reports may differ in nothing else, and hold the same of what is `asked` (see `TextView`).
    """
    first, second = _shingles(left), _shingles(right)
    # The smaller bounds what they can share, and is cheap to look at.
    if min(len(first), len(second)) < _SAME * max(len(first), len(second)):
        return False
    shared = len(first & second)
    if shared < _SAME * (len(first) + len(second) - shared):
        return False
    if _numbers(left) != _numbers(right):
        return False
    return asked & view_of(left).counts.keys() == asked & view_of(right).counts.keys()


def is_within(left: str, right: str) -> bool:
    """Tell whether nearly all that the shorter of two passages says, the longer says too."""
    less, more = sorted((_shingles(left), _shingles(right)), key=len)
    if len(less & more) < _SAME * len(less):
        return False
    fewer, others = sorted((_numbers(left), _numbers(right)), key=len)
    return fewer <= others
