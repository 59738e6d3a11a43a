"""The reader: a cross-encoder that tells which units of a window answer a question, and where.

It is fine-tuned from the bundled encoder (`training/reader`), whose word vectors and lowest layers
it shares, and reads every language that encoder knows.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.encoders.bundled import END, START, fine_tuned, weights
from index.encoders.transformer import Matrix, Transformer, gelu
from index.units import Unit, Window

FOLDER = Path(__file__).resolve().parents[2] / "models" / "reader"
# Word pieces that are read of a question, of a head and of a window at a time.
LONGEST_QUESTION, LONGEST_HEAD, LONGEST_WINDOW = 64, 40, 230
# And of what stands before the first unit, where all together is too long.
LONGEST_CONTEXT = 60
_NONE = float("-inf")
# A span that answers is no longer than this many word pieces.
_LONGEST_SPAN = 40


@dataclass(frozen=True, slots=True)
class UnitReading:
    """What the reader says of one unit: `score` is the log-odds that it answers the question.

    `span` is what in it answers, as offsets of the window's text, and `span_likelihood` how
    likely these are its ends, 0..1. `listed` is how likely the question asks for a list or for
    steps, 0..1. `rank` orders the units of a question: see `rank_units`.
    """

    window: Window
    unit: Unit
    score: float
    span: tuple[int, int] | None = None
    span_likelihood: float = 0.0
    listed: float = 0.0
    rank: float = 0.0

    @property
    def text(self) -> str:
        """Return the text of the unit."""
        return self.window.text[self.unit.first : self.unit.last]

    @property
    def cells(self) -> list[str]:
        """Return the texts of a row's cells, of a labelled value's one; [] of other units."""
        chunk = self.window.chunk
        return [chunk.text[a - chunk.start : b - chunk.start] for a, b in self.unit.block.cells]


@dataclass(frozen=True, slots=True)
class _Sequence:
    """One run of the model: a question with some units of a window."""

    window: int
    ids: list[int]
    asked: int
    # Unit numbers with their first and last word piece, and the offsets of the word pieces.
    units: list[tuple[int, int, int]]
    base: int
    offsets: Sequence[tuple[int, int]]


class Reader:
    """Reads windows for a question. Safe to use from any thread."""

    def __init__(self, folder: Path = FOLDER) -> None:
        """Take the folder of the weights; they are loaded at the first question."""
        self._folder = folder

    @cached_property
    def _parts(self) -> tuple[Transformer, dict[str, NDArray[Any]]]:
        return fine_tuned(self._folder, "errors.reader_broken")

    def read(self, question: str, windows: Sequence[Window]) -> list[UnitReading]:
        """Return a reading of every unit of the windows, window by window, in order."""
        sequences = list(self._sequences(question, windows))
        found: dict[tuple[int, int], UnitReading] = {}
        states = self._parts[0].hidden([sequence.ids for sequence in sequences])
        for sequence, hidden in zip(sequences, states, strict=True):
            window = windows[sequence.window]
            asked = _asked(sequence, hidden)
            listed = self._listed(asked)
            for number, score, (first, last), likelihood in self._judged(sequence, hidden, asked):
                known = found.get((sequence.window, number))
                if known is None or known.score < score:
                    unit = window.units[number]
                    # A word piece begins with the blank before its word.
                    span = max(first, unit.first), min(last, unit.last)
                    reading = UnitReading(window, unit, score, span, likelihood, listed)
                    found[sequence.window, number] = reading
        return [found[key] for key in sorted(found)]

    def _sequences(self, question: str, windows: Sequence[Window]) -> Iterator[_Sequence]:
        tokenizer = weights().tokenizer
        texts = [question, *(w.head for w in windows), *(w.text for w in windows)]
        cut = tokenizer.cut(texts)
        asked = cut[0].ids[:LONGEST_QUESTION]
        heads, bodies = cut[1 : len(windows) + 1], cut[len(windows) + 1 :]
        for at, window in enumerate(windows):
            head, body = heads[at].ids[:LONGEST_HEAD], bodies[at]
            starts = [start for start, _ in body.offsets]
            ends = [end for _, end in body.offsets]
            places = [
                (number, bisect_left(ends, unit.first + 1), bisect_left(starts, unit.last))
                for number, unit in enumerate(window.units)
            ]
            for group in _groups([place for place in places if place[2] > place[1]]):
                first = _first_piece(group)
                last = min(group[-1][2], first + LONGEST_WINDOW + LONGEST_CONTEXT)
                ids = [START, *asked, END, END, *head, END, *body.ids[first:last], END]
                base = len(asked) + len(head) + 4 - first
                units = [(n, base + a, base + min(b, last)) for n, a, b in group if a < last]
                yield _Sequence(at, ids, len(asked), units, base, body.offsets)

    def _listed(self, asked: Matrix) -> float:
        """Return how likely a list is asked for, 0..1."""
        heads = self._parts[1]
        logit = asked @ heads["listed.weight"]
        return float(1 / (1 + np.exp(-(logit + heads["listed.bias"])[0])))

    def _judged(
        self, sequence: _Sequence, hidden: Matrix, asked: Matrix
    ) -> Iterator[tuple[int, float, tuple[int, int], float]]:
        """Yield (unit number, score, span, likelihood of the span)."""
        heads = self._parts[1]
        spans = hidden @ heads["span.weight"] + heads["span.bias"]
        for number, first, last in sequence.units:
            pooled = np.concatenate([hidden[first:last].mean(axis=0), asked])
            inner = gelu(pooled @ heads["unit.0.weight"] + heads["unit.0.bias"])
            score = float((inner @ heads["unit.2.weight"] + heads["unit.2.bias"])[0])
            start, end, likelihood = _best_span(spans[first:last])
            piece = sequence.offsets[first + start - sequence.base]
            final = sequence.offsets[first + end - sequence.base]
            yield number, score, (piece[0], final[1]), likelihood


def _asked(sequence: _Sequence, hidden: Matrix) -> Matrix:
    """Return the mean state of the question's word pieces."""
    return np.asarray(hidden[1 : 1 + max(1, sequence.asked)].mean(axis=0), dtype=np.float32)


