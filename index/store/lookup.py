"""Hits of the two indexes become passages that exist: the catalog has the last word."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from index.errors import StoreUnusable
from index.models import Hit
from index.store.active_index import View
from index.store.seen import unit_rows
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
            if article_id is not None:
                # The graph finds neighbours in the whole index; one article is compared in full.
                ids = view.catalog.keys_of(article_id)
                return _compared(query, unit_rows(vectors.fetch(list(ids))), ids, limit)
            if view.seen and view.seen.few is not None:
                compared = view.seen.vectors(vectors.fetch)
                return _compared(query, compared, view.seen.few, limit)
            found, is_all = _existing(view, limit, lambda wanted: vectors.nearest(query, wanted))
            if is_all or not view.seen:
                return found
            ids = view.catalog.ids_by_key(view.seen.counts[2]) or {}
            return _compared(query, unit_rows(vectors.fetch(list(ids))), ids, limit)
    except StoreUnusable:
        if view.generation.is_superseded(version):
            # A run has just replaced these vectors; the terms still answer from the old state.
            return []
        raise


def matching(
    view: View, terms: Sequence[tuple[str, str, float]], limit: int, article_id: str | None
) -> list[Hit]:
    """Return the passages with the highest weighted BM25 of (field, term, weight)."""
    of_article = view.catalog.keys_of(article_id) if article_id is not None else None
    if view.seen:
        among = view.seen.matching(view.catalog, terms, limit, of_article)
        if among is not None:
            return among
    lexicon = view.generation.lexicon
    ids = of_article
    if ids is None and view.seen:
        ids = view.seen.few
    if ids is None:
        found, is_all = _existing(view, limit, lambda wanted: lexicon.search(terms, wanted))
        if is_all or not view.seen:
            return found
        ids = view.catalog.ids_by_key(view.seen.counts[2]) or {}
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


def counts(view: View | None) -> tuple[int, int, int]:
    """Return the numbers of documents, articles and passages."""
    if view is None:
        return 0, 0, 0
    return view.seen.counts if view.seen else view.catalog.counts()


def _existing(view: View, limit: int, search: Callable[[int], list[Hit]]) -> tuple[list[Hit], bool]:
    """Return the best `limit` hits that exist, as chunk ids instead of keys.

    And whether these are all: fewer may mean that the others were too far down the list.
    """
    wanted = limit
    while True:
        hits = search(wanted)
        ids = view.catalog.expand([hit.chunk_id for hit in hits])
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
