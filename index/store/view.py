"""One state of the embedded index: its passages by vector and by term, its articles by catalog."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from index.errors import StoreUnusable
from index.models import Hit
from index.store.catalog import Catalog
from index.store.generation import Generation
from index.store.protocol import WeightedTerm
from index.store.seen import Bound, Seen, unit_rows
from index.store.sqlite import wrap_errors
from index.store.vectors import Matrix, Vectors

# While a run writes, an index holds passages that do not exist yet; so many more are fetched.
_WIDER = 4
_WIDEST = 10_000

Read = TypeVar("Read")


@dataclass(frozen=True, slots=True)
class EmbeddedView:
    """One state of one generation. Hits of the indexes count where the catalog has the passage."""

    generation: Generation
    catalog: Catalog
    revision: int
    seen: Seen | None = None

    @property
    def state(self) -> tuple[int, int]:
        """Return the generation and the revision of its content."""
        return self.generation.number, self.revision

    @property
    def is_bounded(self) -> bool:
        """Return True if this is less than the whole."""
        return self.seen is not None

    def within(self, bound: Bound) -> EmbeddedView:
        """Return the same state seen through a bound."""
        if not bound.scopes:
            return self
        seen = bound.seen(self.state, self.catalog)
        return replace(self, catalog=self.catalog.within(bound.scopes), seen=seen)

    def counts(self) -> tuple[int, int, int]:
        """Return the numbers of documents, articles and passages."""
        return self.seen.counts if self.seen else self.catalog.counts()

    def nearest(self, vector: Matrix, limit: int, article_id: str | None) -> list[Hit]:
        """Return the passages nearest to a query vector (dimensions,), best first, by cosine."""
        version = self.catalog.fact("vectors")
        if limit <= 0 or not version:
            return []
        query = np.asarray(vector, dtype=np.float32).reshape(-1)
        try:
            with self._vectors(version) as vectors:
                if article_id is not None:
                    # The graph finds neighbours in the whole index; one article is compared whole.
                    ids = self.catalog.keys_of(article_id)
                    return _compared(query, unit_rows(vectors.fetch(list(ids))), ids, limit)
                if self.seen and self.seen.few is not None:
                    compared = self.seen.vectors(vectors.fetch)
                    return _compared(query, compared, self.seen.few, limit)
                found, is_all = self._existing(limit, lambda wanted: vectors.nearest(query, wanted))
                if is_all or not self.seen:
                    return found
                ids = self.catalog.ids_by_key(self.seen.counts[2]) or {}
                return _compared(query, unit_rows(vectors.fetch(list(ids))), ids, limit)
        except StoreUnusable:
            if self.generation.is_superseded(version):
                # A run has just replaced these vectors; the terms still answer from the old state.
                return []
            raise

    def matching(
        self, terms: Sequence[WeightedTerm], limit: int, article_id: str | None
    ) -> list[Hit]:
        """Return the passages with the highest weighted BM25, best first."""
        of_article = self.catalog.keys_of(article_id) if article_id is not None else None
        if self.seen:
            among = self.seen.matching(self.catalog, terms, limit, of_article)
            if among is not None:
                return among
        lexicon = self.generation.full_text
        ids = of_article
        if ids is None and self.seen:
            ids = self.seen.few
        if ids is None:
            found, is_all = self._existing(limit, lambda wanted: lexicon.search(terms, wanted))
            if is_all or not self.seen:
                return found
            ids = self.catalog.ids_by_key(self.seen.counts[2]) or {}
        hits = lexicon.search(terms, limit, only=list(ids))
        return [Hit(ids[hit.chunk_id], hit.score) for hit in hits]

    def stored_keys(self) -> tuple[set[str], set[str]]:
        """Return the keys that terms are stored under, and those of the vectors."""
        return self.generation.full_text.keys(), self._of_vectors(Vectors.keys, set())

    def check(self) -> None:
        """Read the three stores. Raises StoreUnusable if one is damaged or away."""
        folder = self.generation.place.folder
        with wrap_errors(folder):
            self.catalog.check()
            wanted = self.catalog.key_count()
        self.generation.full_text.check()
        for name, found in (
            ("terms", self.generation.full_text.count()),
            ("vectors", self._of_vectors(Vectors.count, 0)),
        ):
            # There may be more: what a run is writing just now.
            if found < wanted:
                reason = f"{found} of {wanted} {name}"
                raise StoreUnusable("errors.store_damaged", folder=folder, reason=reason)

    def _vectors(self, version: str) -> AbstractContextManager[Vectors]:
        return self.generation.vectors(version, self.catalog.fact("vectors_files"))

    def _of_vectors(self, read: Callable[[Vectors], Read], none: Read) -> Read:
        """Return what is read of the stored vectors, of passages that exist or not."""
        version = self.catalog.fact("vectors")
        if not version:
            return none
        with self._vectors(version) as vectors:
            return read(vectors)

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


def _compared(
    query: Matrix, rows: tuple[list[str], Matrix], ids: dict[str, str], limit: int
) -> list[Hit]:
    """Return the passages nearest to a vector among these, compared one by one."""
    keys, vectors = rows
    if not keys:
        return []
    scores = vectors @ (query / (float(np.linalg.norm(query)) or 1.0))
    scored = (Hit(ids[key], float(score)) for key, score in zip(keys, scores, strict=True))
    return sorted(scored, key=_order)[:limit]


def _order(hit: Hit) -> tuple[float, str]:
    return -hit.score, hit.chunk_id
