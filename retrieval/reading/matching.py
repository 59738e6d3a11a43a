"""Where a question's tokens stand in texts: one row a text token, one column a question token."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from index.words.pinyin import han_pairs, pairs_across, pairs_within
from index.words.text import HAN_CHARACTER, fold
from retrieval.reading.meanings import Meanings
from retrieval.reading.questions import QuestionView
from retrieval.reading.tokens import Tokens

Rows = NDArray[np.float32]

# What a match is worth by the length of the run of characters it stands in: one Han character
# alone is mostly chance.
_RUN_STRENGTH = (0.0, 0.3, 0.85, 0.95, 1.0)
_READING_STRENGTH = 0.9


@dataclass(frozen=True, slots=True)
class Match:
    """How a text holds a question, as (text tokens, question tokens) strengths 0..1.

    `words` counts the same words, names and translations; `senses` also words of like meaning.
    """

    words: Rows
    senses: Rows


def match_texts(
    question: QuestionView, texts: Sequence[Tokens], meanings: Meanings
) -> tuple[list[Match], Rows]:
    """Look the question up in every text; also return how near each text comes to each of its
    tokens, as (texts, question tokens) cosines.
    """
    senses, nearness = meanings.compare(question.tokens, texts)
    matches = []
    for text, sense in zip(texts, senses, strict=True):
        words = _words(question, text)
        matches.append(Match(words, np.maximum(words, sense)))
    return matches, nearness


def _words(question: QuestionView, text: Tokens) -> Rows:
    """Return the strengths of runs, words, translations and readings."""
    found = np.zeros((len(text), len(question.tokens)), dtype=np.float32)
    characters = question.tokens.characters
    flow, places = text.flow, text.places
    for first, last, gram in question.grams:
        at = flow.find(gram)
        if at < 0:
            continue
        strength = _RUN_STRENGTH[last - first] if characters[first] else 1.0
        lead = 1 if gram[0] == " " else 0
        while at >= 0:
            place = places[at + lead]
            for step in range(last - first):
                if found[place + step, first + step] < strength:
                    found[place + step, first + step] = strength
            at = flow.find(gram, at + 1)
    for first, last, other, strength in question.alternatives:
        at = flow.find(other)
        while at >= 0:
            start = places[at + (other[0] == " ")]
            end = places[at + len(other) - 1 - (other[-1] == " ")] + 1
            block = found[start:end, first:last]
            np.maximum(block, strength, out=block)
            at = flow.find(other, at + 1)
    if question.readings:
        _add_readings(question, text, found)
    return found


def _add_readings(question: QuestionView, text: Tokens, found: Rows) -> None:
    """Add names that stand in the text in the other script: 高义 for Gao Yi."""
    wanted: tuple[dict[str, list[tuple[int, int]]], ...] = ({}, {})
    for first, last, pair in question.readings:
        other_script = not question.tokens.characters[first]
        wanted[other_script].setdefault(pair, []).append((first, last))
    for of_characters, pairs in enumerate(wanted):
        if not pairs:
            continue
        for start, end, sound in (_han_sounds if of_characters else _latin_sounds)(text):
            for first, last in pairs.get(sound, ()):
                block = found[start:end, first:last]
                np.maximum(block, _READING_STRENGTH, out=block)


@lru_cache(maxsize=16384)
def _han_sounds(text: Tokens) -> tuple[tuple[int, int, str], ...]:
    """Return (first, last, pinyin pair) of neighbouring Han characters."""
    keys = text.keys
    return tuple(
        (at, at + 2, pair)
        for at in range(len(keys) - 1)
        if HAN_CHARACTER.match(keys[at]) and HAN_CHARACTER.match(keys[at + 1])
        for pair in han_pairs(keys[at] + keys[at + 1])
    )


@lru_cache(maxsize=16384)
def _latin_sounds(text: Tokens) -> tuple[tuple[int, int, str], ...]:
    """Return (first, last, pinyin pair) of the Latin words that spell pinyin."""
    sounds: list[tuple[int, int, str]] = []
    before = ""
    for at, (start, end) in enumerate(zip(text.starts, text.ends, strict=True)):
        form = "" if text.characters[at] else fold(text.text[start:end])
        sounds.extend((at, at + 1, pair) for pair in pairs_within(form))
        if before and form:
            sounds.extend((at - 1, at + 1, pair) for pair in pairs_across(before, form))
        before = form
    return tuple(sounds)
