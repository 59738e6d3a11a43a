"""Citation markers as chat models write them: [1, 2], 【1】, ［1］, [^1], [Source 1] and (1)."""

from __future__ import annotations

import re

_NAMES = (
    "来源|來源|出处|出處|资料|資料|段落|文段|片段|source|passage|reference|ref|citation|cite|doc"
)
# Nothing is given back once it is matched (`*+`): ways to share the blanks between two parts would
# multiply with every number of a marker that does not close.
_ONE = rf"(?:\^|#|n|(?:{_NAMES}))?+[\s:：#]*+\d{{1,3}}+\^?+(?:†[^\]】］\[【［,，、;；†]{{0,40}}+)?+"
_MORE = rf"(?:\s*+(?:[,，、;；&和与+]|and|[-–—~])\s*+{_ONE})*+"
_MARKER = re.compile(
    rf"(?<![ \t])[ \t]*+(?:[\[［【〔]{{1,2}}\s*+(?P<inner>{_ONE}{_MORE})\s*+[\]］】〕]{{1,2}}"
    r"(?:\([^()\s]{0,200}\))?"
    rf"|<(?:sup|cite)>\s*+(?P<tagged>{_ONE}{_MORE})\s*+</(?:sup|cite)>)",
    re.IGNORECASE,
)
# Round brackets are a marker only at the end of a sentence: elsewhere they number a list.
_ROUND = re.compile(
    r"(?<![ \t])[ \t]*+[(（]\s*+(?P<inner>\d{1,2}(?:\s*+[,，、]\s*+\d{1,2})*+)\s*+[)）]"
    r"(?=\s*+[。．.!！?？…]*+\s*+$)"
)
_NUMBER = re.compile(r"(?P<from>\d{1,3})(?:\s*[-–—~]\s*(?P<to>\d{1,3}))?")
_LONGEST_RANGE = 20
_FULL_WIDTH = str.maketrans("０１２３４５６７８９", "0123456789")
_OPENERS = "[［【〔"
# What may still become a marker: an opening bracket with nothing after it that rules one out.
_BEGUN = re.compile(
    r"[\[［【〔][^\]］】〕\n。！？]{0,60}$|[\]］】〕]\([^()\s]{0,200}$|<[a-z]{0,4}>?[^<\n]{0,20}$"
)


def take_markers(sentence: str) -> tuple[str, list[int]]:
    """Return the sentence without its citation markers, and the numbers they name, in order."""
    numbers: list[int] = []

    def taken(found: re.Match[str]) -> str:
        numbers.extend(_numbers(found.group("inner") or found.groupdict().get("tagged") or ""))
        return ""

    plain = _MARKER.sub(taken, sentence)
    if not numbers:
        plain = _ROUND.sub(taken, plain)
    return plain, list(dict.fromkeys(numbers))


def leading_markers(text: str) -> int:
    """Return the length of the markers, and the blanks around them, that open a text."""
    position = 0
    while found := _MARKER.match(text, position):
        position = found.end()
    return position


def may_continue(text: str) -> bool:
    """Return True if a text that is still being written ends in the middle of a marker."""
    return _BEGUN.search(text) is not None


def begins_marker(text: str) -> bool:
    """Return True if a text opens with what may be the beginning of a marker."""
    return text.lstrip()[:1] in (*_OPENERS, "<")


def _numbers(inner: str) -> list[int]:
    """Return the numbers that a marker names; 1-3 names three."""
    numbers: list[int] = []
    plain = re.sub("†[^,，]*", "", inner.translate(_FULL_WIDTH))
    for found in _NUMBER.finditer(plain):
        first, last = int(found.group("from")), int(found.group("to") or found.group("from"))
        if first <= last <= first + _LONGEST_RANGE:
            numbers.extend(range(first, last + 1))
        else:
            numbers.extend((first, last))
    return numbers
