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
from index.store.checkpoint import EmbeddingCheckpoint
from index.store.encoder import Encoder, Fetch
from index.store.fingerprint import OTHER_RULES, fingerprint, shape
from index.store.generation import Place
from index.store.lock import FileLock, unwritable
from index.store.manifest import GenerationEntry, IndexManifest
from index.store.sqlite import wrap_errors
from index.store.transaction import IndexTransaction
from index.store.vector_table import VectorTable
from index.store.vectors import ChromaAddress

LEDGER = "docent.db"
GENERATIONS = "generations"


class Writer:
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
        self._data_dir = data_dir
        self._embedder = embedder
        self._chroma = chroma
        self._repair = repair
        self._lock = FileLock(data_dir / "writer.lock", doing)
        self._run = 0
        self._outcome = "failed"
        self._counts: dict[str, object] = {}
        self._generation = 0

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

    def _remove_half_made(self) -> None:
        """Delete the generations that were never finished, and folders that nobody names."""
        with wrap_errors(self._data_dir):
            entries = self.ledger.generations()
            for entry in entries:
                if not entry.ready:
                    self.place(entry.number).remove()
                    self.ledger.forget_generation(entry.number)
        named = {str(entry.number) for entry in entries if entry.ready}
        for folder in (self._data_dir / GENERATIONS).glob("*"):
            if folder.name not in named:
                shutil.rmtree(folder, ignore_errors=True)

    @property
    def current(self) -> GenerationEntry | None:
        """Return the generation that answers, if it can be read with this model and schema."""
        with wrap_errors(self._data_dir):
            entry = self.ledger.generation(self.ledger.current())
        return entry if entry and entry.shape == shape(self._embedder, self._chroma) else None

    @property
    def is_up_to_date(self) -> bool:
        """Return True if the current generation was made by the same rules, and need not be new."""
        current = self.current
        made = fingerprint(self._embedder, self._chroma)
        return current is not None and current.fingerprint == made

    @contextlib.contextmanager
    def base(self) -> Iterator[Catalog | None]:
        """Give the catalog of the current generation, if this version can read it.

        Its model may be another, and its schema an older one, in which nothing answers any more.
        A damaged one is StoreUnusable, but None where the run is to repair it.
        """
        path = self.place(self.ledger.current()).catalog
        with wrap_errors(self._data_dir), contextlib.ExitStack() as stack:
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
        with wrap_errors(self._data_dir):
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

    def _encoder(self) -> Encoder:
        checkpoint = EmbeddingCheckpoint(
            self._data_dir, self._embedder.name, self._embedder.dimensions
        )
        return Encoder(self._embedder, checkpoint)

    def begin(self) -> IndexTransaction:
        """Begin changing the current generation."""
        current = self.current
        if current is None:
            raise ValueError("there is no generation to change")
        with wrap_errors(self._data_dir):
            self._run = self.ledger.begin_run(current.number)
        draft = IndexTransaction(self.place(current.number), self._run, self._encoder())
        if self.interrupted:
            with contextlib.ExitStack() as unless_healed:
                unless_healed.enter_context(draft)
                draft.heal()
                unless_healed.pop_all()
        return draft

    def begin_generation(self, *, is_current: bool = True) -> IndexTransaction:
        """Begin a generation beside the current one; `is_current`: by the rules of today."""
        with wrap_errors(self._data_dir):
            self._run = self.ledger.begin_run(0)
            number = self.ledger.add_generation(
                fingerprint(self._embedder, self._chroma) if is_current else OTHER_RULES,
                self._embedder.name,
                shape(self._embedder, self._chroma),
            )
        place = self.place(number)
        # A server may still hold a collection of a data folder that was deleted.
        place.remove()
        place.create()
        self._generation = number
        return IndexTransaction(place, self._run, self._encoder(), fresh=True)

    def switch(self) -> None:
        """Let the new generation answer."""
        with wrap_errors(self._data_dir):
            self.ledger.switch(self._generation)

    def earlier(self) -> int | None:
        """Return the generation before the current one, if this model and version can read it."""
        with wrap_errors(self._data_dir):
            current = self.ledger.current()
            entries = [e for e in self.ledger.generations() if e.ready and e.number < current]
        mine = shape(self._embedder, self._chroma)
        if (
            entries
            and entries[-1].shape == mine
            and self.place(entries[-1].number).catalog.exists()
        ):
            return entries[-1].number
        return None

    def switch_to(self, number: int) -> None:
        """Let another finished generation answer."""
        with wrap_errors(self._data_dir):
            self.ledger.switch(number)

    def end(self, outcome: str, **counts: object) -> None:
        """Remember how the run ended; it is written down when the lock is given back."""
        self._outcome = outcome
        self._counts = counts
        if outcome in {"done", "unclean"} and self.interrupted:
            self.ledger.close_cut_off()

    def forget_old(self) -> None:
        """Delete every generation but the current one and the one before it."""
        with wrap_errors(self._data_dir):
            current = self.ledger.current()
            older = [e.number for e in self.ledger.generations() if e.number < current]
            newer = [e.number for e in self.ledger.generations() if e.number > current]
            for number in [*older[:-1], *newer]:
                # A server that is away keeps its collection; the next run tries again.
                with contextlib.suppress(StoreUnusable):
                    self.place(number).remove()
                    self.ledger.forget_generation(number)
