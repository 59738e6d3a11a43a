"""What a question is searched by: weighted terms, each with the question word it stands for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, Protocol

from index.pinyin import han_pairs, latin_pairs, spellings
from index.stemming import function_words, stem, words_language
from index.text import HAN_CHARACTER, fold, language_of, pieces, word_terms
from retrieval.hanwords import HanWord, han_words

Origin = Literal["exact", "stem", "pinyin", "translation"]

_STEM_WEIGHT = 1.0
_PINYIN_WEIGHT = 0.7
_TRANSLATION_WEIGHT = 0.7
_TRANSLATIONS = 3
_LATIN_NAME = re.compile(r"[A-ZÜ][\w'’]*")


class Dictionary(Protocol):
    """What the analysis asks of a translator."""

    def translate(self, word: str, limit: int = 3) -> list[tuple[str, float]]:
        """Return the nearest terms of the other language with their similarity."""
        ...

    def knows(self, word: str) -> bool:
        """Tell whether the word is in the vocabulary as a whole."""
        ...


@dataclass(frozen=True, slots=True)
class QueryTerm:
    """One term to look up in one field, and the question word it stands for."""

    field: str
    term: str
    weight: float
    origin: Origin
    word: str


@dataclass(frozen=True, slots=True)
class Query:
    """A question as the search and the reader see it.

    `language` is that of `index.text.language_of`; `words` are the folded content words in
    order, without question words and function words; every term's `word` is one of them.
    """

    question: str
    language: str
    words: tuple[str, ...]
    terms: tuple[QueryTerm, ...]

    def weighted(self, *origins: Origin) -> list[tuple[str, str, float]]:
        """Return (field, term, weight) of the terms of these origins; of all for none."""
        chosen = [term for term in self.terms if not origins or term.origin in origins]
        return [(term.field, term.term, term.weight) for term in chosen]


def analyse(question: str, translator: Dictionary | None = None) -> Query:
    """Return the words of a question and the terms that stand for them."""
    language = language_of(question)
    folded = fold(question)
    parts = pieces(folded)
    plain = [piece for piece, is_run in parts if not is_run]
    words_in = words_language(plain)
    stop = function_words(words_in) if language != "zh" else frozenset()
    if all(word in stop for word in plain):
        stop = frozenset()
    terms: list[QueryTerm] = []
    words: list[str] = []
    for piece, is_run in parts:
        if is_run:
            found = han_words(piece, translator)
            words.extend(word.text for word in found if word.content)
            terms.extend(_run_terms(found, translator))
        elif piece not in stop:
            words.append(piece)
            terms.extend(_word_terms(piece, words_in, translator))
    terms.extend(_name_terms(question, stop, translator))
    return Query(question, language, tuple(dict.fromkeys(words)), tuple(terms))


def _run_terms(words: list[HanWord], translator: Dictionary | None) -> Iterator[QueryTerm]:
    """Yield the characters, pairs, readings and translations of a run of n-gram script."""
    text = "".join(word.text for word in words)
    owner = [word for word in words for _ in word.text]
    for at, character in enumerate(text):
        if owner[at].content:
            yield QueryTerm("terms", character, 1.0, "exact", owner[at].text)
        pair = text[at : at + 2]
        if len(pair) == 2 and (owner[at].content or owner[at + 1].content):
            word = owner[at] if owner[at].content else owner[at + 1]
            yield QueryTerm("terms", pair, 1.0, "exact", word.text)
            if owner[at].content and owner[at + 1].content and HAN_CHARACTER.match(pair):
                for reading in han_pairs(pair):
                    yield QueryTerm("romanized", reading, _PINYIN_WEIGHT, "pinyin", word.text)
    for word in words:
        if word.content and translator is not None:
            for other, similarity in translator.translate(word.text, _TRANSLATIONS):
                weight = similarity * _TRANSLATION_WEIGHT
                for part in other.split():
                    term = stem(part, "english")
                    yield QueryTerm("stems", term, weight, "translation", word.text)


def _word_terms(word: str, language: str, translator: Dictionary | None) -> Iterator[QueryTerm]:
    """Yield a word as it stands, by its stem, and by its Han translations if it is English."""
    for term in word_terms(word):
        yield QueryTerm("terms", term, 1.0, "exact", word)
        yield QueryTerm("stems", stem(term, language), _STEM_WEIGHT, "stem", word)
    if translator is None or language != "english":
        return
    for other, similarity in translator.translate(word, _TRANSLATIONS):
        weight = similarity * _TRANSLATION_WEIGHT
        for gram in (*other, *(other[i : i + 2] for i in range(len(other) - 1))):
            yield QueryTerm("terms", gram, weight, "translation", word)


def _name_terms(
    question: str, stop: frozenset[str], translator: Dictionary | None
) -> Iterator[QueryTerm]:
    """Yield the pinyin pairs of Latin words that may be a Han name: "An Wei" gives `anwei`.

    A word written small counts only if no dictionary knows it, or `women` would find 我们.
    """
    run: list[str] = []
    for raw in [*re.findall(r"[^\W\d_][\w'’]*|[^\s\w]", question), ""]:
        word = fold(raw)
        known = translator is not None and translator.knows(word)
        named = _LATIN_NAME.fullmatch(raw) or not known
        if raw and word not in stop and named and spellings(word):
            run.append(word)
            continue
        if run:
            for pair in latin_pairs(run):
                yield QueryTerm("pinyin", pair, _PINYIN_WEIGHT, "pinyin", run[0])
        run = []
