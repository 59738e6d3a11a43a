"""Which tokens of a sentence answer: features of every token, and the run that scores best."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from retrieval.reading.matching import Match
from retrieval.reading.measures import UNKNOWN, Measure
from retrieval.reading.passages import GAP_NONE, SHAPES, SentenceView
from retrieval.reading.question_words import KINDS, Kind
from retrieval.reading.questions import QuestionView
from retrieval.reading.span_patterns import SPAN_KINDS, WANTED

Rows = NDArray[np.float32]

# Blank places between sentences, so that no window reaches into another sentence.
_PAD = 10
_NEAR = np.exp(-np.arange(1, 5, dtype=np.float32) / 2)
_FAR = np.exp(-np.arange(1, _PAD + 1, dtype=np.float32) / 6)
_STEPS = (-2, -1, 0, 1, 2)
# The rarest key weighs about this much.
_RAREST = 6.0

TOKEN_FEATURES: tuple[str, ...] = (
    *(f"word{step:+d}" for step in _STEPS),
    *(f"sense{step:+d}" for step in _STEPS),
    *("near_left", "near_right", "far_left", "far_right"),
    *("clause_mass", "sentence_mass"),
    *("left_neighbour", "left_pair", "right_neighbour", "right_pair"),
    *("after_left", "before_right", "kin_right", "kin_left", "in_question"),
    *("rarity", "gap_before", "gap_after", "first_clause"),
    *SPAN_KINDS,
    *("wanted", "fits"),
    *SHAPES,
    *(f"asks_{kind}" for kind in KINDS),
)


def token_features(
    question: QuestionView,
    sentences: Sequence[SentenceView],
    matches: Sequence[Match],
    rarity: Callable[[str], float],
) -> tuple[Rows, list[slice]]:
    """Return (places, TOKEN_FEATURES) of all sentences, and which rows are each sentence's."""
    places: list[slice] = []
    size = _PAD
    for sentence in sentences:
        places.append(slice(size, size + len(sentence.tokens)))
        size += len(sentence.tokens) + _PAD
    sheet = _Sheet(size)
    neighbours, measure = _Neighbours(question), Measure(question)
    weights = np.array(question.weights, dtype=np.float32)
    weights /= weights.sum() + 1e-6
    for sentence, match, place in zip(sentences, matches, places, strict=True):
        if len(sentence.tokens):
            sheet.fill(place, sentence, match, weights, rarity)
            neighbours.mark(sentence, match, sheet.anchors[place])
            if measure.known:
                for span, first, last in sentence.spans:
                    fits = measure.fits(sentence, span, first, last)
                    sheet.fits[place][first:last] = fits
    return sheet.rows(question.asked.kind), places


