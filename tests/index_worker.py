"""Runs that the tests start in processes of their own, to kill them or to compete with them."""

from __future__ import annotations

from pathlib import Path

from index.library import ChromaAddress, Library
from index.pipeline import reindex
from tests.fakes import HashEmbedder

# What a process that serves many runs loads once.
PRELOADED = ["index.pipeline", "chromadb", "tantivy", "tests.index_worker"]


def run(
    documents: Path,
    data: Path,
    full: bool,
    chroma: ChromaAddress | None = None,
    database: str = "",
) -> None:
    """Bring an index up to date; be killed meanwhile, perhaps."""
    library = Library.open(data, HashEmbedder(), chroma=chroma, database=database)
    reindex(library, documents, full=full)
    library.close()
