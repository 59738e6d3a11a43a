"""Hybrid search: words, translations and vectors propose passages, what they hold ranks them."""

from __future__ import annotations

import copy
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.embedder import Embedder
from index.library import Library
from index.models import ArticleHead, Chunk
from index.scope import Scope
from index.words.text import NGRAM_CHARACTER, fold
from retrieval.models import Passage
from retrieval.search.coverage import Coverage, Evidence, Rarity, bm25, coverage, evidence_of
from retrieval.search.duplicates import near_duplicates
from retrieval.search.query import Dictionary, Query, analyse
from retrieval.search.ranking import (
    Direction,
    Weights,
    learned_weights,
    nearness_of,
)
from retrieval.search.textview import view_of

# How many passages each leg proposes and the legs together keep. The vectors' list is longer: its
# end is what a passage that only the words propose is taken to be worth.
_PROPOSED = 24
_NEAREST = 60
# How many of the best are looked at together with their neighbours.
_WIDENED = 8
# The constant of reciprocal rank fusion: small, since a leg is often sure of its first few.
_RANKS = 10
# What a term in a title is worth to the lexical leg beside one in the text.
_TITLE = 0.5
# Passages that are taken to exist without a question's terms: in a library of ten, a term that
# half of them hold is not as common as it looks there.
_ELSEWHERE = 100


@dataclass(frozen=True, slots=True)
class Candidate:
    """A proposed passage and what the ranking sees of it."""

    chunk: Chunk
    article: ArticleHead
    direction: Direction
    coverage: Coverage
    nearness: float

    @property
    def features(self) -> tuple[float, ...]:
        """Return the values of FEATURES."""
        return (*self.coverage, self.nearness)


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
        self._library = self._weighing = library
        self._embedder = embedder
        self._translator = translator
        self._weights = weights or learned_weights()

    def within(self, scope: Scope, *, weigh_by_whole: bool = False) -> Retriever:
        """Return a retriever that sees nothing outside a bound.

        `weigh_by_whole` tells how rare a word is by what this one sees: quicker, for one question.
        """
        bounded = copy.copy(self)
        bounded._library = self._library.within(scope)
        if not weigh_by_whole:
            bounded._weighing = bounded._library
        return bounded

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
        asked = frozenset(term.term for term in query.terms)
        passages: list[Passage] = []
        for candidate in self.candidates(query, limit, article_id):
            text = candidate.chunk.text
            if not any(near_duplicates(text, passage.text, asked) for passage in passages):
                passages.append(_passage(candidate, self._score(candidate)))
            if len(passages) == limit:
                break
        return passages

    def candidates(
        self, query: Query, limit: int = 10, article_id: str | None = None
    ) -> list[Candidate]:
        """Return the passages that the legs propose, with their features, best first.

        The best few are measured once more together with their neighbours in the article.
        """
        with self._library.reading():
            nearness = self._nearness(query, article_id)
            ids = self._proposed(query, list(nearness), max(2 * limit, _PROPOSED), article_id)
            evidence = evidence_of(query, self._rarity(query))
            found = self._measured(query, ids, nearness, evidence)
            found.sort(key=self._order)
            found[:_WIDENED] = self._widened(found[:_WIDENED], evidence)
        return sorted(found, key=self._order)

    def _score(self, candidate: Candidate) -> float:
        return self._weights.score(candidate.features, candidate.direction)

    def _order(self, candidate: Candidate) -> tuple[float, str]:
        return -self._score(candidate), candidate.chunk.id

    def _nearness(self, query: Query, article_id: str | None) -> dict[str, float]:
        """Return how near the vectors see their nearest passages; all others count as 0."""
        vector = self._embedder.encode_queries([query.question])[0]
        hits = self._library.nearest(vector, _NEAREST, article_id)
        values = nearness_of([hit.score for hit in hits])
        return {hit.chunk_id: value for hit, value in zip(hits, values, strict=True)}

    def _proposed(
        self, query: Query, nearest: Sequence[str], limit: int, article_id: str | None
    ) -> list[str]:
        """Return the ids that the legs rank highest together (reciprocal rank fusion).

        Translations are a leg of their own: in a library of two languages the question's own
        words would otherwise crowd out the passages of the other one.
        """
        exact = query.weighted("exact", "stem", "form")
        titles = [("title", term, _TITLE * weight) for f, term, weight in exact if f == "terms"]
        across = query.weighted("translation", "pinyin", "sound")
        standing = {chunk_id: 1 / (_RANKS + rank) for rank, chunk_id in enumerate(nearest[:limit])}
        for terms in (exact + titles, across):
            hits = self._library.matching(terms, limit, article_id) if terms else []
            for rank, hit in enumerate(hits):
                standing[hit.chunk_id] = standing.get(hit.chunk_id, 0.0) + 1 / (_RANKS + rank)
        return sorted(standing, key=lambda chunk_id: -standing[chunk_id])[:limit]

    def _measured(
        self,
        query: Query,
        ids: list[str],
        nearness: dict[str, float],
        evidence: tuple[Evidence, Evidence],
    ) -> list[Candidate]:
        """Return the passages with what the ranking sees of each by itself."""
        own, other = evidence
        asks_in_runs = bool(NGRAM_CHARACTER.search(fold(query.question)))
        found: list[Candidate] = []
        chunks = self._library.chunks(ids).values()
        articles = self._library.heads(list(dict.fromkeys(chunk.article_id for chunk in chunks)))
        for chunk in chunks:
            article = articles.get(chunk.article_id)
            if article is None:
                continue
            view = view_of(chunk.text)
            direction = _direction(asks_in_runs, view.in_runs)
            title = view_of(article.title) if article.title else None
            held = coverage(own if direction == "own" else other, view, (), title)
            near = nearness.get(chunk.id, 0.0)
            found.append(Candidate(chunk, article, direction, held, near))
        return found

    def _widened(
        self, found: list[Candidate], evidence: tuple[Evidence, Evidence]
    ) -> list[Candidate]:
        """Return the candidates measured in the window of their neighbours, if they have any."""
        beside = self._library.beside([candidate.chunk.id for candidate in found])
        own, other = evidence
        widened = []
        for candidate in found:
            neighbours = beside.get(candidate.chunk.id, ())
            if neighbours:
                around = [view_of(neighbour.text) for neighbour in neighbours]
                wanted = own if candidate.direction == "own" else other
                window = bm25(wanted, view_of(candidate.chunk.text), around)
                held = candidate.coverage._replace(window=window)
                candidate = replace(candidate, coverage=held)
            widened.append(candidate)
        return widened

    def _rarity(self, query: Query) -> Rarity:
        """Return the weights of the query's terms: BM25's inverse document frequency."""
        passages = self._weighing.passages_count() + _ELSEWHERE
        terms = list(dict.fromkeys((term.field, term.term) for term in query.terms))
        holding = self._weighing.document_frequencies(terms)
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
