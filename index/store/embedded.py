"""The embedded engine: SQLite and tantivy in the data folder, vectors in Chroma there or beside."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from index.embedder import Embedder
from index.models import Hit
from index.store import lookup
from index.store.active_index import ActiveIndex, View
from index.store.catalog import Catalog
from index.store.lock import FileLock, room_explained
from index.store.manifest import Run
from index.store.probe import probe_folder, probe_view, size_of
from index.store.protocol import WeightedTerm
from index.store.seen import Bound
from index.store.sqlite import explained
from index.store.vectors import ChromaAddress, Matrix, ping
from index.store.writer import Writer


@dataclass(frozen=True, slots=True)
class EmbeddedView:
    """One state of one generation."""

    _view: View

    @property
    def catalog(self) -> Catalog:
        """Return the catalog in this state."""
        return self._view.catalog

    @property
    def state(self) -> tuple[int, int]:
        """Return the generation and the revision of its content."""
        return self._view.generation.number, self._view.revision

    @property
    def is_bounded(self) -> bool:
        """Return True if this is less than the whole."""
        return self._view.seen is not None

    def within(self, bound: Bound) -> EmbeddedView:
        """Return the same state seen through a bound."""
        return EmbeddedView(self._view.within(bound))

    def counts(self) -> tuple[int, int, int]:
        """Return the numbers of documents, articles and passages."""
        return lookup.counts(self._view)

    def nearest(self, vector: Matrix, limit: int, article_id: str | None) -> list[Hit]:
        """Return the passages nearest to a query vector (dimensions,), best first, by cosine."""
        return lookup.nearest(self._view, vector, limit, article_id)

    def matching(
        self, terms: Sequence[WeightedTerm], limit: int, article_id: str | None
    ) -> list[Hit]:
        """Return the passages with the highest weighted BM25, best first."""
        return lookup.matching(self._view, terms, limit, article_id)

    def stored_keys(self) -> tuple[set[str], set[str]]:
        """Return the keys that terms are stored under, and those of the vectors."""
        return self._view.generation.lexicon.keys(), lookup.vector_keys(self._view)

    def check(self) -> None:
        """Read the three stores. Raises StoreUnusable where one is damaged or away."""
        probe_view(self._view)


class EmbeddedStore:
    """The index of one data folder and one model."""

    def __init__(self, data_dir: Path, embedder: Embedder, chroma: ChromaAddress | None) -> None:
        """Open nothing yet. Raises StoreLocked, StoreUnusable after a restore was cut off."""
        self._data_dir = data_dir
        self._embedder = embedder
        self._chroma = chroma
        self._active = ActiveIndex(data_dir, embedder, chroma)
        self._resident: FileLock | None = None

    @property
    def name(self) -> str:
        """Return the address of the Chroma server, or `embedded`."""
        return str(self._chroma) if self._chroma else "embedded"

    def close(self) -> None:
        """Close every file."""
        self._active.close()
        if self._resident:
            self._resident.release()
            self._resident = None

    @contextmanager
    def view(self) -> Iterator[EmbeddedView | None]:
        """Give one state of the index, the same to whoever asks inside the block."""
        with self._active.view() as view:
            yield EmbeddedView(view) if view else None

    def current(self) -> int:
        """Return the number of the generation that answers; 0 if there is none."""
        generation = self._active.current()
        return generation.number if generation else 0

    def has_any(self) -> bool:
        """Return True if a finished generation is there, whatever it was made with."""
        return self._active.has_any()

    def last_run(self) -> Run | None:
        """Return the latest indexing run that has ended."""
        return self._active.last_run()

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
    def writing(self, doing: str, *, repair: bool) -> Iterator[Writer]:
        """Give the writing side. Raises StoreLocked if another process writes or stays.

        `repair` puts a ledger that is damaged out of the way instead of refusing.
        """
        if not self._chroma and not self._resident:
            self._residence(doing).check()
        with (
            explained(self._data_dir),
            room_explained(self._data_dir),
            Writer(self._data_dir, self._embedder, self._chroma, doing, repair=repair) as writer,
        ):
            if repair:
                # The files that are open may have been moved out of the way.
                self._active.close()
            yield writer

    def probe(self) -> None:
        """Look whether the folder can be written and the server answers. Raises StoreUnusable."""
        probe_folder(self._data_dir)
        if self._chroma:
            ping(self._chroma)

    def size(self) -> int:
        """Return the bytes of the data folder."""
        return size_of(self._data_dir)
