"""Names that are written otherwise in another script: by their pinyin, or by their sound."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Protocol

from index.words.pinyin import pairs_across, pairs_within, spellings
from index.words.sounds import latin_sounds, name_sounds
from index.words.text import HAN_CHARACTER, fold

_PINYIN_WEIGHT = 1.5
_SOUND_WEIGHT = 1.5
_CAPITALISED = re.compile(r"[A-ZÜ][\w'’]*")
_TOKEN = re.compile(r"[^\W\d_][\w'’]*|[^\s\w]")
_POSSESSIVE = re.compile("['’]s$")

# A term to look up: field, term, weight, and the question word it stands for.
NameTerm = tuple[str, str, float, str]


class Vocabulary(Protocol):
    """A list of words that are known."""

    def knows(self, word: str) -> bool:
        """Tell whether the word is in the list."""
        ...


def without_possessive(word: str) -> str:
    """Return `tesla` for `tesla's`: no dictionary has the genitive."""
    return _POSSESSIVE.sub("", word) or word


def pinyin_names(
    question: str, stop: frozenset[str], vocabulary: Vocabulary | None
) -> list[tuple[str, ...]]:
    """Return the runs of Latin words that may spell a Han name: ("an", "wei").

    In a run written small, one word at least must be unknown to the vocabulary, or `women`
    would find 我们; and function words part small runs but not capitalised ones.
    """
    names: list[tuple[str, ...]] = []
    run: list[str] = []
    strange = False
    for raw in [*_TOKEN.findall(question), "."]:
        word = without_possessive(fold(raw))
        large = bool(_CAPITALISED.fullmatch(raw))
        if spellings(word) and (large or word not in stop):
            run.append(word)
            known = vocabulary is not None and vocabulary.knows(word)
            strange = strange or large or not known
            continue
        if strange and not stop.issuperset(run):
            names.append(tuple(run))
        run, strange = [], False
    return names


def pinyin_terms(names: Iterable[tuple[str, ...]], words: Iterable[str]) -> Iterator[NameTerm]:
    """Yield the pinyin pairs of each name; a pair across two words stands for both."""
    known = frozenset(words)
    for name in names:
        for word in name:
            for pair in pairs_within(word):
                yield "pinyin", pair, _PINYIN_WEIGHT, word
        for left, right in zip(name, name[1:], strict=False):
            owners = [word for word in (left, right) if word in known]
            for pair in pairs_across(left, right):
                for word in owners:
                    yield "pinyin", pair, _PINYIN_WEIGHT / len(owners), word


def sound_terms(question: str, words: Iterable[str]) -> Iterator[NameTerm]:
    """Yield the consonants of `words`, which no dictionary has: Han, or Latin capitals."""
    large = {
        without_possessive(fold(raw))
        for raw in _TOKEN.findall(question)
        if _CAPITALISED.fullmatch(raw)
    }
    for word in words:
        written_in_han = bool(HAN_CHARACTER.match(word))
        if written_in_han or word in large:
            for sound in name_sounds(word) if written_in_han else latin_sounds(word):
                yield "sounds", sound, _SOUND_WEIGHT, word