class _Sheet:
    """Columns that are filled sentence by sentence, then seen through windows."""

    def __init__(self, size: int) -> None:
        self.word = np.zeros(size, dtype=np.float32)
        self.sense = np.zeros(size, dtype=np.float32)
        self.mass = np.zeros(size, dtype=np.float32)
        self.clause = np.zeros(size, dtype=np.float32)
        self.sentence = np.zeros(size, dtype=np.float32)
        self.anchors = np.zeros((size, 7), dtype=np.float32)
        self.fixed = np.zeros((size, 4), dtype=np.float32)
        self.kinds = np.zeros((size, len(SPAN_KINDS)), dtype=np.float32)
        self.fits = np.full(size, UNKNOWN, dtype=np.float32)
        self.shapes = np.zeros((size, len(SHAPES)), dtype=np.float32)

    def fill(
        self,
        place: slice,
        sentence: SentenceView,
        match: Match,
        weights: Rows,
        rarity: Callable[[str], float],
    ) -> None:
        """Write a sentence's columns."""
        self.word[place] = match.words.max(axis=1, initial=0.0)
        self.sense[place] = match.senses.max(axis=1, initial=0.0)
        mass = (match.senses * weights).max(axis=1, initial=0.0)
        self.mass[place] = mass
        self.clause[place] = np.bincount(sentence.clauses, mass)[sentence.clauses]
        self.sentence[place] = mass.sum()
        gaps = sentence.gaps > GAP_NONE
        fixed = self.fixed[place]
        fixed[:, 0] = [rarity(key) / _RAREST for key in sentence.tokens.keys]
        fixed[:, 1] = gaps
        fixed[:, 2] = np.append(gaps[1:], True)
        fixed[:, 3] = sentence.clauses == 0
        self.kinds[place] = sentence.kinds
        self.shapes[place] = sentence.shapes

    def rows(self, kind: Kind) -> Rows:
        """Return all columns as TOKEN_FEATURES."""
        windows = [np.roll(self.word, -step) for step in _STEPS]
        windows += [np.roll(self.sense, -step) for step in _STEPS]
        windows += [_decayed(self.mass, _NEAR, side) for side in (1, -1)]
        windows += [_decayed(self.mass, _FAR, side) for side in (1, -1)]
        windows += [self.clause, self.sentence]
        anchors = self.anchors
        beside = [_decayed(anchors[:, 1], _FAR, 1), _decayed(anchors[:, 3], _FAR, -1)]
        wanted = [SPAN_KINDS.index(name) for name in WANTED.get(kind, ())]
        asks = np.zeros((len(self.word), len(KINDS)), dtype=np.float32)
        asks[:, KINDS.index(kind)] = 1.0
        return np.column_stack(
            [
                *windows,
                anchors[:, :4],
                *beside,
                anchors[:, 4:],
                self.fixed,
                self.kinds,
                self.kinds[:, wanted].max(axis=1, initial=0.0),
                self.fits,
                self.shapes,
                asks,
            ]
        )


class _Neighbours:
    """The words beside the asking words: what stands beside them in a sentence may answer."""

    def __init__(self, question: QuestionView) -> None:
        self._first, self._last = question.asked_first, question.asked_last
        keys = question.tokens.keys
        self._keys = frozenset(keys[: self._first] + keys[self._last :])
        self._left = keys[max(0, self._first - 2) : self._first]
        self._right = keys[self._last : self._last + 2]

    def mark(self, sentence: SentenceView, match: Match, anchors: Rows) -> None:
        """Mark the tokens beside the same words, and those that mean what is asked for."""
        keys = sentence.tokens.keys
        left, right = self._left, self._right
        for at, key in enumerate(keys):
            if key in self._keys:
                anchors[at, 6] = 1.0
            if left and key == left[-1] and at + 1 < len(keys):
                anchors[at + 1, 0] = 1.0
                anchors[at + 1, 1] = len(left) > 1 and at > 0 and keys[at - 1] == left[-2]
            if right and key == right[0] and at:
                anchors[at - 1, 2] = 1.0
                anchors[at - 1, 3] = len(right) > 1 and keys[at + 1 : at + 2] == right[1:]
        senses = match.senses
        anchors[:, 4] = senses[:, self._last : self._last + 2].max(axis=1, initial=0.0)
        anchors[:, 5] = senses[:, max(0, self._first - 2) : self._first].max(axis=1, initial=0.0)


def _decayed(values: Rows, kernel: Rows, side: int) -> Rows:
    """Return for each place the sum of its neighbours' values on one side (1: left, -1: right)."""
    total = np.zeros_like(values)
    for step, factor in enumerate(kernel, 1):
        total += factor * np.roll(values, side * step)
    return total


def best_run(scores: Rows, limit: int = 40) -> tuple[int, int, float]:
    """Return (first, last, sum) of the run of tokens with the greatest sum of scores.

    Kadane's algorithm, with runs of at most `limit` tokens. An empty sentence gives (0, 0, -inf).
    """
    best = (0, 0, -np.inf)
    start, total = 0, 0.0
    for at, score in enumerate(scores.tolist()):
        if total <= 0 or at - start >= limit:
            start, total = at, 0.0
        total += score
        if total > best[2]:
            best = (start, at + 1, total)
    return best
