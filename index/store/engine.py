"""What the two engines of a store do alike for those who read, and what each in its own way.

A store holds generations of the index. One of them answers; a view is one state of it.
"""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import KW_ONLY, dataclass, replace
from pathlib import Path
from typing import Self

import numpy as np

from index.embedder import Embedder
from index.encoders.transformer import Matrix
from index.errors import StoreUnusable
from index.models import Hit
from index.store.catalog import Catalog
from index.store.engine_writer import StoreWriter
from index.store.fingerprint import VectorPlace, shape
from index.store.manifest import IndexManifest
from index.store.seen import Bound, Seen

# Of a weighted term of a question: its field, itself, its weight.
WeightedTerm = tuple[str, str, float]


@dataclass(frozen=True, slots=True)
class IndexView(ABC):
    """One state of the generation that answers, as a whole or through a bound."""

    number: int
    catalog: Catalog
    _: KW_ONLY
    seen: Seen | None = None

    @property
    def state(self) -> tuple[int, int]:
        """Return the generation and the revision of its content."""
        return self.number, self.catalog.revision

    def within(self, bound: Bound) -> Self:
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
        if limit <= 0:
            return []
        row = np.asarray(vector, dtype=np.float32).reshape(-1)
        return self._nearest(row / (float(np.linalg.norm(row)) or 1.0), limit, article_id)

    def matching(
        self, terms: Sequence[WeightedTerm], limit: int, article_id: str | None
    ) -> list[Hit]:
        """Return the passages with the highest weighted BM25, best first."""
        if limit <= 0 or not terms:
            return []
        if self.seen:
            ids = self.catalog.keys_of(article_id) if article_id is not None else None
            found = self.seen.matching(self.catalog, terms, limit, ids)
            if found is not None:
                return found
        return self._matching(terms, limit, article_id)

    @abstractmethod
    def _nearest(self, query: Matrix, limit: int, article_id: str | None) -> list[Hit]:
        """Return the passages nearest to a unit vector."""

    @abstractmethod
    def _matching(
        self, terms: Sequence[WeightedTerm], limit: int, article_id: str | None
    ) -> list[Hit]:
        """Return the passages that match best, among all or among many."""

    @abstractmethod
    def check(self) -> None:
        """Read what is stored. Raises StoreUnusable where it is damaged or away."""

    def _check_counts(self, where: Path | str, *counts: tuple[str, int, int]) -> None:
        """Raise StoreUnusable where fewer of a named kind are stored than there must be.

        There may be more: what a run is writing just now.
        """
        for name, found, least in counts:
            if found < least:
                reason = f"{found} of {least} {name}"
                raise StoreUnusable("errors.store_damaged", folder=where, reason=reason)


class _OfThread(threading.local):
    """The view that a thread has open already."""

    view: IndexView | None = None


class Store(ABC):
    """The generations of an index, wherever they are kept. Safe to use from any thread."""

    def __init__(self, data_dir: Path, embedder: Embedder, place: VectorPlace, name: str) -> None:
        """Open nothing yet. `name` is how people call the place, without any secret."""
        self.name = name
        self._data_dir = data_dir
        self._embedder = embedder
        self._shape = shape(embedder, place)
        self._thread = _OfThread()

    @contextmanager
    def view(self, bound: Bound) -> Iterator[IndexView | None]:
        """Give one state of the index through a bound, the same to whoever asks inside the block.

        None if no generation was made with this model and version.
        """
        if self._thread.view is not None:
            yield self._thread.view.within(bound)
            return
        with self._opened_view() as view:
            self._thread.view = view
            try:
                yield view.within(bound) if view else None
            finally:
                self._thread.view = None

    def current(self) -> int:
        """Return the number of the generation that answers; 0 if there is none."""
        with self.view(Bound()) as view:
            return view.number if view else 0

    def has_any(self) -> bool:
        """Return True if a finished generation is there, whatever it was made with."""
        with self._ledger() as ledger:
            return bool(ledger and ledger.current())

    def last_run(self) -> str:
        """Return when the latest run ended that was complete; nothing before the first."""
        with self._ledger() as ledger:
            return ledger.noted("last_run") if ledger else ""

    @abstractmethod
    def _opened_view(self) -> AbstractContextManager[IndexView | None]:
        """Give one state of the index."""

    @abstractmethod
    def _ledger(self) -> AbstractContextManager[IndexManifest | None]:
        """Give the ledger for reading; None before the first run."""

    @abstractmethod
    def stay(self, doing: str) -> None:
        """Say that this process stays and answers from the store. Raises StoreLocked."""

    @abstractmethod
    def writing(self, doing: str, *, repair: bool) -> AbstractContextManager[StoreWriter]:
        """Give the writing side. Raises StoreLocked if another process writes.

        `repair` puts what is damaged out of the way instead of refusing.
        """

    @abstractmethod
    def probe(self) -> None:
        """Look whether the place can be reached and written. Raises StoreUnusable."""

    @abstractmethod
    def size(self) -> int:
        """Return the bytes that are taken."""

    @abstractmethod
    def close(self) -> None:
        """Give files and connections back."""
