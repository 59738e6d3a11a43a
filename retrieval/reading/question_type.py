"""What a question asks for: a number, a person, a time, a place, a reason, a definition ..."""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.words.stemming import words_language
from index.words.text import HAN_CHARACTER, language_of
from retrieval.reading.question_words import (
    ENGLISH_PATTERNS,
    HAN_PATTERNS,
    KANA_HANGUL_PATTERNS,
    OTHER_WORDS,
    Kind,
    Patterns,
)
from retrieval.reading.tokens import fold_with_origins


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for. `question[start:end]` are the asking words; both are the question's
    length where nothing asks. `unit` is the thing counted or chosen, folded.
    """

    kind: Kind
    start: int
    end: int
    unit: str = ""


def what_is_asked(question: str) -> Asked:
    """Tell what a question asks for; `what` where nothing tells."""
    folded, starts, ends = fold_with_origins(question)
    matches = [
        (kind, found)
        for kind, pattern in _patterns(question, folded)
        if (found := re.search(pattern, folded)) and found.group()
    ]
    if not matches:
        return Asked("what", len(question), len(question))
    if language_of(question) not in ("zh", "ja", "ko"):
        # The asking word comes first: what follows "when" in "How many ... when" is no question.
        matches.sort(key=lambda match: match[1].start())
    kind, found = matches[0]
    named = found.groupdict()
    unit = named.get("unit") or ""
    # 多长时间 and "how old": the degree is an attribute like any other, and no asking word.
    degree = next((name for name in ("degree", "degree2") if named.get(name)), None)
    first, last = found.start(), found.start(degree) if degree else found.end() - len(unit)
    if kind == "definition" and not HAN_CHARACTER.search(found.group()):
        last = first + len(found.group()) - len(found.group().lstrip("\"'“ ").partition(" ")[2])
    return Asked(kind, starts[first], ends[max(first, last - 1)], unit)


def _patterns(question: str, folded: str) -> Patterns:
    """Return the patterns of the question's language, most telling first."""
    language = language_of(question)
    if language == "zh":
        return (*HAN_PATTERNS, *ENGLISH_PATTERNS)
    if language in ("ja", "ko"):
        return KANA_HANGUL_PATTERNS
    words = words_language(re.findall(r"[^\W\d_]+", folded))
    if words not in OTHER_WORDS:
        return ENGLISH_PATTERNS
    return tuple((kind, rf"(?<!\w)(?:{form})(?!\w)") for kind, form in OTHER_WORDS[words])
