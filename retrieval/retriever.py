"""Hybrid search: vectors and words propose passages, and their ranks are fused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from index.embedder import Embedder, search_vector
from index.encoders.transformer import Matrix
from index.library import Library
from index.models import Article, ArticleHead, Chunk, Hit
from retrieval.answer.reader import UnitReading
from retrieval.models import Passage
from retrieval.search.query import analyse

# How many passages each retriever proposes.
_PROPOSED = 60
# The constant of reciprocal rank fusion (Cormack et al. 2009), and what a rank among the words is
# worth beside one among the vectors; both chosen on the table in benchmarks/README.md.
_RANKS = 5
_SPARSE_WEIGHT = 0.75
# The crowd that a passage's vector stands out from, those after the first few, if there are enough;
# and how far the passage that answers usually does.
_FIRST, _CROWD, _USUAL = 5, 10, 5.0


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage that was found; a higher score is better.

    `outlying` is how much nearer its vector is to the question's than those of the other passages
    proposed, in their standard deviations, from what is usual for one that answers; 0 where too few
    were proposed to tell.
    """

    chunk: Chunk
    article: ArticleHead
    score: float
    outlying: float = 0.0


class Retriever:
    """Finds the passages of a library that may answer a question. Safe to use from any thread."""

    def __init__(self, library: Library, embedder: Embedder) -> None:
        """Take what to search."""
        self._library = library
        self._embedder = embedder

    def candidates(
        self,
        question: str,
        limit: int = 10,
        article_id: str | None = None,
        vector: Matrix | None = None,
    ) -> list[Candidate]:
        """Return the best passages, best first; [] if nothing is indexed.

        `vector` (dimensions,) is the question's, where it is known.
        """
        if limit <= 0:
            return []
        if vector is None:
            vector = self._embedder.encode_queries([question])[0]
        searched = search_vector(self._embedder, vector)
        terms = analyse(question).terms
        proposed = max(limit, _PROPOSED)
        with self._library.reading():
            dense = self._library.nearest(searched, proposed, article_id)
            sparse = self._library.matching(terms, proposed, article_id) if terms else []
            scores = _fused(dense, sparse)
            best = sorted(scores, key=lambda chunk_id: (-scores[chunk_id], chunk_id))[:limit]
            chunks = self._library.chunks(best)
            heads = self._library.heads(list({c.article_id for c in chunks.values()}))
        outlying, least = _outlying(dense)
        return [
            Candidate(
                chunks[found],
                heads[chunks[found].article_id],
                scores[found],
                outlying.get(found, least),
            )
            for found in best
            if found in chunks and chunks[found].article_id in heads
        ]

    def search(
        self, question: str, limit: int = 10, article_id: str | None = None
    ) -> list[Passage]:
        """Return the best passages as they are shown, best first; [] if nothing is indexed."""
        found = self.candidates(question, limit, article_id)
        return [passage_of(c.chunk, c.article, c.score) for c in found]


def _outlying(dense: Sequence[Hit]) -> tuple[dict[str, float], float]:
    """Return how far each passage stands out, and how far those that were not proposed do."""
    crowd = np.array([hit.score for hit in dense[_FIRST:]], dtype=np.float64)
    if len(crowd) < _CROWD or crowd.std() == 0:
        return {}, 0.0
    far = {h.chunk_id: (h.score - crowd.mean()) / crowd.std() - _USUAL for h in dense}
    return far, min(far.values())


def _fused(dense: Sequence[Hit], sparse: Sequence[Hit]) -> dict[str, float]:
    """Return the fused score of each passage, 0..1: 1 is first for both retrievers."""
    most = (1 + _SPARSE_WEIGHT) / _RANKS
    scores: dict[str, float] = {}
    for weight, hits in ((1.0, dense), (_SPARSE_WEIGHT, sparse)):
        # Engines differ in the seventh figure of a score.
        settled = sorted((-float(f"{hit.score:.5g}"), hit.chunk_id) for hit in hits)
        for rank, (_, chunk_id) in enumerate(settled):
            share = weight / (_RANKS + rank) / most
            scores[chunk_id] = scores.get(chunk_id, 0.0) + share
    return scores


def passage_of(chunk: Chunk, article: Article | ArticleHead, score: float) -> Passage:
    """Return a passage of an article as it is shown."""
    return Passage(
        chunk_id=chunk.id,
        article_id=article.id,
        title=article.title,
        source=article.source,
        date=article.date,
        text=chunk.text,
        score=score,
        start=chunk.start,
        end=chunk.end,
        ordinal=chunk.ordinal,
        path=chunk.path,
        blocks=chunk.blocks,
    )


def ranked(candidates: Sequence[Candidate], readings: Sequence[UnitReading]) -> list[Candidate]:
    """Return the candidates by their best unit, those that were not read after them."""
    best: dict[str, float] = {}
    for reading in readings:
        chunk_id = reading.window.chunk.id
        best[chunk_id] = max(reading.rank, best.get(chunk_id, reading.rank))
    read = [candidate for candidate in candidates if candidate.chunk.id in best]
    others = [candidate for candidate in candidates if candidate.chunk.id not in best]
    return sorted(read, key=lambda c: (-best[c.chunk.id], c.chunk.id)) + others