def _groups(places: list[tuple[int, int, int]]) -> Iterator[list[tuple[int, int, int]]]:
    """Yield the units of a window in groups that the model reads at once."""
    group: list[tuple[int, int, int]] = []
    for place in places:
        if group and place[2] - group[0][1] > LONGEST_WINDOW:
            yield group
            group = []
        group.append(place)
    if group:
        yield group


def _first_piece(group: list[tuple[int, int, int]]) -> int:
    """Return where the word pieces begin that are read with a group of units."""
    number, first, _ = group[0]
    if number:
        return first
    whole = group[-1][2] <= LONGEST_WINDOW + LONGEST_CONTEXT
    return 0 if whole else max(0, first - LONGEST_CONTEXT)


def _best_span(scores: Matrix) -> tuple[int, int, float]:
    """Return the first and last row of the likeliest span, and its likelihood.

    `scores` (rows, 2) are those of each row as start and as end.
    """
    count = len(scores)
    scores = scores - np.log(np.exp(scores - scores.max(axis=0)).sum(axis=0)) - scores.max(axis=0)
    sums = scores[:, :1] + scores[None, :, 1]
    allowed = np.triu(np.ones((count, count), dtype=bool)) & ~np.triu(
        np.ones((count, count), dtype=bool), _LONGEST_SPAN
    )
    best = int(np.where(allowed, sums, _NONE).argmax())
    return best // count, best % count, float(np.exp(sums.flat[best]))


@lru_cache(maxsize=1)
def bundled_reader() -> Reader:
    """Return the reader that comes with the project, shared by all who use it."""
    return Reader()
