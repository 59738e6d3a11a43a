"""What one state of the index shows through a bound."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

import numpy as np

from index.scope import Scope
from index.store.catalog import Catalog
from index.store.vectors import Matrix

# Up to so many passages are compared one by one; a graph over all of a library would have to be
# asked for nearly everything to find them.
FEW = 4000
# So many vectors are kept in memory, for a bot holds dozens of bounds.
_REMEMBERED = 1000

Fetch = Callable[[Sequence[str]], dict[str, Matrix]]


class Seen:
    """Counts and vectors of the passages within a bound."""

    def __init__(self, catalog: Catalog) -> None:
        """Take one state of a bounded catalog."""
        self._lock = threading.RLock()
        self.counts = catalog.counts()
        self.few = catalog.ids_by_key(FEW)
        self._vectors: tuple[list[str], Matrix] | None = None

    def vectors(self, fetch: Fetch) -> tuple[list[str], Matrix]:
        """Return the keys of the few passages and their vectors, each of length 1."""
        with self._lock:
            if self._vectors is not None:
                return self._vectors
            found = unit_rows(fetch(list(self.few or ())))
            if len(found[0]) <= _REMEMBERED:
                self._vectors = found
            return found


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

    def __init__(self, scopes: Sequence[Scope] = ()) -> None:
        """Take the scopes; all of them bound."""
        self.scopes = tuple(scopes)
        self._lock = threading.Lock()
        self._kept: tuple[tuple[int, int], Seen] | None = None

    def seen(self, state: tuple[int, int], catalog: Catalog) -> Seen:
        """Return what a state shows; that of the latest is kept."""
        with self._lock:
            if self._kept is None or self._kept[0] != state:
                self._kept = state, Seen(catalog)
            return self._kept[1]
