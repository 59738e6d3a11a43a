"""What a question is searched by: weighted terms, and its content words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest

from language.hanwords import HanWord, han_words
from language.inflection import irregular_forms
from language.stemming import stem, words_language
from language.stopwords import function_words
from language.text import clusters, fold, pieces, word_terms

# A form of an irregular word, lost for lose, beside the word itself.
_FORM_WEIGHT = 0.9
# What a term in a title or heading is worth beside one in the text.
_TITLE_WEIGHT = 0.5
_POSSESSIVE = re.compile(r"(?<=.)['’]s?\Z")

# A field, a term and its weight.
WeightedTerm = tuple[str, str, float]


@dataclass(frozen=True, slots=True)
class Query:
    """A question as the search sees it.

    `words` are the folded content words in order, without question words and function words;
    `terms` are what the full-text index is asked for, each once.
    """

    words: tuple[str, ...]
    terms: tuple[WeightedTerm, ...]


def analyse(question: str) -> Query:
    """Return the content words of a question and their search terms."""
    parts, language = _parts(question)
    if not any(word.content for cut, _ in parts for word in cut):
        # "Who is it?" has nothing else to search by.
        parts = [([HanWord(word.text, True) for word in cut], is_run) for cut, is_run in parts]
    words = dict.fromkeys(word.text for cut, _ in parts for word in cut if word.content)
    weights: dict[tuple[str, str], float] = {}
    for cut, is_run in parts:
        if not is_run and not cut[0].content:
            continue
        found = _run_terms(cut) if is_run else _word_terms(cut[0].text, language)
        for field, term, weight in found:
            weights[field, term] = weights.get((field, term), 0.0) + weight
    terms = tuple((field, term, weight) for (field, term), weight in weights.items())
    return Query(tuple(words), terms)


def has_content(question: str) -> bool:
    """Return True if a question has a word that is neither a question word nor a function word."""
    return any(word.content for cut, _ in _parts(question)[0] for word in cut)


def _parts(question: str) -> tuple[list[tuple[list[HanWord], bool]], str]:
    """Return the folded words and runs of a question, and the language of its words.

    A run of Han is cut at its question and function words.
    """
    parts = [(_POSSESSIVE.sub("", piece), is_run) for piece, is_run in pieces(fold(question))]
    language = words_language([piece for piece, is_run in parts if not is_run])
    function = function_words(language)
    cuts = [
        han_words(piece) if is_run else [HanWord(piece, piece not in function)]
        for piece, is_run in parts
    ]
    return [(cut, is_run) for cut, (_, is_run) in zip(cuts, parts, strict=True)], language


def _run_terms(words: list[HanWord]) -> Iterator[WeightedTerm]:
    """Yield the characters of the content words of a run, and its pairs."""
    marked = [(cluster, word.content) for word in words for cluster in clusters(word.text)]
    following = zip_longest(marked, marked[1:], fillvalue=("", False))
    for (cluster, content), (after, follows) in following:
        terms = [cluster] if content else []
        if after and (content or follows):
            terms.append(cluster + after)
        for term in terms:
            yield "terms", term, 1.0
            yield "title", term, _TITLE_WEIGHT


def _word_terms(word: str, language: str) -> Iterator[WeightedTerm]:
    """Yield a word, its stem, and the parts of a compound."""
    for term in word_terms(word):
        yield "terms", term, 1.0
        yield "title", term, _TITLE_WEIGHT
        stemmed = stem(term, language)
        yield "stems", stemmed, 1.0
        forms = irregular_forms(term) if language == "english" else ()
        for form in sorted({stem(form, language) for form in forms} - {stemmed}):
            yield "stems", form, _FORM_WEIGHT
