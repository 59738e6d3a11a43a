"""Turn dictionary entries into short English glosses of Chinese words."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

_POINTER = re.compile(
    r"^(CL:|see |see also |used in |variant of|old variant|also written|also pr|erhua variant"
    r"|archaic variant|Taiwan pr|Japanese variant|\(?bound form\)?$|surname )",
    re.IGNORECASE,
)
_HAN = re.compile("[\u3400-\u9fff]")
_ASIDE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_LEAD = re.compile(r"^(to be |to |a |an |the |sb |sth )+", re.IGNORECASE)
_ABBREVIATED = re.compile(r"\b(sb|sth|abbr|esp|lit|fig|etc|cf|i\.e|e\.g)\b\.?", re.IGNORECASE)


def clean_gloss(gloss: str) -> list[str]:
    """Return the plain alternatives in one gloss, without asides, pinyin or pointers.

    `to seek; to strive for` gives `seek` and `strive for`.
    """
    if _POINTER.match(gloss):
        return []
    gloss = gloss.split("abbr. for")[0].split("also written")[0]
    previous = None
    while previous != gloss:
        previous, gloss = gloss, _ASIDE.sub(" ", gloss)
    found = []
    for part in gloss.split(";"):
        part = _ABBREVIATED.sub(" ", part)
        part = " ".join(word for word in part.split() if not _HAN.search(word))
        part = _LEAD.sub("", part.strip(" ,.:-"))
        if len(part) > 1 and any(c.isalpha() for c in part) and len(part.split()) <= 12:
            found.append(part)
    return found


def gloss_table(dictionary: list[dict[str, Any]]) -> dict[str, list[str]]:
    """Return {simplified word: its glosses, the first meanings first, each once}."""
    table: dict[str, dict[str, None]] = defaultdict(dict)
    for entry in dictionary:
        word = entry["s"]
        if not all("\u3400" <= c <= "\u9fff" for c in word):
            continue
        for gloss in entry["g"]:
            for part in clean_gloss(gloss):
                table[word].setdefault(part.lower())
    return {word: list(glosses) for word, glosses in table.items() if glosses}
