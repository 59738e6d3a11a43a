"""Learn which words translate each other from pairs of texts, by expectation maximisation.

IBM Model 1 (Brown et al., 1993, "The Mathematics of Statistical Machine Translation") without
word order, run in both directions; a pair of words is as good as the geometric mean of the two
probabilities, so that only words that choose each other score high.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# The row numbers of a text's tokens.
Bag = NDArray[np.int32]
_ROUNDS = 6
# The weight of "this word translates nothing", against probabilities of a real translation.
_NOTHING = 0.006


@dataclass(frozen=True)
class WordPairs:
    """Pairs of rows that were seen together, and how well each translates the other, 0..1."""

    english: NDArray[np.int64]
    chinese: NDArray[np.int64]
    to_chinese: NDArray[np.float64]
    to_english: NDArray[np.float64]

    def scores(self) -> NDArray[np.float64]:
        """Return the geometric mean of both directions."""
        return np.sqrt(self.to_chinese * self.to_english)

    def ranked(self, *, from_chinese: bool, at_least: float) -> dict[int, list[tuple[int, float]]]:
        """Return {row: its translations as (row, score), best first}."""
        scores = self.scores()
        sides = (self.chinese, self.english) if from_chinese else (self.english, self.chinese)
        found: dict[int, list[tuple[int, float]]] = defaultdict(list)
        for at in np.argsort(-scores, kind="stable"):
            if scores[at] < at_least:
                break
            found[int(sides[0][at])].append((int(sides[1][at]), float(scores[at])))
        return dict(found)


def align(pairs: Sequence[tuple[Bag, Bag, float]], rows: int, *, longest: int = 16) -> WordPairs:
    """Return the word pairs that (English bag, Chinese bag, weight) triples imply.

    Texts of more than `longest` different words say too little about each of them.
    """
    texts, english, chinese, weights = _occurrences(pairs, longest)
    cells, places = np.unique(english * rows + chinese, return_inverse=True)
    first, second = cells // rows, cells % rows
    forward = _maximise(places, texts * rows + chinese, first, weights)
    backward = _maximise(places, texts * rows + english, second, weights)
    return WordPairs(first, second, forward, backward)


def _occurrences(
    pairs: Sequence[tuple[Bag, Bag, float]], longest: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Return every (text, English row, Chinese row, weight) that occurs."""
    texts, english, chinese, weights = [], [], [], []
    for number, (left, right, weight) in enumerate(pairs):
        a, b = np.unique(left), np.unique(right)
        if 0 < len(a) <= longest and 0 < len(b) <= longest:
            size = len(a) * len(b)
            texts.append(np.full(size, number, dtype=np.int64))
            english.append(np.repeat(a, len(b)).astype(np.int64))
            chinese.append(np.tile(b, len(a)).astype(np.int64))
            weights.append(np.full(size, weight))
    return (
        np.concatenate(texts),
        np.concatenate(english),
        np.concatenate(chinese),
        np.concatenate(weights),
    )


def _maximise(
    places: NDArray[np.int64],
    slots: NDArray[np.int64],
    given: NDArray[np.int64],
    weights: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return the probability of each cell, given its word of the language translated from.

    `places` is the cell of each occurrence, `slots` the translated word it competes for, `given`
    the word of each cell that the probabilities of all its translations sum to one over.
    """
    _, slots = np.unique(slots, return_inverse=True)
    chances = np.ones(len(given))
    for _ in range(_ROUNDS):
        share = chances[places]
        total = np.bincount(slots, share)[slots] + _NOTHING
        counts = np.bincount(places, weights * share / total, minlength=len(given))
        chances = counts / np.bincount(given, counts)[given]
    return chances
