"""Rank passages by BM25 over the index's own terms, in memory, to measure translations alone."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from index.words.stemming import stem
from index.words.text import search_terms

_K1, _B = 1.2, 0.75


def terms_of(text: str) -> list[str]:
    """Return the search terms of a text, its English words by their stems."""
    return [stem(t, "english") if t.isascii() and t.isalpha() else t for t in search_terms(text)]


class Ranking:
    """An inverted index of a few hundred passages."""

    def __init__(self, passages: Sequence[str]) -> None:
        """Count the terms of every passage."""
        self._postings: dict[str, list[tuple[int, int]]] = defaultdict(list)
        lengths = np.zeros(len(passages))
        for number, passage in enumerate(passages):
            counts = Counter(terms_of(passage))
            lengths[number] = sum(counts.values())
            for term, count in counts.items():
                self._postings[term].append((number, count))
        self._norms = _K1 * (1 - _B + _B * lengths / lengths.mean())

    def scores(self, weights: Mapping[str, float]) -> NDArray[np.float64]:
        """Return the BM25 score of every passage for weighted terms."""
        found = np.zeros(len(self._norms))
        for term, weight in weights.items():
            postings = self._postings.get(term, [])
            rarity = (len(found) - len(postings) + 0.5) / (len(postings) + 0.5)
            for number, count in postings:
                part = count * (_K1 + 1) / (count + self._norms[number])
                found[number] += weight * math.log(1 + rarity) * part
        return found
