"""The writing side of a library: one at a time, through drafts, generations and the ledger."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from index.embedder import Embedder
from index.errors import StoreUnusable
from index.store.catalog import Catalog
from index.store.catalog_schema import READABLE, SCHEMA_VERSION, VECTORS_SINCE
from index.store.encoder import Fetch
from index.store.generation import Place
from index.store.ledger_writer import LedgerWriter
from index.store.lock import FileLock, unwritable
from index.store.manifest import IndexManifest
from index.store.sqlite import wrap_errors
from index.store.transaction import IndexTransaction
from index.store.vector_table import VectorTable
from index.store.vectors import ChromaAddress

LEDGER = "docent.db"
GENERATIONS = "generations"


class Writer(LedgerWriter):
    """Holds the writer's lock. Use it as a context manager."""

    def __init__(
        self,
        data_dir: Path,
        embedder: Embedder,
        chroma: ChromaAddress | None,
        doing: str,
        *,
        repair: bool = False,
    ) -> None:
        """Remember the places; `repair` moves a ledger aside that cannot be opened."""
        super().__init__(data_dir, embedder, chroma)
        self._chroma = chroma
        self._repair = repair
        self._lock = FileLock(data_dir / "writer.lock", doing)

    def __enter__(self) -> Writer:
        """Take the lock and write down that a run begins. Raises StoreLocked, StoreUnusable."""
        self._lock.acquire()
        with contextlib.ExitStack() as unless_opened:
            unless_opened.callback(self._lock.release)
            self.ledger = self._open_ledger()
            self._remove_half_made()
            self.interrupted = self.ledger.cut_off()
            self._generation = self.ledger.current()
            unless_opened.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        """Write down how the run ended, and give the lock back."""
        try:
            if self._run:
                # If even this cannot be written, the next run takes this one for cut off.
                with contextlib.suppress(sqlite3.Error):
                    self.ledger.end_run(self._run, self._generation, self._outcome, **self._counts)
            self.ledger.close()
        finally:
            self._lock.release()

    def _open_ledger(self) -> IndexManifest:
        path = self._data_dir / LEDGER
        try:
            with wrap_errors(self._data_dir):
                return IndexManifest(path)
        except StoreUnusable as error:
            if not self._repair or error.key != "errors.store_damaged":
                raise
        self._move_aside()
        with wrap_errors(self._data_dir):
            return IndexManifest(path)

    def _move_aside(self) -> None:
        """Put a ledger that cannot be read, and the generations that it named, out of the way."""
        stamp = datetime.now().strftime("%Y%m%d-%H%M%S")
        aside = self._data_dir / f"damaged-{stamp}"
        try:
            aside.mkdir(exist_ok=True)
            for path in [*self._data_dir.glob(f"{LEDGER}*"), self._data_dir / GENERATIONS]:
                if path.exists():
                    shutil.move(path, aside / path.name)
        except OSError as error:
            raise unwritable(self._data_dir, error) from error

    def place(self, number: int) -> Place:
        """Return where a generation is."""
        folder = self._data_dir / GENERATIONS / str(number)
        return Place(number, folder, self.ledger.library, self._chroma)

    def _remove(self, number: int) -> None:
        # A server that is away keeps its collection; the next run tries again.
        with contextlib.suppress(StoreUnusable):
            self.place(number).remove()
            self.ledger.forget_generation(number)

    def _remove_half_made(self) -> None:
        """Delete the generations that were never finished, and folders that nobody names."""
        super()._remove_half_made()
        named = {str(entry.number) for entry in self.ledger.generations()}
        for folder in (self._data_dir / GENERATIONS).glob("*"):
            if folder.name not in named:
                shutil.rmtree(folder, ignore_errors=True)

    @contextlib.contextmanager
    def base(self) -> Iterator[Catalog | None]:
        """Give the catalog of the current generation, if this version can read it.

        Its model may be another, and its schema an older one, in which nothing answers any more.
        A damaged one is StoreUnusable, but None where the run is to repair it.
        """
        path = self.place(self.ledger.current()).catalog
        with contextlib.ExitStack() as stack:
            catalog = None
            if path.exists():
                try:
                    catalog = stack.enter_context(contextlib.closing(Catalog(path)))
                    if self._repair:
                        catalog.check()
                    if not READABLE <= catalog.schema <= SCHEMA_VERSION:
                        catalog = None
                except sqlite3.DatabaseError:
                    if not self._repair:
                        raise
                    catalog = None
            yield catalog

    @contextlib.contextmanager
    def old_vectors(self) -> Iterator[Fetch | None]:
        """Give the vectors of the current generation by their keys, if they are of this model."""
        entry = self.ledger.generation(self.ledger.current())
        with contextlib.ExitStack() as stack:
            if entry is None or entry.model != self._embedder.name:
                yield None
                return
            place = self.place(entry.number)
            try:
                catalog = stack.enter_context(contextlib.closing(Catalog(place.catalog)))
                if catalog.schema >= VECTORS_SINCE:
                    fetch = VectorTable(catalog).fetch
                else:
                    # An older generation has them in Chroma alone.
                    vectors = place.open_vectors(catalog.fact("vectors"))
                    fetch = stack.enter_context(contextlib.closing(vectors)).fetch
            except (StoreUnusable, sqlite3.Error):
                # They can be encoded again.
                fetch = None
            yield fetch

    def begin(self) -> IndexTransaction:
        """Begin changing the current generation."""
        place = self.place(self._begin_run())
        draft = IndexTransaction(place, self._run, self._encoder())
        if self.interrupted:
            with contextlib.ExitStack() as unless_healed:
                unless_healed.enter_context(draft)
                draft.heal()
                unless_healed.pop_all()
        return draft

    def begin_generation(self, *, is_current: bool = True) -> IndexTransaction:
        """Begin a generation beside the current one; `is_current`: by the rules of today."""
        place = self.place(self._add_generation(is_current=is_current))
        # A server may still hold a collection of a data folder that was deleted.
        place.remove()
        place.create()
        return IndexTransaction(place, self._run, self._encoder(), fresh=True)

    def earlier(self) -> int | None:
        """Return the generation before the current one, if this model and version can read it."""
        number = super().earlier()
        return number if number and self.place(number).catalog.exists() else None

    def end(self, outcome: str, **counts: object) -> None:
        """Remember how the run ended; it is written down when the lock is given back."""
        super().end(outcome, **counts)
        if outcome in {"done", "unclean"} and self.interrupted:
            self.ledger.close_cut_off()
