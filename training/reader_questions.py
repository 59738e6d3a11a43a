"""Questions to learn from: those of a reading set, near misses of them, and crossed ones."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from glosses import gloss_table

from index.words.pinyin import readings
from index.words.text import HAN_CHARACTER, fold
from retrieval.reading.question_type import what_is_asked
from retrieval.search.query import Dictionary, analyse

Span = tuple[int, int]

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


@dataclass(frozen=True)
class _Parts:
    """A question with its content words, as spans; `beside` are those next to the asking words."""

    question: Question
    kind: str
    words: tuple[Span, ...]
    beside: tuple[Span, ...]
    asks: Span


def near_misses(
    questions: Sequence[Question],
    titles: dict[str, str],
    texts: dict[str, str],
    vocabulary: Dictionary,
    chance: random.Random,
) -> list[Question]:
    """Return questions that a passage nearly answers: the right subject, another attribute.

    One word is swapped for one of another question of the same kind, of which the passage says
    nothing; or a number for another; or the attribute of another question is asked of the title.
    """
    parts = [_parts(question, vocabulary) for question in questions]
    attributes = [part for part in parts if _attribute(part)]
    by_kind: dict[str, list[_Parts]] = {}
    for part in parts:
        by_kind.setdefault(part.kind, []).append(part)
    made = []
    for part in parts:
        gold = part.question.gold
        way = chance.random()
        if way < 0.1:
            text = _with_other_number(part.question.text, chance)
        elif way < 0.2:
            text = _with_other_measure(part, texts[gold], chance)
        elif way < 0.5:
            text = _of_title(titles[gold], chance.choice(attributes), texts[gold])
        else:
            text = _swapped(part, by_kind[part.kind], texts[gold], chance)
        if text is not None:
            made.append(Question(text, gold, ()))
    return made


def _parts(question: Question, vocabulary: Dictionary) -> _Parts:
    text = question.text
    asked = what_is_asked(text)
    words, at = [], 0
    for word in analyse(text, vocabulary).words:
        found = fold(text).find(word, at)
        if found < 0 or len(fold(text)) != len(text):
            continue
        at = found + len(word)
        if len(word) > 1 and (at <= asked.start or found >= asked.end):
            words.append((found, at))
    before = [span for span in words if span[1] <= asked.start][-1:]
    after = [span for span in words if span[0] >= asked.end][:1]
    beside = tuple(span for span in (*before, *after))
    return _Parts(question, asked.kind, tuple(words), beside, (asked.start, asked.end))


def _attribute(part: _Parts) -> str:
    """Return `attribute + asking words` of a question that ends in them, or an empty string."""
    text = part.question.text.rstrip("?？")
    start = text.rfind("的", 0, part.asks[0])
    if part.asks[1] < len(text) - 2 or start < 0 or not 2 < len(text) - start < 12:
        return ""
    return text[start:] + "?"


def _of_title(title: str, other: _Parts, passage: str) -> str | None:
    """Ask of a title what another question asks of its subject."""
    start, end = other.beside[0] if other.beside else (0, 0)
    if not title or _stands(other.question.text[start:end], passage):
        return None
    return title + _attribute(other)


def _stands(word: str, passage: str) -> bool:
    """Tell whether a passage holds half of a word's pairs."""
    pairs = [fold(word)[i : i + 2] for i in range(max(1, len(word) - 1))]
    return sum(pair in passage for pair in pairs) * 2 >= len(pairs)


def _swapped(
    part: _Parts, others: Sequence[_Parts], passage: str, chance: random.Random
) -> str | None:
    spans = part.beside if part.beside and chance.random() < 0.6 else part.words
    if len(part.words) < 2 or not spans:
        return None
    start, end = chance.choice(spans)
    for _ in range(20):
        other = chance.choice(others)
        places = other.beside if (start, end) in part.beside and other.beside else other.words
        if not places:
            continue
        low, high = chance.choice(places)
        new = other.question.text[low:high]
        if not _stands(new, passage) and fold(new) != fold(part.question.text[start:end]):
            return part.question.text[:start] + new + part.question.text[end:]
    return None


# What hardly any passage tells of its subject, with what would show that it does.
_MEASURES = (
    ("多少錢", "元"),
    ("多大年紀", "歲岁"),
    ("多重", "斤噸吨克"),
    ("多高", "米尺"),
    ("多遠", "里米"),
    ("百分之幾", "%％"),
    ("多少度", "度"),
    ("什麼顏色", "色"),
    ("幾點幾分", "點点时時"),
)


def _with_other_measure(part: _Parts, passage: str, chance: random.Random) -> str | None:
    """Ask for a measure in place of what is asked for."""
    asking, shown = chance.choice(_MEASURES)
    if any(character in passage for character in shown) or not part.words:
        return None
    text = part.question.text
    return text[: part.asks[0]] + asking + text[part.asks[1] :]


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
