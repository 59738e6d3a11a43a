"""A text as question terms are looked up in it: how often each occurs, and in which sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain
from operator import add

from index.words.pinyin import han_pairs, latin_pairs
from index.words.sentences import sentence_spans
from index.words.stemming import stem, text_language
from index.words.terms import capitalised, sounds
from index.words.text import clusters, fold, pieces, word_terms

_BETWEEN = "\x1e"


@dataclass(frozen=True)
class TextView:
    """A text made ready for counting.

    `counts` holds how often each key stands in it (see `term_key`), `sentences` the keys of each
    sentence. `length` counts characters of n-gram script and words of the others; `in_runs`
    tells whether most of it is n-gram script.
    """

    text: str
    counts: Mapping[str, int]
    sentences: tuple[frozenset[str], ...]
    length: int
    in_runs: bool

    @cached_property
    def readings(self) -> frozenset[str]:
        """Return the pinyin pairs of its Han, and those that its capitalised words spell."""
        return frozenset(
            (*han_pairs(fold(self.text)), *latin_pairs(capitalised(self.text)), *sounds(self.text))
        )


def stem_key(word: str) -> str:
    """Return the key of a stem; characters, pairs and whole words are keys as they stand."""
    return f"~{word}"


# A view of a usual passage takes 80 KB.
@lru_cache(maxsize=1024)
def view_of(text: str) -> TextView:
    """Return the view of a text; the same passages come back from question to question."""
    # One fold for all: the mark between the sentences survives it and is no letter.
    parted = _BETWEEN.join(text[start:end] for start, end in sentence_spans(text))
    folded = [pieces(sentence) for sentence in fold(parted).split(_BETWEEN)]
    words = [piece for sentence in folded for piece, is_run in sentence if not is_run]
    characters = sum(len(clusters(p)) for sentence in folded for p, is_run in sentence if is_run)
    language = text_language(" ".join(words))
    sentences = [_keys(sentence, language) for sentence in folded]
    counts = Counter(chain.from_iterable(sentences))
    return TextView(
        text,
        counts,
        tuple(map(frozenset, sentences)),
        characters + len(words),
        characters > len(words),
    )


def _keys(sentence: list[tuple[str, bool]], language: str) -> list[str]:
    """Return the keys of a folded sentence, with repeats."""
    keys: list[str] = []
    for piece, is_run in sentence:
        if is_run:
            characters = clusters(piece)
            keys.extend(characters)
            keys.extend(map(add, characters, characters[1:]))
        else:
            for word in word_terms(piece):
                keys.append(word)
                keys.append(stem_key(stem(word, language)))
    return keys
