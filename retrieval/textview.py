"""A text as question terms are looked up in it: folded, its words counted, cut into sentences."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property, lru_cache

from index.pinyin import han_pairs, latin_pairs
from index.sentences import sentence_spans
from index.stemming import stem, text_language
from index.terms import capitalised
from index.text import fold, pieces, word_terms


@dataclass(frozen=True)
class TextView:
    """A text made ready for counting.

    `length` counts characters of n-gram script and words of the others; `in_runs` tells
    whether most of it is n-gram script.
    """

    text: str
    folded: str
    words: Counter[str]
    stems: Counter[str]
    length: int
    in_runs: bool

    @cached_property
    def readings(self) -> frozenset[str]:
        """Return the pinyin pairs of the Han in it."""
        return frozenset(han_pairs(self.folded))

    @cached_property
    def romanized(self) -> frozenset[str]:
        """Return the pinyin pairs that its capitalised Latin words spell."""
        return frozenset(latin_pairs(capitalised(self.text)))

    @cached_property
    def sentences(self) -> tuple[TextView, ...]:
        """Return the sentences, each as a view."""
        spans = sentence_spans(self.text)
        if len(spans) == 1:
            return (self,)
        language = text_language(self.folded)
        return tuple(_view(self.text[start:end], language) for start, end in spans)


@lru_cache(maxsize=4096)
def view_of(text: str) -> TextView:
    """Return the view of a text; the same passages come back from question to question."""
    return _view(text, None)


def _view(text: str, language: str | None) -> TextView:
    folded = fold(text)
    cut = pieces(folded)
    words = [term for piece, is_run in cut if not is_run for term in word_terms(piece)]
    plain = sum(not is_run for _, is_run in cut)
    characters = sum(len(piece) for piece, is_run in cut if is_run)
    language = language or text_language(folded)
    return TextView(
        text,
        folded,
        Counter(words),
        Counter(stem(word, language) for word in words),
        characters + plain,
        characters > plain,
    )
