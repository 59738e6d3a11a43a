"""One state of the embedded index: its passages by vector and by term, its articles by catalog."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from index.encoders.transformer import Matrix
from index.errors import StoreUnusable
from index.models import Hit
from index.store.engine import IndexView, WeightedTerm
from index.store.generation import Generation
from index.store.seen import unit_rows
from index.store.sqlite import wrap_errors

# While a run writes, an index holds passages that do not exist yet; so many more are fetched.
_WIDER = 4
_WIDEST = 10_000


@dataclass(frozen=True, slots=True)
class EmbeddedView(IndexView):
    """One state of one generation. Hits of the indexes count where the catalog has the passage."""

    generation: Generation

    def _nearest(self, query: Matrix, limit: int, article_id: str | None) -> list[Hit]:
        fetch = self.catalog.fetch_vectors
        if article_id is not None:
            # The graph finds neighbours in the whole index; one article is compared whole.
            ids = self.catalog.keys_of(article_id)
            return _named(_compared(query, unit_rows(fetch(list(ids))), limit), ids)
        if self.seen and self.seen.few is not None:
            return _named(_compared(query, self.seen.vectors(fetch), limit), self.seen.few)
        found, is_all = self._existing(limit, lambda wanted: self._near(query, wanted))
        if is_all or not self.seen:
            return found
        ids = self.catalog.ids_by_key(self.seen.counts[2]) or {}
        return _named(_compared(query, unit_rows(fetch(list(ids))), limit), ids)

    def _near(self, query: Matrix, limit: int) -> list[Hit]:
        """Return the keys nearest to a query, by the graph and what came after it."""
        recent = self.generation.recent(self.catalog)
        try:
            hits = self.generation.graph(self.catalog).nearest(query, limit)
        except StoreUnusable:
            if not self.generation.is_superseded(self.catalog.fact("vectors")):
                raise
            # A run has just replaced this graph; all vectors are compared in its place.
            hits, keys, rows = [], *self.catalog.vectors_after(0)[:2]
            recent = unit_rows(dict(zip(keys, rows, strict=True)))
        scores = {hit.chunk_id: hit for hit in (*hits, *_compared(query, recent, limit))}
        return sorted(scores.values(), key=_order)[:limit]

    def _matching(
        self, terms: Sequence[WeightedTerm], limit: int, article_id: str | None
    ) -> list[Hit]:
        lexicon = self.generation.full_text
        ids = self.catalog.keys_of(article_id) if article_id is not None else None
        if ids is None and self.seen:
            ids = self.seen.few
        if ids is None:
            found, is_all = self._existing(limit, lambda wanted: lexicon.search(terms, wanted))
            if is_all or not self.seen:
                return found
            ids = self.catalog.ids_by_key(self.seen.counts[2]) or {}
        hits = lexicon.search(terms, limit, only=list(ids))
        return [Hit(ids[hit.chunk_id], hit.score) for hit in hits]

    def term_keys(self) -> set[str]:
        """Return the keys that terms are stored under."""
        return self.generation.full_text.keys()

    def check(self) -> None:
        """Read the three stores. Raises StoreUnusable if one is damaged or away."""
        folder, terms = self.generation.place.folder, self.generation.full_text
        with wrap_errors(folder):
            self.catalog.check()
            wanted, vectors = self.catalog.key_count(), self.catalog.vector_count()
            built = self.catalog.vector_count(int(self.catalog.fact("vectors_to") or 0))
        terms.check()
        in_graph = ("vectors in the graph", self.generation.graph(self.catalog).count(), built)
        counts = ("terms", terms.count(), wanted), ("vectors", vectors, wanted)
        self._check_counts(folder, *counts, in_graph)

    def _existing(self, limit: int, search: Callable[[int], list[Hit]]) -> tuple[list[Hit], bool]:
        """Return the best `limit` hits that exist, as chunk ids instead of keys.

        And whether these are all: fewer may mean that the others were too far down the list.
        """
        wanted = limit
        while True:
            hits = search(wanted)
            ids = self.catalog.expand([hit.chunk_id for hit in hits])
            found = [Hit(ids[hit.chunk_id], hit.score) for hit in hits if hit.chunk_id in ids]
            is_all = len(found) >= limit or len(hits) < wanted
            if is_all or wanted >= _WIDEST:
                return found[:limit], is_all
            wanted *= _WIDER


def _compared(query: Matrix, rows: tuple[list[str], Matrix], limit: int) -> list[Hit]:
    """Return the keys nearest to a unit vector among these, compared one by one."""
    keys, vectors = rows
    if not keys:
        return []
    scores = vectors @ query
    # Of many, those that may be among the best are all that is put in order.
    best = np.argpartition(-scores, limit)[: limit + 1] if limit < len(keys) else range(len(keys))
    return sorted((Hit(keys[at], float(scores[at])) for at in best), key=_order)[:limit]


def _named(hits: list[Hit], ids: dict[str, str]) -> list[Hit]:
    """Return hits with chunk ids instead of keys."""
    return [Hit(ids[hit.chunk_id], hit.score) for hit in hits]


def _order(hit: Hit) -> tuple[float, str]:
    return -hit.score, hit.chunk_id
