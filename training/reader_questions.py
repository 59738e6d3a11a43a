"""Questions to learn from: those of a reading set, near misses of them, and crossed ones."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from glosses import gloss_table

from index.pinyin import readings
from index.text import HAN_CHARACTER, fold
from retrieval.question_type import what_is_asked

Span = tuple[int, int]

_BREAK = re.compile(r"[的在是了於于由被和與与及、，,。?？：:「」《》（）()\s]")
_LONGEST_WORD = 4


@dataclass(frozen=True)
class Question:
    """A question and its gold: the id of its passage, and what answers it there."""

    text: str
    gold: str
    answers: tuple[str, ...]


def read_questions(rows: Iterable[dict[str, Any]]) -> list[Question]:
    """Return the questions of a reading set."""
    return [Question(row["question"], row["context_id"], tuple(row["answers"])) for row in rows]


def near_misses(
    questions: Sequence[Question],
    texts: dict[str, str],
    alike: Callable[[str, str], float],
    chance: random.Random,
) -> list[Question]:
    """Return questions that a passage nearly answers: right subject, another attribute.

    One stretch between grammar is swapped for one of another question of the same kind, of
    which the passage says nothing; or a number for another number.
    """
    cut = [(question, _stretches(question.text)) for question in questions]
    by_kind: dict[str, list[tuple[str, list[Span]]]] = {}
    for question, (kind, spans) in cut:
        by_kind.setdefault(kind, []).append((question.text, spans))
    made = []
    for question, (kind, spans) in cut:
        swapped = _with_other_number(question.text, chance)
        if swapped is None or chance.random() < 0.5:
            swapped = _swapped(question, spans, by_kind[kind], texts, alike, chance) or swapped
        if swapped is not None:
            made.append(Question(swapped, question.gold, ()))
    return made


def _stretches(text: str) -> tuple[str, list[Span]]:
    """Return what a question asks for, and the stretches of three or more characters in it."""
    asked = what_is_asked(text)
    found: list[Span] = []
    for low, high in ((0, asked.start), (asked.end + len(asked.unit), len(text))):
        at = low
        for mark in [*_BREAK.finditer(text, low, max(low, high)), None]:
            end = mark.start() if mark else high
            if end - at >= 3:
                found.append((at, end))
            at = mark.end() if mark else high
    return asked.kind, found


def _swapped(
    question: Question,
    spans: Sequence[Span],
    others: Sequence[tuple[str, list[Span]]],
    texts: dict[str, str],
    alike: Callable[[str, str], float],
    chance: random.Random,
) -> str | None:
    if len(spans) < 2:
        return None
    start, end = chance.choice(spans)
    old, passage = question.text[start:end], fold(texts[question.gold])
    for _ in range(20):
        other, places = chance.choice(others)
        if not places:
            continue
        low, high = chance.choice(places)
        new = other[low:high]
        folded = fold(new)
        held = sum(folded[i : i + 2] in passage for i in range(len(folded) - 1))
        unlike = abs(len(new) - len(old)) <= 3 and held * 4 <= len(folded)
        if unlike and alike(old, new) < 0.4:
            return question.text[:start] + new + question.text[end:]
    return None


def _with_other_number(text: str, chance: random.Random) -> str | None:
    found = re.search(r"\d{2,}", text)
    if not found:
        return None
    low = 10 ** (len(found.group()) - 1)
    other = str(chance.randrange(low, low * 10))
    if other == found.group():
        return None
    return text[: found.start()] + other + text[found.end() :]


_ASKING = {
    "number": "how many",
    "person": "who",
    "time": "when",
    "place": "where",
    "reason": "why",
    "manner": "how",
    "definition": "what is",
    "which": "which",
    "what": "what",
    "polar": "is it true that",
}


class WordByWord:
    """Chinese questions word by word in English, by a dictionary: order and grammar are lost."""

    def __init__(self, dictionary: Sequence[dict[str, Any]]) -> None:
        """Take the rows of CC-CEDICT."""
        self._glosses = gloss_table(list(dictionary))

    def translate(self, question: Question, chance: random.Random) -> Question | None:
        """Return the question in English; None if too little of it is in the dictionary."""
        asked = what_is_asked(question.text)
        before = self._words(question.text[: asked.start], chance)
        after = self._words(question.text[asked.end :], chance)
        if len(before) + len(after) < 2:
            return None
        text = " ".join([_ASKING[asked.kind], *after, *before])
        return Question(f"{text[0].upper()}{text[1:]}?", question.gold, question.answers)

    def _words(self, text: str, chance: random.Random) -> list[str]:
        """Return a gloss for each word, a name in pinyin, or what is Latin as it stands."""
        folded, words, at = fold(text), [], 0
        while at < len(folded):
            latin = re.match(r"[a-z0-9][\w.,-]*", folded[at:])
            if latin:
                words.append(latin.group())
                at += latin.end()
                continue
            size = next(
                (n for n in range(_LONGEST_WORD, 0, -1) if folded[at : at + n] in self._glosses),
                1,
            )
            word = folded[at : at + size]
            glosses = [g for g in self._glosses.get(word, [])[:3] if len(g.split()) <= 3]
            if size > 1 and glosses:
                words.append(chance.choice(glosses))
            elif HAN_CHARACTER.match(word) and chance.random() < 0.3 and readings(word):
                words.append(readings(word)[0].capitalize())
            at += size
        return words
