"""What a question is searched by: weighted terms, and its content words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from language.hanwords import HanWord, han_words
from language.inflection import irregular_forms
from language.stemming import stem, words_language
from language.stopwords import function_words
from language.text import clusters, fold, language_of, pieces, word_terms

# A form of an irregular word, lost for lose, beside the word itself.
_FORM_WEIGHT = 0.9
# What a term in a title or heading is worth beside one in the text.
_TITLE_WEIGHT = 0.5
_POSSESSIVES = ("'s", "’s", "'", "’")

# A field, a term and its weight.
WeightedTerm = tuple[str, str, float]


@dataclass(frozen=True, slots=True)
class Query:
    """A question as the search sees it.

    `language` is that of `language.text.language_of`. `words` are the folded content words in
    order, without question words and function words; `terms` are what the full-text index is
    asked for, each once.
    """

    question: str
    language: str
    words: tuple[str, ...]
    terms: tuple[WeightedTerm, ...]


def analyse(question: str) -> Query:
    """Return the content words of a question and their search terms."""
    parts, language = _parts(question)
    cuts = _cut(parts, language)
    if not any(word.content for cut in cuts for word in cut):
        # "Who is it?" has nothing else to search by.
        cuts = [[HanWord(word.text, True) for word in cut] for cut in cuts]
    words = dict.fromkeys(word.text for cut in cuts for word in cut if word.content)
    weights: dict[tuple[str, str], float] = {}
    for cut, (piece, is_run) in zip(cuts, parts, strict=True):
        if not is_run and not cut[0].content:
            continue
        found = _run_terms(cut) if is_run else _word_terms(piece, language)
        for field, term, weight in found:
            weights[field, term] = weights.get((field, term), 0.0) + weight
    terms = tuple((field, term, weight) for (field, term), weight in weights.items())
    return Query(question, language_of(question), tuple(words), terms)


def has_content(question: str) -> bool:
    """Return True if a question has a word that is neither a question word nor a function word."""
    return any(word.content for cut in _cut(*_parts(question)) for word in cut)


def _parts(question: str) -> tuple[list[tuple[str, bool]], str]:
    """Return the folded words and runs of a question, and the language of its words."""
    parts = [(_without_possessive(piece), is_run) for piece, is_run in pieces(fold(question))]
    return parts, words_language([piece for piece, is_run in parts if not is_run])


def _cut(parts: Sequence[tuple[str, bool]], language: str) -> list[list[HanWord]]:
    """Return the words of each part, each run of Han cut at its question and function words."""
    function = function_words(language)
    return [
        han_words(piece) if is_run else [HanWord(piece, piece not in function)]
        for piece, is_run in parts
    ]


def _without_possessive(word: str) -> str:
    for ending in _POSSESSIVES:
        if word.endswith(ending) and len(word) > len(ending):
            return word[: -len(ending)]
    return word


def _run_terms(words: list[HanWord]) -> Iterator[WeightedTerm]:
    """Yield the characters of the content words of a run, and its pairs."""
    marked = [(cluster, word.content) for word in words for cluster in clusters(word.text)]
    following = zip_longest(marked, marked[1:], fillvalue=("", False))
    for (cluster, content), (after, follows) in following:
        if content:
            yield from _in_text_and_title(cluster)
        if after and (content or follows):
            yield from _in_text_and_title(cluster + after)


def _word_terms(word: str, language: str) -> Iterator[WeightedTerm]:
    """Yield a word, its stem, and the parts of a compound."""
    for term in word_terms(word):
        yield from _in_text_and_title(term)
        stemmed = stem(term, language)
        yield "stems", stemmed, 1.0
        forms = irregular_forms(term) if language == "english" else ()
        for form in sorted({stem(form, language) for form in forms} - {stemmed}):
            yield "stems", form, _FORM_WEIGHT


def _in_text_and_title(term: str) -> Iterator[WeightedTerm]:
    yield "terms", term, 1.0
    yield "title", term, _TITLE_WEIGHT
