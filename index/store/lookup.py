"""Hits of the two indexes become passages that exist: the catalog has the last word."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from index.errors import StoreUnusable
from index.models import Hit
from index.store.shelf import View
from index.store.vectors import Matrix

# While a run writes, an index holds passages that do not exist yet; so many more are fetched.
_WIDER = 4
_WIDEST = 10_000


def nearest(view: View, vector: Matrix, limit: int, article_id: str | None) -> list[Hit]:
    """Return the passages nearest to a query vector (dimensions,), best first, by cosine."""
    version = view.catalog.fact("vectors")
    if limit <= 0 or not version:
        return []
    query = np.asarray(vector, dtype=np.float32).reshape(-1)
    try:
        with view.generation.vectors(version, view.catalog.fact("vectors_files")) as vectors:
            if article_id is None:
                return _existing(view, limit, lambda wanted: vectors.nearest(query, wanted))
            # The graph finds neighbours in the whole index; one article is compared in full.
            ids = view.catalog.keys_of(article_id)
            held = vectors.fetch(list(ids))
            scored = (
                (ids[key], float(row @ query / _length(row, query))) for key, row in held.items()
            )
            return sorted((Hit(*pair) for pair in scored), key=_order)[:limit]
    except StoreUnusable:
        if view.generation.is_superseded(version):
            # A run has just replaced these vectors; the terms still answer from the old state.
            return []
        raise


def matching(
    view: View, terms: Sequence[tuple[str, str, float]], limit: int, article_id: str | None
) -> list[Hit]:
    """Return the passages with the highest weighted BM25 of (field, term, weight)."""
    lexicon = view.generation.lexicon
    if article_id is None:
        return _existing(view, limit, lambda wanted: lexicon.search(terms, wanted))
    ids = view.catalog.keys_of(article_id)
    hits = lexicon.search(terms, limit, only=list(ids))
    return [Hit(ids[hit.chunk_id], hit.score) for hit in hits]


def vector_keys(view: View) -> set[str]:
    """Return the key of every stored vector, of passages that exist or not."""
    version = view.catalog.fact("vectors")
    if not version:
        return set()
    with view.generation.vectors(version, view.catalog.fact("vectors_files")) as vectors:
        return vectors.keys()


def vector_count(view: View) -> int:
    """Return how many vectors are stored."""
    version = view.catalog.fact("vectors")
    if not version:
        return 0
    with view.generation.vectors(version, view.catalog.fact("vectors_files")) as vectors:
        return vectors.count()


def _existing(view: View, limit: int, search: Callable[[int], list[Hit]]) -> list[Hit]:
    """Return the best `limit` hits that exist, as chunk ids instead of keys."""
    wanted = limit
    while True:
        hits = search(wanted)
        ids = view.catalog.expand([hit.chunk_id for hit in hits])
        found = [Hit(ids[hit.chunk_id], hit.score) for hit in hits if hit.chunk_id in ids]
        if len(found) >= limit or len(hits) < wanted or wanted >= _WIDEST:
            return found[:limit]
        wanted *= _WIDER


def _length(left: Matrix, right: Matrix) -> float:
    return float(np.linalg.norm(left) * np.linalg.norm(right)) or 1.0


def _order(hit: Hit) -> tuple[float, str]:
    return -hit.score, hit.chunk_id
