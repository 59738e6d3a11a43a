"""Hybrid search: words, translations and vectors propose passages, what they hold ranks them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from index.embedder import Embedder
from index.library import Library
from index.models import Article, Chunk
from index.text import NGRAM_CHARACTER, fold
from retrieval.coverage import Rarity, coverage, evidence_of
from retrieval.duplicates import near_duplicates
from retrieval.models import Passage
from retrieval.query import Dictionary, Query, analyse
from retrieval.ranking import (
    Direction,
    Weights,
    feature_values,
    learned_weights,
    nearness_of,
)
from retrieval.textview import view_of

# How many passages each leg proposes. The vectors' list is longer: its end is what a passage
# that only the words propose is taken to be worth.
_PROPOSED = 24
_NEAREST = 60
# Passages that are taken to exist without a question's terms: in a library of ten, a term that
# half of them hold is not as common as it looks there.
_ELSEWHERE = 100


@dataclass(frozen=True, slots=True)
class Candidate:
    """A proposed passage and what the ranking sees of it."""

    chunk: Chunk
    article: Article
    features: tuple[float, ...]
    direction: Direction


class Retriever:
    """Finds the passages of a library that answer a question. Safe to use from any thread."""

    def __init__(
        self,
        library: Library,
        embedder: Embedder,
        translator: Dictionary | None,
        weights: Weights | None = None,
    ) -> None:
        """Take what to search; no translator: passages of other languages by vectors alone."""
        self._library = library
        self._embedder = embedder
        self._translator = translator
        self._weights = weights or learned_weights()

    def analyse(self, question: str) -> Query:
        """Return the question as weighted terms."""
        return analyse(question, self._translator)

    def search(
        self, question: str, limit: int = 10, article_id: str | None = None
    ) -> list[Passage]:
        """Return the best passages, best first, near-duplicates once; [] if nothing is indexed.

        `score` is 0..1 and comparable between questions.
        """
        if limit <= 0:
            return []
        query = self.analyse(question)
        scored = [
            (self._weights.score(candidate.features, candidate.direction), candidate)
            for candidate in self.candidates(query, limit, article_id)
        ]
        scored.sort(key=lambda pair: (-pair[0], pair[1].chunk.id))
        asked = frozenset(term.term for term in query.terms)
        passages: list[Passage] = []
        for score, candidate in scored:
            text = candidate.chunk.text
            if not any(near_duplicates(text, passage.text, asked) for passage in passages):
                passages.append(_passage(candidate, score))
            if len(passages) == limit:
                break
        return passages

    def candidates(
        self, query: Query, limit: int = 10, article_id: str | None = None
    ) -> list[Candidate]:
        """Return the passages that any leg proposes, with their features, in no order."""
        with self._library.reading():
            nearness = self._nearness(query, article_id)
            ids = self._proposed(query, list(nearness), max(limit, _PROPOSED), article_id)
            chunks = self._library.chunks(ids)
            return self._measured(query, list(chunks.values()), nearness)

    def _nearness(self, query: Query, article_id: str | None) -> dict[str, float]:
        """Return how near the vectors see their nearest passages; all others count as 0."""
        vector = self._embedder.encode_queries([query.question])[0]
        hits = self._library.nearest(vector, _NEAREST, article_id)
        values = nearness_of([hit.score for hit in hits])
        return {hit.chunk_id: value for hit, value in zip(hits, values, strict=True)}

    def _proposed(
        self, query: Query, nearest: Sequence[str], limit: int, article_id: str | None
    ) -> list[str]:
        """Return the ids that the legs propose, each once.

        Translations are a leg of their own: in a library of two languages the question's own
        words would otherwise crowd out the passages of the other one.
        """
        legs = (
            query.weighted("exact", "stem"),
            query.weighted("translation", "pinyin", "sound"),
        )
        ids = dict.fromkeys(nearest[:limit])
        for terms in legs:
            hits = self._library.matching(terms, limit, article_id) if terms else []
            ids.update(dict.fromkeys(hit.chunk_id for hit in hits))
        return list(ids)

    def _measured(
        self, query: Query, chunks: list[Chunk], nearness: dict[str, float]
    ) -> list[Candidate]:
        """Return the passages with what the ranking sees of each."""
        own, other = evidence_of(query, self._rarity(query))
        asks_in_runs = bool(NGRAM_CHARACTER.search(fold(query.question)))
        beside = self._library.beside([chunk.id for chunk in chunks])
        articles: dict[str, Article | None] = {}
        found: list[Candidate] = []
        for chunk in chunks:
            if chunk.article_id not in articles:
                articles[chunk.article_id] = self._library.article(chunk.article_id)
            article = articles[chunk.article_id]
            if article is None:
                continue
            view = view_of(chunk.text)
            direction = _direction(asks_in_runs, view.in_runs)
            title = view_of(article.title) if article.title else None
            around = [view_of(neighbour.text) for neighbour in beside.get(chunk.id, ())]
            held = coverage(own if direction == "own" else other, view, around, title)
            values = feature_values(held, nearness.get(chunk.id, 0.0))
            found.append(Candidate(chunk, article, values, direction))
        return found

    def _rarity(self, query: Query) -> Rarity:
        """Return the weights of the query's terms: BM25's inverse document frequency."""
        passages = self._library.passages_count() + _ELSEWHERE
        terms = list(dict.fromkeys((term.field, term.term) for term in query.terms))
        holding = self._library.document_frequencies(terms)
        return {
            term: math.log(1 + (passages - count + 0.5) / (count + 0.5))
            for term, count in zip(terms, holding, strict=True)
        }


def _direction(question_in_runs: bool, passage_in_runs: bool) -> Direction:
    if question_in_runs == passage_in_runs:
        return "own"
    return "into_han" if passage_in_runs else "out_of_han"


def _passage(candidate: Candidate, score: float) -> Passage:
    chunk, article = candidate.chunk, candidate.article
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
    )
