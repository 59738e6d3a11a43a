"""The places where an index may be kept, for the tests that every engine has to pass."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from index.embedder import Embedder
from index.library import Library
from index.models import RunReport
from index.pipeline import reindex
from tests.fakes import HashEmbedder

ENGINES = ("embedded", "postgres")
TOWN = {
    "lamps.md": ("Street lamps", "The town lit 90 new lamps. 新装路灯九十盏。"),
    "bridge.md": ("The bridge", "The bridge closes on Monday for repairs."),
    "news/mill.md": ("The mill", "The old mill grinds again after 12 years."),
}


def built_at_once(documents: Path) -> str:
    """Return the digest of an embedded index that one run builds from a folder."""
    with TemporaryDirectory() as place:
        library = Library.open(Path(place) / "data", HashEmbedder())
        reindex(library, documents, prune_all=True)
        digest = library.digest()
        library.close()
    return digest


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
