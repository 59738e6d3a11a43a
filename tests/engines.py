"""The places where an index may be kept, for the tests that every engine has to pass."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from index.embedder import Embedder
from index.library import Library
from index.models import RunReport
from index.pipeline import reindex
from index.store.catalog import Catalog
from index.store.catalog_keys import CHUNKS
from index.store.full_text import FullTextIndex
from index.store.manifest import GENERATIONS
from tests.fakes import HashEmbedder

ENGINES = ("embedded", "postgres")
TOWN = {
    "lamps.md": ("Street lamps", "The town lit 90 new lamps. 新装路灯九十盏。"),
    "bridge.md": ("The bridge", "The bridge closes on Monday for repairs."),
    "news/mill.md": ("The mill", "The old mill grinds again after 12 years."),
}


def content_of(library: Library) -> str:
    """Return a hash of everything that can be found, equal for equal content."""
    digest = hashlib.sha256()
    is_database = library.status().store.startswith("postgresql:")
    with library.snapshot() as catalog:
        if catalog is None:
            return digest.hexdigest()
        if is_database:
            terms = {key for (key,) in catalog.select("SELECT key FROM postings")}
        else:
            folder = library.data_dir / GENERATIONS / str(library.generation)
            terms = FullTextIndex(folder / "lexicon").keys()
        vectors = {key for (key,) in catalog.select("SELECT key FROM vectors")}
        for rows in (*contents(catalog), sorted(terms), sorted(vectors)):
            digest.update(f"{rows}\n".encode())
    return digest.hexdigest()


def contents(catalog: Catalog) -> tuple[list[object], list[object]]:
    """Return a row for every article and for every passage, equal for equal content."""
    articles = catalog.select("SELECT id, position, hash FROM articles ORDER BY id")
    passages = catalog.select(
        "SELECT a.id, c.ordinal, c.id, c.key, c.start, c.end "
        f"FROM {CHUNKS} ORDER BY a.id, c.ordinal"
    )
    return [*articles], [*passages]


def built_at_once(documents: Path) -> str:
    """Return what `content_of` gives for an embedded index that one run builds from a folder."""
    with TemporaryDirectory() as place:
        library = Library.open(Path(place) / "data", HashEmbedder())
        reindex(library, documents, prune_all=True)
        content = content_of(library)
        library.close()
    return content


def database_of(request: pytest.FixtureRequest) -> str:
    """Return the address of an empty database for the engine that has one."""
    return request.getfixturevalue("postgres").database() if request.param == "postgres" else ""


@dataclass
class Place:
    """A folder of documents and the place of its index, as several processes would share it."""

    folder: Path
    database: str = ""
    opened: list[Library] = field(default_factory=list)

    @property
    def documents(self) -> Path:
        return self.folder / "documents"

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def open(self, embedder: Embedder | None = None) -> Library:
        """Return the index as one more process sees it."""
        # Those who share a database each have a data folder of their own.
        name = f"data-{len(self.opened)}" if self.database and self.opened else "data"
        data = self.folder / name
        library = Library.open(data, embedder or HashEmbedder(), database=self.database)
        self.opened.append(library)
        return library

    def run(self, library: Library, **options: object) -> RunReport:
        return reindex(library, self.documents, **options)

    def close(self) -> None:
        for library in self.opened:
            library.close()
