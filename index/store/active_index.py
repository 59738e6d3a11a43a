"""Which generation answers right now, and one state of it for as long as somebody reads."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from index.embedder import Embedder
from index.store.catalog import Catalog
from index.store.fingerprint import shape
from index.store.generation import Generation, Place
from index.store.lock import room_explained
from index.store.manifest import IndexManifest, Run
from index.store.restoring import finish_restore
from index.store.seen import Bound, Seen
from index.store.sqlite import explained
from index.store.vectors import ChromaAddress
from index.store.writer import GENERATIONS, LEDGER


@dataclass(frozen=True, slots=True)
class View:
    """One state of one generation."""

    generation: Generation
    catalog: Catalog
    revision: int
    seen: Seen | None = None

    def within(self, bound: Bound) -> View:
        """Return the same state seen through a bound."""
        if not bound.scopes:
            return self
        seen = bound.seen((self.generation.number, self.revision), self.catalog)
        return replace(self, catalog=self.catalog.within(bound.scopes), seen=seen)


class ActiveIndex:
    """Opens what the ledger names as current, and follows it when a run switches."""

    def __init__(self, data_dir: Path, embedder: Embedder, chroma: ChromaAddress | None) -> None:
        """Finish a restore that was cut off; nothing is opened yet.

        Raises StoreLocked while a restore is at work, StoreUnusable where it cannot be finished.
        """
        finish_restore(data_dir)
        self._data_dir = data_dir
        self._shape = shape(embedder, chroma)
        self._chroma = chroma
        self._lock = threading.RLock()
        self._ledger: IndexManifest | None = None
        self._identity: tuple[int, int] | None = None
        self._generation: Generation | None = None
        self._thread = threading.local()

    def close(self) -> None:
        """Close every file; the next reading opens them again."""
        with self._lock:
            if self._generation:
                self._generation.close()
            if self._ledger:
                self._ledger.close()
            self._generation = self._ledger = self._identity = None

    @contextmanager
    def _open_ledger(self) -> Iterator[IndexManifest | None]:
        """Give the ledger to one thread at a time; None before the first run."""
        with self._lock, explained(self._data_dir):
            identity = self._ledger_identity()
            if identity != self._identity or (self._ledger and self._ledger.is_stale):
                # There is one now, or another in its place.
                self.close()
                path = self._data_dir / LEDGER
                self._ledger = IndexManifest(path, reading=True) if identity else None
                self._identity = identity
            yield self._ledger

    def _ledger_identity(self) -> tuple[int, int] | None:
        """Return what tells the ledger's file from every other; None if there is none."""
        with room_explained(self._data_dir):
            try:
                status = (self._data_dir / LEDGER).stat()
            except (FileNotFoundError, NotADirectoryError):
                return None
        return status.st_dev, status.st_ino

    def current(self) -> Generation | None:
        """Return the generation that answers; None if none was made with this model."""
        with self._open_ledger() as ledger:
            number = ledger.current() if ledger else 0
            if self._generation and self._generation.number == number:
                return self._generation
            entry = ledger.generation(number) if ledger else None
            if self._generation:
                self._generation.close()
                self._generation = None
            if ledger and entry and entry.shape == self._shape:
                folder = self._data_dir / GENERATIONS / str(number)
                self._generation = Generation(Place(number, folder, ledger.library, self._chroma))
            return self._generation

    def has_any(self) -> bool:
        """Return True if a finished generation is there, whatever it was made with."""
        with self._open_ledger() as ledger:
            return bool(ledger and ledger.current())

    @contextmanager
    def view(self) -> Iterator[View | None]:
        """Give one state of the index; the same one to whoever asks inside the block."""
        outer: View | None = getattr(self._thread, "view", None)
        if outer is not None:
            yield outer
            return
        generation = self.current()
        if generation is None:
            yield None
            return
        with generation.catalog() as catalog:
            view = View(generation, catalog, catalog.revision)
            self._thread.view = view
            try:
                yield view
            finally:
                self._thread.view = None

    def last_run(self) -> Run | None:
        """Return the latest indexing run that has ended."""
        with self._open_ledger() as ledger:
            return ledger.last_run() if ledger else None
