"""Words that turn a claim around: negations, opposites, duties, bounds, plans, conditions.

Every sign is a pair of opposites. What both sides of a pair are called, in the languages that are
known, stands in `lexis.toml`; whether two texts agree in them is told by `turns`.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from language.text import HAN_CHARACTER, fold

LISTED: dict[str, Any] = tomllib.loads(
    Path(__file__).with_name("lexis.toml").read_text(encoding="utf-8")
)
LIGHT = frozenset(LISTED["light"])
# These part what is said into clauses; what a list joins has often one subject or one verb.
LISTING = frozenset(LISTED["listing"])
JOINTS = LISTING | frozenset(LISTED["joints"])
CASES = {word: case for case, words in LISTED["cases"].items() for word in words}
# Signs of which "not one" is as good as "the other".
FLIPPING = frozenset(("permit", "duty", "open", "approve", "free"))
# Of these, one that only the quote has may not be left out of the claim.
KEPT = frozenset(
    [("permit", -1), ("duty", -1), ("plan", 1), ("if", 1), ("all", -1), ("advice", 1)]
    + [("view", 1), ("share", 1)]
)
# These may stand in a claim although the quote does without.
SPARE = frozenset({("permit", 1), ("plan", 1), ("if", 1)})


@dataclass(frozen=True, slots=True)
class Sign:
    """A word of a sign at `start` to `end` of a text: `side` is 1 or -1; `not` is a negation."""

    name: str
    side: int
    start: int
    end: int


def signs(folded: str) -> list[Sign]:
    """Return the words of signs and the negations of a folded text, in order."""
    found = []
    for pattern in _patterns():
        for match in pattern.finditer(folded):
            name, side = sign_of(" ".join(match.group().split()))
            if name:
                found.append(Sign(name, side, *match.span()))
    return sorted(found, key=lambda sign: sign.start)


@cache
def _words() -> list[tuple[str, str, int]]:
    """Return every word with its sign and side, the longest first."""
    words = [(word, "", 0) for word in LISTED["innocent"]]
    words += [(word, "not", 1) for word in LISTED["negations"]]
    for name, sides in LISTED["signs"].items():
        for side, of in (("plus", 1), ("minus", -1)):
            words += [(word, name, of) for word in sides[side]]
    folded = [(fold(word), name, side) for word, name, side in words]
    return sorted(folded, key=lambda item: -len(item[0]))


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return what finds a word: one pattern for Han, one for other scripts.

    Without groups, for an alternative that begins with a letter is passed over quickly then.
    """
    # A sign of one character is told from a syllable by whoever cuts the words.
    han = [
        _pattern(word)
        for word, name, _ in _words()
        if HAN_CHARACTER.match(word[0]) and (len(word) > 1 or name == "not")
    ]
    others = [_pattern(word) for word, _, _ in _words() if not HAN_CHARACTER.match(word[0])]
    border = r"(?:(?<!\w)|(?<=[a-z])(?=n't))(?:{})(?!\w)"
    return re.compile("|".join(han)), re.compile(border.format("|".join(others)))


@lru_cache(maxsize=4096)
def sign_of(word: str) -> tuple[str, int]:
    """Return the sign and the side of one folded word; an empty name if it is of none."""
    for listed, name, side in _words():
        if listed == word or (not listed.isalpha() and re.fullmatch(_pattern(listed), word)):
            return name, side
    return "", 0


def is_turn(word: str) -> bool:
    """Return True if a word is a sign, not one that only holds a syllable of one."""
    return sign_of(word)[0] not in ("", "not")


def _pattern(word: str) -> str:
    """Return the pattern of a word as it is listed."""
    return word.replace("*", r"\w*").replace(" ", r"\s+")
