"""Put two pieces of a broken line together: with a blank, without one, or without a hyphen."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.documents.newspaper.wordlists import COMPOUNDING, PREFIXES
from language.text import NGRAM_CHARACTER

_HYPHEN = re.compile(r"(?<![^\W\d_])([^\W\d_]+)(?:[-‐]|\u00ad)$")
_FIRST_WORD = re.compile(r"[^\W\d_]+")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_HANGUL = re.compile("[\uac00-\ud7a3]")
_FULL_WIDTH = frozenset("，。、；：！？（）「」『』【】《》〈〉％")


def words_of(texts: Sequence[str]) -> frozenset[str]:
    """Return the words of lines, folded, if they tell which hyphens at line ends belong to words.

    The halves of words that were broken at a hyphen are no words.
    """
    if not any(text[-1] in "-‐" for text in texts):
        return frozenset()
    found: set[str] = set()
    halved = False
    for text in texts:
        words = _WORD.findall(text.lower())
        found.update(words[1:-1] if halved else words[:-1])
        halved = text[-1] in "-‐"
        if words and not halved:
            found.add(words[-1])
    return frozenset(found)


def compose(pieces: Sequence[str], words: frozenset[str]) -> str:
    """Return the pieces of one paragraph as one string."""
    parts: list[str] = []
    for place, piece in enumerate(pieces):
        last = place + 1 == len(pieces)
        following = "" if last else pieces[place + 1]
        if last:
            parts.append(piece)
        elif hyphen := _HYPHEN.search(piece):
            parts.append(piece if _keeps_hyphen(hyphen, following, words) else piece[:-1])
        else:
            parts.extend((piece, "" if _is_tight(piece, following) else " "))
    return "".join(parts)


def _is_tight(left: str, right: str) -> bool:
    """Return True if nothing stands between two pieces of a line: Han needs no blank."""
    before, after = left[-1], right[0]
    if before in "-‐—–" and left[-2:-1] not in {" ", ""}:
        return True
    if _HANGUL.match(before) and _HANGUL.match(after):
        return False
    if NGRAM_CHARACTER.match(before) or NGRAM_CHARACTER.match(after):
        return True
    if before in "”’…" or after in "“‘”’…":
        return _is_han_near(left, right)
    if (
        before in "，。、；：！？（）「」『』【】《》〈〉％"
        or after in "，。、；：！？（）「」『』【】《》〈〉％"
    ):
        return True
    if not (before.isalpha() and after.isalpha()) and _is_han_near(left, right):
        return True
    return before in "([" or after in ",.;:!?)]%"


def _is_han_near(left: str, right: str) -> bool:
    """Return True if the pieces meet inside Chinese or Japanese text."""
    near = NGRAM_CHARACTER.search(left[-12:]) or NGRAM_CHARACTER.search(right[:12])
    return bool(near) and not _HANGUL.search(left[-12:] + right[:12])


def _keeps_hyphen(hyphen: re.Match[str], following: str, words: frozenset[str]) -> bool:
    """Return True if a hyphen at a line end belongs to the word; a soft one never does."""
    if hyphen.group().endswith("\u00ad"):
        return False
    right = _FIRST_WORD.match(following)
    if not right or not right.group()[0].islower():
        return True
    first, second = hyphen.group(1).lower(), right.group().lower()
    if f"{first}{second}" in words:
        return False
    if f"{first}-{second}" in words or first in COMPOUNDING or len(first) == 1:
        return True
    return first in PREFIXES and second in words
