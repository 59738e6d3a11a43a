"""Decide, before answering, whether the documents hold the answer."""

from __future__ import annotations

import math

from index.library import Library
from retrieval.learned import learned
from retrieval.reader import Reader, Reading
from retrieval.retriever import Retriever


class Abstention:
    """The threshold of the library that is read, and how sure a reading is."""

    def __init__(self, library: Library, retriever: Retriever, reader: Reader) -> None:
        """Take what calibration asks questions of."""
        self._library = library
        self._retriever = retriever
        self._reader = reader

    def confidence(self, reading: Reading | None) -> float:
        """Return 0..1: how likely the quotes answer the question."""
        if reading is None:
            return 0.0
        logit = float(learned().judge.score(reading.evidence[None, :])[0])
        return 1 / (1 + math.exp(-max(-50.0, min(50.0, logit))))

    def threshold(self) -> float:
        """Return the confidence from which on this library answers."""
        return 0.5
