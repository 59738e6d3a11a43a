"""Words that mean nearly the same, in one language or two, by the bundled model's vectors."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from retrieval.reading.tokens import Tokens, fold_with_origins

Rows = NDArray[np.float32]

# Of unrelated words 99 in 100 come out below 0.18; from 0.5 on words mean the same.
_FLOOR = 0.18
_SPAN = 0.35
_SUREST = 0.9


class TokenVectors(Protocol):
    """What is asked of the translator."""

    def vectors(self, rows: NDArray[np.int64]) -> Rows:
        """Return the unit vectors (n, dimensions) of rows of the model."""
        ...

    def tokens(self, folded: str) -> list[tuple[int, int, int]]:
        """Return (row, start, end) of each known token of a folded text."""
        ...


@dataclass(frozen=True, slots=True)
class Meant:
    """The model's tokens of a text: their rows, and the range of our tokens each covers."""

    rows: NDArray[np.int64]
    first: NDArray[np.int64]
    last: NDArray[np.int64]


class Meanings:
    """Compares texts token by token."""

    def __init__(self, vectors: TokenVectors | None) -> None:
        """Take the vectors; None makes every likeness 0."""
        self._vectors = vectors
        self.meant = lru_cache(maxsize=16384)(self._meant)

    def _meant(self, tokens: Tokens) -> Meant:
        """Return the model's tokens of a text that is taken apart."""
        found: list[tuple[int, int, int]] = []
        if self._vectors is not None and len(tokens):
            folded, starts, ends = fold_with_origins(tokens.text)
            for row, start, end in self._vectors.tokens(folded):
                # Some tokenizers count the blank before a word as part of it.
                while start < end and folded[start].isspace():
                    start += 1
                if start == end:
                    continue
                first = bisect_right(tokens.starts, starts[start]) - 1
                last = bisect_left(tokens.starts, ends[end - 1])
                # A piece of a word means nothing by itself.
                whole = 0 <= first < last and tokens.starts[first] == starts[start]
                if whole and tokens.ends[last - 1] == ends[end - 1]:
                    found.append((row, first, last))
        columns = np.array(found, dtype=np.int64).reshape(-1, 3)
        return Meant(columns[:, 0], columns[:, 1], columns[:, 2])

    def compare(self, question: Tokens, texts: Sequence[Tokens]) -> tuple[list[Rows], Rows]:
        """Return, for each text, (its tokens, the question's tokens) likenesses 0..0.9; and how
        near the nearest token of each text is to each token of the question, as a cosine.
        """
        likenesses = [np.zeros((len(text), len(question)), dtype=np.float32) for text in texts]
        nearness = np.zeros((len(texts), len(question)), dtype=np.float32)
        asked = self.meant(question)
        meant = [self.meant(text) for text in texts]
        rows = np.concatenate([text.rows for text in meant]) if meant else asked.rows[:0]
        if self._vectors is None or not len(asked.rows) or not len(rows):
            return likenesses, nearness
        cosines = self._vectors.vectors(rows) @ self._vectors.vectors(asked.rows).T
        likeness = np.clip((cosines - _FLOOR) / _SPAN, 0.0, 1.0) * _SUREST
        at = 0
        for place, (filled, text) in enumerate(zip(likenesses, meant, strict=True)):
            part = slice(at, at + len(text.rows))
            at = part.stop
            _fill(filled, likeness[part], text, asked)
            nearest = cosines[part].max(axis=0, initial=0.0)
            for column, near in enumerate(nearest.tolist()):
                block = nearness[place, asked.first[column] : asked.last[column]]
                np.maximum(block, near, out=block)
        return likenesses, nearness


def _fill(filled: Rows, likeness: Rows, text: Meant, asked: Meant) -> None:
    """Write what model tokens are like into the tokens of ours that they cover."""
    for row, column in zip(*np.nonzero(likeness), strict=True):
        block = filled[text.first[row] : text.last[row], asked.first[column] : asked.last[column]]
        np.maximum(block, likeness[row, column], out=block)
