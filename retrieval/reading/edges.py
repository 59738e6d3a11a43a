"""Where a bold span may begin and end: at the edges of words, and of names alone."""

from __future__ import annotations

from collections.abc import Sequence

from retrieval.reading.meanings import Meanings
from retrieval.reading.passages import SentenceView

Range = tuple[int, int]

# What no Han name ends with: particles, prepositions and the verbs that report.
_ENDS_NO_NAME = frozenset("的了在是说和与为从对将把被由等也都则即曾於于及之")
# What stands before a place and is no part of its name.
_BEFORE_PLACE = frozenset("去在到往至赴从於于是的了位经由")
_SHORTEST_NAME = 2


def words_of(sentence: SentenceView, meanings: Meanings) -> list[Range]:
    """Return the (first, last) tokens of each known word of more than one token."""
    meant = meanings.meant(sentence.tokens)
    pairs = zip(meant.first.tolist(), meant.last.tolist(), strict=True)
    return [(first, last) for first, last in pairs if last - first > 1]


def whole_words(words: Sequence[Range], first: int, last: int) -> Range:
    """Widen a run of tokens to the known words that it cuts in two."""
    start = min((a for a, b in words if a < first < b), default=first)
    end = max((b for a, b in words if a < last < b), default=last)
    return start, end


def is_no_name(words: Sequence[Range], first: int, last: int) -> bool:
    """Tell whether what looks like a Han name begins inside a known word, or is one itself."""
    return any(a < first < b or (a == first and last <= b) for a, b in words)


def name_end(text: str, start: int, end: int) -> int:
    """Return where a Han name ends without the particle behind it."""
    if end - start > _SHORTEST_NAME and text[end - 1] in _ENDS_NO_NAME:
        return end - 1
    return end


def place_start(text: str, start: int, end: int) -> int:
    """Return where a Han place begins behind the last `去`, `在` or `位于` of a span."""
    for at in range(end - 1 - _SHORTEST_NAME, start - 1, -1):
        if text[at] in _BEFORE_PLACE:
            return at + 1
    return start
