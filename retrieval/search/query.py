"""What a question is searched by: weighted terms, each with the question word it stands for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from operator import add
from typing import Literal, Protocol

from index.words.inflection import irregular_forms
from index.words.pinyin import han_pairs
from index.words.stemming import function_words, stem, words_language
from index.words.text import (
    HAN_CHARACTER,
    clusters,
    fold,
    language_of,
    pieces,
    word_terms,
)
from retrieval.search.hanwords import HanWord, han_words
from retrieval.search.names import pinyin_names, pinyin_terms, sound_terms, without_possessive

Origin = Literal["exact", "stem", "form", "pinyin", "sound", "translation"]
# The other-language terms of a word with their similarity to it, 0..1.
Alternatives = tuple[tuple[str, float], ...]

_READING_WEIGHT = 0.5
# A form of an irregular word, lost for lose, beside the word itself.
_FORM_WEIGHT = 0.9
_TRANSLATION_WEIGHT = 2.0
# A word whose translations are all unsure weighs less: as if one unsaid had this similarity.
_DOUBT = 0.3
_TRANSLATIONS = 6


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
    """One term to look up in one field, and the question word it stands for.

    `via` is the translation that the term is a part of; empty for all other origins.
    """

    field: str
    term: str
    weight: float
    origin: Origin
    word: str
    via: str = ""


@dataclass(frozen=True, slots=True)
class Query:
    """A question as the search and the reader see it.

    `language` is that of `index.words.text.language_of`, `words_language` the Snowball name of the
    language of its words. `words` are the folded content words in order, without question words
    and function words; every term's `word` is one of them. `translations` holds the terms of
    the other language for each word that has any.
    """

    question: str
    language: str
    words_language: str
    words: tuple[str, ...]
    terms: tuple[QueryTerm, ...]
    translations: Mapping[str, Alternatives] = field(default_factory=dict)

    def weighted(self, *origins: Origin) -> list[tuple[str, str, float]]:
        """Return (field, term, weight) of the terms of these origins, of all for none.

        A term that occurs twice is there once, with the sum of its weights.
        """
        weights: dict[tuple[str, str], float] = {}
        for term in self.terms:
            if not origins or term.origin in origins:
                key = (term.field, term.term)
                weights[key] = weights.get(key, 0.0) + term.weight
        return [(name, term, weight) for (name, term), weight in weights.items()]


def analyse(question: str, translator: Dictionary | None = None) -> Query:
    """Return the words of a question and the terms that stand for them."""
    parts = [(without_possessive(piece), is_run) for piece, is_run in pieces(fold(question))]
    plain = [piece for piece, is_run in parts if not is_run]
    words_in = words_language(plain)
    function = function_words(words_in)
    names = pinyin_names(question, function, translator)
    # "An Wei" is a name even where "an" is a function word, unless it begins the question.
    stop = function - {word for name in names for word in name if word != plain[0]}
    cuts = [
        han_words(piece, translator) if is_run else [HanWord(piece, piece not in stop)]
        for piece, is_run in parts
    ]
    if not any(word.content for cut in cuts for word in cut):
        # "Who is it?" has nothing else to search by.
        cuts = [[HanWord(word.text, True) for word in cut] for cut in cuts]
    words = list(dict.fromkeys(word.text for cut in cuts for word in cut if word.content))
    terms: list[QueryTerm] = []
    for cut, (piece, is_run) in zip(cuts, parts, strict=True):
        if is_run:
            terms.extend(_run_terms(cut))
        elif cut[0].content:
            terms.extend(_word_terms(piece, words_in))
    translations = _translations(words, words_in, translator)
    unknown = [word for word in words if word not in translations]
    terms.extend(QueryTerm(f, t, w, "pinyin", word) for f, t, w, word in pinyin_terms(names, words))
    terms.extend(
        QueryTerm(f, t, w, "sound", word) for f, t, w, word in sound_terms(question, unknown)
    )
    for word, others in translations.items():
        terms.extend(_translation_terms(word, others))
    return Query(
        question, language_of(question), words_in, tuple(words), tuple(terms), translations
    )


def _run_terms(words: list[HanWord]) -> Iterator[QueryTerm]:
    """Yield the characters of the content words of a run, its pairs, and their readings."""
    text = [character for word in words for character in clusters(word.text)]
    owner = [word for word in words for _ in clusters(word.text)]
    for at, character in enumerate(text):
        here, after = owner[at], owner[min(at + 1, len(text) - 1)]
        if here.content:
            yield QueryTerm("terms", character, 1.0, "exact", here.text)
        if at + 1 == len(text) or not (here.content or after.content):
            continue
        pair, word = text[at] + text[at + 1], (here if here.content else after).text
        yield QueryTerm("terms", pair, 1.0, "exact", word)
        if here.content and after.content and HAN_CHARACTER.match(pair):
            for reading in han_pairs(pair):
                yield QueryTerm("romanized", reading, _READING_WEIGHT, "pinyin", word)


def _word_terms(word: str, language: str) -> Iterator[QueryTerm]:
    """Yield a word as it stands and by its stem, and the parts of a compound."""
    for term in word_terms(word):
        yield QueryTerm("terms", term, 1.0, "exact", word)
        stemmed = stem(term, language)
        yield QueryTerm("stems", stemmed, 1.0, "stem", word)
        forms = irregular_forms(term) if language == "english" else ()
        for form in sorted({stem(form, language) for form in forms} - {stemmed}):
            yield QueryTerm("stems", form, _FORM_WEIGHT, "form", word)


def _translations(
    words: list[str], language: str, translator: Dictionary | None
) -> dict[str, Alternatives]:
    """Return the other-language terms of each word; only Chinese and English have any."""
    found: dict[str, Alternatives] = {}
    for word in words:
        chinese = bool(HAN_CHARACTER.match(word))
        if translator is None or not (chinese or language == "english"):
            continue
        others = [
            (fold(other), score) for other, score in translator.translate(word, _TRANSLATIONS)
        ]
        if others:
            found[word] = tuple(others)
    return found


def _translation_terms(word: str, others: Alternatives) -> Iterator[QueryTerm]:
    """Yield what the passages of the other language hold of the word's translations.

    They share one weight, so that a word with many meanings does not drown a name with none.
    """
    share = _TRANSLATION_WEIGHT / (_DOUBT + sum(similarity for _, similarity in others))
    for other, similarity in others:
        weight = similarity * share
        for piece, is_run in pieces(other):
            if is_run:
                run = clusters(piece)
                for gram in (*run, *map(add, run, run[1:])):
                    yield QueryTerm("terms", gram, weight, "translation", word, other)
            else:
                term = stem(piece, "english")
                yield QueryTerm("stems", term, weight, "translation", word, other)
