"""The writing side of a data folder, over its ledger."""

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
from index.store.encoder import Encoder, Fetch
from index.store.engine_writer import StoreWriter, Switch
from index.store.generation import Place
from index.store.manifest import GENERATIONS, LEDGER, IndexManifest
from index.store.sqlite import wrap_errors
from index.store.transaction import EmbeddedTransaction
from index.store.vectors import ChromaAddress


def open_ledger(data_dir: Path, *, repair: bool) -> IndexManifest:
    """Open the ledger for writing. `repair` puts one that is damaged, and all that it named, aside.

    Raises StoreUnusable.
    """
    try:
        with wrap_errors(data_dir):
            return IndexManifest(data_dir / LEDGER)
    except StoreUnusable as error:
        if not repair or error.key != "errors.store_damaged":
            raise
    aside = data_dir / f"damaged-{datetime.now():%Y%m%d-%H%M%S}"
    aside.mkdir(exist_ok=True)
    for path in [*data_dir.glob(f"{LEDGER}*"), *data_dir.glob(GENERATIONS)]:
        shutil.move(path, aside / path.name)
    return IndexManifest(data_dir / LEDGER)


class EmbeddedWriter(StoreWriter):
    """Writes to a data folder whose writer's lock is held."""

    def __init__(
        self,
        ledger: IndexManifest,
        data_dir: Path,
        embedder: Embedder,
        chroma: ChromaAddress | None,
        *,
        repair: bool,
    ) -> None:
        """Take the ledger; `repair` reads no damaged catalog."""
        self._chroma = chroma
        self._repair = repair
        super().__init__(ledger, data_dir, embedder, chroma)

    def _unfinished(self) -> set[int]:
        # Also those of a ledger that was deleted; what somebody put beside them is none of ours.
        names = {path.name for path in (self._data_dir / GENERATIONS).glob("[1-9]*")}
        found = {int(name) for name in names if name.isdecimal() and len(name) < 19}
        return super()._unfinished() | found - {entry.number for entry in self.ledger.generations()}

    def place(self, number: int) -> Place:
        """Return where a generation is."""
        folder = self._data_dir / GENERATIONS / str(number)
        return Place(number, folder, self.ledger.library, self._chroma)

    def _remove(self, number: int) -> None:
        # A server that is away keeps its collection; the next run tries again.
        with contextlib.suppress(StoreUnusable):
            self.place(number).remove()
            self.ledger.forget_generation(number)

    def earlier(self) -> int | None:
        """Return the generation before the current one, if this model and version can read it."""
        number = super().earlier()
        # A backup holds the current generation alone.
        return number if number and self.place(number).catalog.exists() else None

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
        entry, fetch = self._current, None
        with contextlib.ExitStack() as stack:
            # Those that cannot be read are encoded again.
            with contextlib.suppress(StoreUnusable, sqlite3.Error):
                if entry and entry.model == self._embedder.name:
                    place = self.place(entry.number)
                    catalog = stack.enter_context(contextlib.closing(Catalog(place.catalog)))
                    if catalog.schema >= VECTORS_SINCE:
                        fetch = catalog.fetch_vectors
                    else:
                        # They are in Chroma alone.
                        vectors = place.open_vectors(catalog.fact("vectors"))
                        fetch = stack.enter_context(contextlib.closing(vectors)).fetch
            yield fetch

    def _begin(self, number: int, encoder: Encoder, switch: Switch | None) -> EmbeddedTransaction:
        place = self.place(number)
        if switch:
            # There may be a folder, or a collection on the server, of a ledger that was deleted.
            place.remove()
            place.create()
        return EmbeddedTransaction(place, encoder, switch)
