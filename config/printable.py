"""Text of files and strangers as it may be printed: it moves no cursor and forges no line."""

from __future__ import annotations

import re
import unicodedata

MARK = "�"
# Controls, line breaks of all kinds, halves of characters: what acts instead of being seen.
_ACTING = frozenset({"Cc", "Cs", "Zl", "Zp"})
# These turn the direction of reading, so that `fdp.exe` is seen as `exe.pdf`.
_TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def printable(text: object) -> str:
    """Return a text on one line, with a mark for each character that acts on a terminal."""
    return _marked(str(text), "")


def printable_lines(text: object) -> str:
    """Return a text with its line breaks and tabs, and a mark for all else that acts."""
    return _marked(str(text), "\n\t")


def _marked(text: str, kept: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    seen = "".join(
        MARK if character not in kept and unicodedata.category(character) in _ACTING else character
        for character in text
    )
    return _TURNING.sub(MARK, seen)
