"""One state of the embedded index: its passages by vector and by term, its articles by catalog."""

from __future__ import annotations

import logging
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

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class EmbeddedView(IndexView):
    """One state of one generation. Hits of the indexes count where the catalog has the passage."""

    generation: Generation

    def _nearest(self, query: Matrix, limit: int, article_id: str | None) -> list[Hit]:
        fetch = self.catalog.fetch_vectors
        if article_id is None and self.seen and self.seen.few is not None:
            return _named(_compared(query, self.seen.vectors(fetch), limit), self.seen.few)

        def among(ids: dict[str, str]) -> list[Hit]:
            return _compared(query, unit_rows(fetch(list(ids))), limit)

        return self._best(limit, article_id, lambda wanted: self._near(query, wanted), among)

    def _near(self, query: Matrix, limit: int) -> list[Hit]:
        """Return the keys nearest to a query, by the graph and what came after it."""
        built = int(self.catalog.fact("vectors_to") or 0)
        try:
            hits = self.generation.graph(self.catalog).nearest(query, limit)
        except StoreUnusable as error:
            if self.generation.place.chroma:
                raise
            # It is damaged or replaced by a run just now, or Chroma may not write into its folder.
            _log.warning("all vectors are compared instead of the graph: %s", error)
            hits, built = [], 0
        recent = self.generation.recent(self.catalog, built)
        scores = {hit.chunk_id: hit for hit in (*hits, *_compared(query, recent, limit))}
        return sorted(scores.values(), key=_order)[:limit]

    def _matching(
        self, terms: Sequence[WeightedTerm], limit: int, article_id: str | None
    ) -> list[Hit]:
        def search(wanted: int, ids: dict[str, str] | None = None) -> list[Hit]:
            only = None if ids is None else list(ids)
            return self.generation.full_text.search(terms, wanted, only)

        return self._best(limit, article_id, search, lambda ids: search(limit, ids))

    def check(self) -> None:
        """Read the three stores. Raises StoreUnusable if one is damaged or away."""
        folder, terms = self.generation.place.folder, self.generation.full_text
        with wrap_errors(folder):
            self.catalog.check()
            wanted, vectors = self.catalog.key_count(), self.catalog.vector_count()
            built = self.catalog.vector_count(int(self.catalog.fact("vectors_to") or 0))
        terms.check(wanted)
        in_graph = ("vectors in the graph", self.generation.graph(self.catalog).count(), built)
        self._check_counts(folder, ("vectors", vectors, wanted), in_graph)

    def _best(
        self,
        limit: int,
        article_id: str | None,
        search: Callable[[int], list[Hit]],
        among: Callable[[dict[str, str]], list[Hit]],
    ) -> list[Hit]:
        """Return the best hits that exist, as chunk ids instead of keys.

        `search` looks through the whole index, for as many as it is told. `among` compares the
        passages of one article or of a small bound; also all of a large bound, where the search
        did not reach them.
        """
        ids = self.seen.few if self.seen else None
        if article_id is not None:
            ids = self.catalog.keys_of(article_id)
        wanted = limit
        while ids is None:
            hits = search(wanted)
            exist = self.catalog.expand([hit.chunk_id for hit in hits])
            found = [Hit(exist[hit.chunk_id], hit.score) for hit in hits if hit.chunk_id in exist]
            is_all = len(hits) < wanted or (wanted >= _WIDEST and not self.seen)
            if is_all or len(found) >= limit:
                return found[:limit]
            if wanted >= _WIDEST and self.seen:
                ids = self.catalog.ids_by_key(self.seen.counts[2]) or {}
            wanted *= _WIDER
        return _named(among(ids), ids)


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
