"""What one state of the index shows through a bound: few passages, all but few, or many of many."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Sequence
from functools import cached_property

import numpy as np

from index.scope import Scope
from index.store.catalog import Catalog
from index.store.lexicon import Among, Lexicon
from index.store.vectors import Matrix

# Up to so many passages are compared one by one; a graph over all of a library would have to be
# asked for nearly everything to find them.
FEW = 4000
# So many vectors are kept in memory, for a bot holds dozens of bounds.
_REMEMBERED = 1000
# Where many are seen and many are not, so many of a term's passages tell which share is seen.
_SAMPLE = 200

Fetch = Callable[[Sequence[str]], dict[str, Matrix]]


class Seen:
    """Counts and vectors of the passages within a bound, each worked out when first asked for."""

    def __init__(self, catalog: Catalog, lexicon: Lexicon) -> None:
        """Take one state of a bounded catalog, and the terms beside it."""
        self._lexicon = lexicon
        self._lock = threading.RLock()
        self.counts = catalog.counts()
        self.few = catalog.ids_by_key(FEW)
        self._among: Among | None = None
        self._is_counted = False
        self._vectors: tuple[list[str], Matrix] | None = None
        self._frequencies: dict[tuple[str, str], int] = {}

    def _few_or_hidden(self, catalog: Catalog) -> Among | None:
        """Return what counts the few passages seen, or the few hidden; None where both are many."""
        if not self._is_counted:
            keys = catalog.hidden_keys(FEW) if self.few is None else list(self.few)
            self._among = None if keys is None else self._lexicon.among(keys)
            self._is_counted = True
        return self._among

    def frequency(self, catalog: Catalog, field: str, term: str) -> int:
        """Return in how many passages within the bound a term occurs.

        Exact where few passages are seen or few are hidden, and for every rare term; else an
        estimate that is 0 only where it is true.
        """
        with self._lock:
            known = self._frequencies.get((field, term))
            if known is None:
                known = self._frequencies[field, term] = self._counted(catalog, field, term)
            return known

    def frequencies(self, catalog: Catalog, terms: Sequence[tuple[str, str]]) -> list[int]:
        """Return in how many passages within the bound each (field, term) occurs."""
        with self._lock:
            new = [term for term in dict.fromkeys(terms) if term not in self._frequencies]
            counted = self._few_or_hidden(catalog) if new else None
            if counted is not None:
                everywhere = self._lexicon.document_frequencies(new)
                for term, whole, part in zip(
                    new, everywhere, counted.frequencies(new), strict=True
                ):
                    seen = part if self.few is not None else max(0, whole - part)
                    self._frequencies[term] = seen
            return [self.frequency(catalog, *term) for term in terms]

    def _counted(self, catalog: Catalog, field: str, term: str) -> int:
        everywhere = self._lexicon.document_frequency(field, term)
        if not everywhere:
            return 0
        counted = self._few_or_hidden(catalog)
        if counted is not None:
            among = counted.frequency(field, term)
            return among if self.few is not None else max(0, everywhere - among)
        taken = _SAMPLE
        while True:
            keys = [hit.chunk_id for hit in self._lexicon.search([(field, term, 1.0)], taken)]
            seen = len(catalog.known(keys))
            if len(keys) < taken:
                return seen
            if seen:
                return max(1, round(everywhere * seen / len(keys)))
            taken *= 8

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

    @cached_property
    def digest(self) -> str:
        """Return what tells these scopes from others; nothing for none."""
        said = [(sorted(s.collections or ()), s.collections is None, str(s.after), str(s.before),
                 s.source) for s in self.scopes]  # fmt: skip
        return hashlib.blake2b(repr(said).encode(), digest_size=12).hexdigest() if said else ""

    def seen(self, state: tuple[int, int], catalog: Catalog, lexicon: Lexicon) -> Seen:
        """Return what a state shows; that of the latest is kept."""
        with self._lock:
            if self._kept is None or self._kept[0] != state:
                self._kept = state, Seen(catalog, lexicon)
            return self._kept[1]
