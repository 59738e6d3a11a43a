"""One generation of the index, open for reading: its catalog, its terms and its vectors."""

from __future__ import annotations

import contextlib
import json
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from index.encoders.transformer import Matrix
from index.errors import StoreUnusable
from index.store.catalog import Catalog
from index.store.catalog_schema import create
from index.store.full_text import FullTextIndex
from index.store.graph import check_sizes
from index.store.seen import unit_rows
from index.store.sqlite import wrap_errors
from index.store.vectors import (
    ChromaAddress,
    Vectors,
    drop_on_server,
    open_embedded,
    open_server,
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a generation's stores are: its folder, and the Chroma server if there is one."""

    number: int
    folder: Path
    library: str
    chroma: ChromaAddress | None

    @property
    def catalog(self) -> Path:
        """Return the catalog's file."""
        return self.folder / "catalog.db"

    @property
    def lexicon(self) -> Path:
        """Return the folder of the terms."""
        return self.folder / "lexicon"

    @property
    def collection(self) -> str:
        """Return the name of the Chroma collection; a server may be shared, a folder is not."""
        return f"docent-{self.library}-g{self.number}" if self.chroma else f"docent-g{self.number}"

    def check_graph(self, catalog: Catalog) -> None:
        """Compare the files of the graph that a catalog names with their sizes, if it has any.

        Raises StoreUnusable.
        """
        if sizes := catalog.fact("vectors_files"):
            check_sizes(self.folder / catalog.fact("vectors"), json.loads(sizes))

    def open_vectors(self, version: str) -> Vectors:
        """Open the vectors. Raises StoreUnusable."""
        if self.chroma:
            return open_server(self.chroma, self.collection)
        return open_embedded(self.folder / version, self.collection)

    def create(self) -> None:
        """Make the empty stores of a new generation."""
        self.folder.mkdir(parents=True)
        with wrap_errors(self.folder):
            create(self.catalog)
        FullTextIndex.create(self.lexicon)

    def remove(self) -> None:
        """Delete every trace of the generation. Raises StoreUnusable if the server is away."""
        if self.chroma:
            drop_on_server(self.chroma, self.collection)
        shutil.rmtree(self.folder, ignore_errors=True)


class Generation:
    """The stores of one generation. Every method may be called from any thread."""

    def __init__(self, place: Place) -> None:
        """Remember the place; the stores are opened when they are first read."""
        self.place, self.number = place, place.number
        self._lock = threading.RLock()
        self._idle: list[Catalog] = []
        self._graph: tuple[str, Vectors] | None = None
        self._recent: tuple[tuple[int, int], tuple[list[str], Matrix]] | None = None
        self._closed = False

    @cached_property
    def full_text(self) -> FullTextIndex:
        """Return the terms. Raises StoreUnusable if they are damaged."""
        return FullTextIndex(self.place.lexicon)

    @contextmanager
    def catalog(self) -> Iterator[Catalog]:
        """Give a catalog that sees one state throughout. Raises StoreUnusable."""
        with wrap_errors(self.place.folder):
            with self._lock:
                catalog = self._idle.pop() if self._idle else None
            catalog = catalog or self._open_catalog()
            with contextlib.ExitStack() as unless_kept:
                unless_kept.callback(catalog.close)
                catalog.pin()
                yield catalog
                catalog.unpin()
                with self._lock:
                    if not self._closed and catalog.may_stay_open:
                        self._idle.append(catalog)
                        unless_kept.pop_all()

    def _open_catalog(self) -> Catalog:
        if not self.place.catalog.exists():
            raise StoreUnusable(
                "errors.store_damaged", folder=self.place.folder, reason="no catalog.db"
            )
        return Catalog(self.place.catalog)

    def graph(self, catalog: Catalog) -> Vectors:
        """Return the graph that a catalog names; it stays open for those who use it.

        Raises StoreUnusable.
        """
        version = catalog.fact("vectors")
        with self._lock:
            if self._graph is None or self._graph[0] != version:
                self.place.check_graph(catalog)
                graph = self.place.open_vectors(version)
                if not self.place.chroma:
                    # Before another thread comes.
                    graph.replay()
                # The one before closes by itself once the last of its users is done.
                self._graph = version, graph
            return self._graph[1]

    def recent(self, catalog: Catalog, since: int) -> tuple[list[str], Matrix]:
        """Return keys and unit vectors that came in after a number, in a state."""
        state = catalog.revision, since
        with self._lock:
            if self._recent is None or self._recent[0] != state:
                keys, rows, _ = catalog.vectors_after(since)
                self._recent = state, unit_rows(dict(zip(keys, rows, strict=True)))
            return self._recent[1]

    def close(self) -> None:
        """Close what is open; what is in use closes when it is given back."""
        with self._lock:
            self._graph = None
            self._closed = True
            while self._idle:
                self._idle.pop().close()
