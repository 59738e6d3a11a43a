"""The embedded engine: SQLite and tantivy in the data folder, vectors in Chroma there or beside."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from index.embedder import Embedder
from index.store.disk import probe_folder, size_of
from index.store.engine import Store
from index.store.generation import Generation, Place
from index.store.lock import FileLock, wrap_file_errors
from index.store.manifest import GENERATIONS, LEDGER, IndexManifest
from index.store.restoring import finish_restore
from index.store.sqlite import wrap_errors
from index.store.vectors import ChromaAddress, ping
from index.store.view import EmbeddedView
from index.store.writer import EmbeddedWriter, open_ledger


class EmbeddedStore(Store):
    """The index of one data folder and one model.

    It opens what the manifest names as current, and follows it when a run switches.
    """

    def __init__(self, data_dir: Path, embedder: Embedder, chroma: ChromaAddress | None) -> None:
        """Finish a restore that was cut off; nothing is opened yet.

        Raises StoreLocked while a restore is at work, StoreUnusable where it cannot be finished.
        """
        finish_restore(data_dir)
        super().__init__(data_dir, embedder, chroma, str(chroma or "embedded"))
        self._chroma = chroma
        self._lock = threading.RLock()
        self._manifest: IndexManifest | None = None
        self._identity: tuple[int, int] | None = None
        self._generation: Generation | None = None
        self._resident: FileLock | None = None

    def close(self) -> None:
        """Close every file."""
        self._close_files()
        if self._resident:
            self._resident.release()
            self._resident = None

    def stay(self, doing: str) -> None:
        """Say that this process stays and answers from the data folder.

        Until `close`, nobody puts another index in its place, and only this process may write to
        an embedded store. Raises StoreLocked if another stays that does not use a Chroma server.
        """
        if not self._resident:
            lock = self._residence(doing)
            lock.acquire()
            self._resident = lock

    def _residence(self, doing: str) -> FileLock:
        path = self._data_dir / "resident.lock"
        shared = self._chroma is not None
        return FileLock(path, doing, refusal="errors.store_resident", shared=shared)

    @contextmanager
    def writing(self, doing: str, *, repair: bool) -> Iterator[EmbeddedWriter]:
        """Give the writing side. Raises StoreLocked if another process writes or stays.

        `repair` puts a ledger that is damaged out of the way instead of refusing.
        """
        folder = self._data_dir
        if not self._chroma and not self._resident:
            self._residence(doing).check()
        with (
            wrap_errors(folder),
            wrap_file_errors(folder),
            FileLock(folder / "writer.lock", doing),
            closing(open_ledger(folder, repair=repair)) as ledger,
        ):
            if repair:
                # The files that are open may have been moved out of the way.
                self._close_files()
            yield EmbeddedWriter(ledger, folder, self._embedder, self._chroma, repair=repair)

    def current(self) -> int:
        """Return the number of the generation that answers; 0 if there is none.

        The ledger tells it, however the catalog is.
        """
        answering = self._thread.view or self._current()
        return answering.number if answering else 0

    def probe(self) -> None:
        """Look whether the folder can be written and the server answers. Raises StoreUnusable."""
        probe_folder(self._data_dir)
        if self._chroma:
            ping(self._chroma)

    def size(self) -> int:
        """Return the bytes of the data folder."""
        return size_of(self._data_dir)

    def _close_files(self) -> None:
        """Close every file of the index; the next reading opens them again."""
        with self._lock:
            if self._generation:
                self._generation.close()
            if self._manifest:
                self._manifest.close()
            self._generation = self._manifest = self._identity = None

    @contextmanager
    def _ledger(self) -> Iterator[IndexManifest | None]:
        """Give the ledger to one thread at a time; None before the first run."""
        with self._lock, wrap_errors(self._data_dir):
            path = self._data_dir / LEDGER
            # What tells the ledger's file from every other.
            identity: tuple[int, int] | None = None
            with (
                wrap_file_errors(self._data_dir),
                suppress(FileNotFoundError, NotADirectoryError),
            ):
                status = path.stat()
                identity = status.st_dev, status.st_ino
            if identity != self._identity or (self._manifest and self._manifest.is_stale):
                # There is one now, or another in its place.
                self._close_files()
                self._manifest = IndexManifest(path, reading=True) if identity else None
                self._identity = identity
            yield self._manifest

    def _current(self) -> Generation | None:
        """Return the generation that answers; None if none was made with this model."""
        with self._ledger() as ledger:
            number = ledger.current() if ledger else 0
            if self._generation and self._generation.number == number:
                return self._generation
            if self._generation:
                self._generation.close()
                self._generation = None
            entry = ledger.generation(number) if ledger else None
            if ledger and entry and entry.shape == self._shape:
                folder = self._data_dir / GENERATIONS / str(number)
                self._generation = Generation(Place(number, folder, ledger.library, self._chroma))
            return self._generation

    @contextmanager
    def _opened_view(self) -> Iterator[EmbeddedView | None]:
        """Give one state of the index."""
        generation = self._current()
        if generation is None:
            yield None
            return
        with generation.catalog() as catalog:
            yield EmbeddedView(generation.number, catalog, generation)
