"""Whether two texts are written in the same script."""

from __future__ import annotations

import unicodedata
from collections import Counter
from functools import lru_cache

# Japanese is written in all three.
_OF_HAN = ("CJK", "HIRAGANA", "KATAKANA")
# A character of Han or Hangul says about as much as so many letters.
_LETTERS_OF_ONE = {"HAN": 3, "HANGUL": 3}
# A text is in each script that has this share of its letters; so many characters are looked at.
_SHARE, _ENOUGH = 0.3, 600


# A question is held against each of its windows at several steps.
@lru_cache(maxsize=128)
def shares_script(question: str, text: str) -> bool:
    """Return True if a text is written in a question's main script, if not in that alone.

    True where one of them has no letters.
    """
    asked, told = _letters(question), _letters(text[:_ENOUGH])
    if not asked or not told:
        return True
    main = max(asked, key=lambda script: asked[script])
    return told[main] >= _SHARE * told.total()


def _letters(text: str) -> Counter[str]:
    """Return how many letters of each script a text has."""
    found: Counter[str] = Counter()
    for character, count in Counter(text).items():
        script = _script(character)
        if script:
            found[script] += count * _LETTERS_OF_ONE.get(script, 1)
    return found


@lru_cache(maxsize=4096)
def _script(character: str) -> str:
    """Return the script of a letter, "" for what is none."""
    if not character.isalpha():
        return ""
    script = unicodedata.name(character, "").partition(" ")[0]
    return "HAN" if script in _OF_HAN else script
