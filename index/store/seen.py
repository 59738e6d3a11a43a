"""What one state of the index shows through a bound."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np

from index.encoders.transformer import Matrix
from index.models import Hit
from index.scope import Scope
from index.store.catalog import Catalog
from index.store.encoder import Fetch
from index.store.full_text import PassageTerms
from language.terms import index_terms

# Up to so many passages are compared one by one, and have an index of their terms to themselves; a
# graph over all of a library would have to be asked for nearly everything to find them.
FEW = 4000
# So many vectors are kept in memory, for a bot holds dozens of bounds.
_REMEMBERED = 1000


class Seen:
    """Counts, vectors and terms of the passages within a bound."""

    def __init__(self, catalog: Catalog, readable: Seen | None = None) -> None:
        """Take one state of a bounded catalog.

        `readable` is a wider bound, whose passages tell how rare a term is; None is this one.
        """
        self._lock = threading.RLock()
        self.counts = catalog.counts()
        self.few = catalog.ids_by_key(FEW)
        self._readable = readable
        self._vectors: tuple[list[str], Matrix] | None = None
        self._terms: PassageTerms | None = None

    def vectors(self, fetch: Fetch) -> tuple[list[str], Matrix]:
        """Return the keys of the few passages and their vectors, each of length 1."""
        with self._lock:
            if self._vectors is not None:
                return self._vectors
            found = unit_rows(fetch(list(self.few or ())))
            if len(found[0]) <= _REMEMBERED:
                self._vectors = found
            return found

    def matching(
        self,
        catalog: Catalog,
        terms: Sequence[tuple[str, str, float]],
        limit: int,
        article_ids: dict[str, str] | None,
    ) -> list[Hit] | None:
        """Return the passages with the highest weighted BM25, best first; None if many are seen.

        How rare a term is, and how long a passage, is told by what may be read: nothing outside
        changes the order. `article_ids` are the chunk ids by key of an article to search in.
        """
        readable = self._readable or self
        ids = self.few if article_ids is None else article_ids
        if readable.few is None or ids is None:
            return None
        only = list(ids) if self._readable or article_ids is not None else None
        hits = readable._terms_of_all(catalog).search(terms, limit, only)
        return [Hit(ids[hit.chunk_id], hit.score) for hit in hits]

    def _terms_of_all(self, catalog: Catalog) -> PassageTerms:
        """Return the terms of the few passages; a catalog of the same state knows their texts."""
        with self._lock:
            if self._terms is None:
                keys = list(self.few or ())
                texts = catalog.within(()).keyed_texts(keys)
                # In the folder's order, which settles what scores the same.
                counted = ((key, index_terms(*texts[key])) for key in reversed(keys))
                self._terms = PassageTerms(counted)
            return self._terms


def unit_rows(held: dict[str, Matrix]) -> tuple[list[str], Matrix]:
    """Return keys and one row of length 1 for each."""
    keys = list(held)
    rows = np.asarray([held[key] for key in keys], dtype=np.float32)
    if not keys:
        return keys, rows.reshape(0, 0)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    lengths[lengths == 0] = 1.0
    return keys, np.divide(rows, lengths, dtype=np.float32)


class Bound:
    """The scopes that a library is seen through, and what the latest state shows through them."""

    def __init__(self, scopes: Sequence[Scope] = (), outer: Bound | None = None) -> None:
        """Take the scopes, all of which bound; `outer` is what the last of them narrows."""
        self.scopes = tuple(scopes)
        self._outer = outer
        self._lock = threading.Lock()
        self._kept: tuple[tuple[int, int], Seen] | None = None

    def narrowed(self, scope: Scope) -> Bound:
        """Return this bound and one more scope."""
        return Bound((*self.scopes, scope), self)

    def seen(self, state: tuple[int, int], catalog: Catalog) -> Seen:
        """Return what a state shows of a whole catalog; that of the latest is kept."""
        with self._lock:
            if self._kept is None or self._kept[0] != state:
                readable = self._readable
                wider = None if readable is self else readable.seen(state, catalog)
                self._kept = state, Seen(catalog.within(self.scopes), wider)
            return self._kept[1]

    @property
    def _readable(self) -> Bound:
        """Return the bound of the collections alone; days and sources only narrow it."""
        if self._outer is None or self.scopes[-1].collections is not None:
            return self
        return self._outer._readable
