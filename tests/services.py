"""A service over a few pages of our own, with the bundled model: what the reading tests ask."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from index.embedder import load_embedder
from index.library import Library
from index.pipeline import reindex
from retrieval.answerer import Answerer
from retrieval.chat.generator import Generator

PAGES = Path(__file__).with_name("pages")


@contextmanager
def service_over(
    folder: Path, data: Path, today: date | None = None, writer: Generator | None = None
) -> Iterator[Answerer]:
    """Index a folder of documents and give the service over it."""
    more = {} if today is None else {"today": lambda: today}
    embedder = load_embedder("bundled")
    library = Library.open(data, embedder)
    try:
        reindex(library, folder)
        yield Answerer(library, embedder, writer, **more)
    finally:
        library.close()


@contextmanager
def service_over_texts(
    texts: Mapping[str, str], place: Path, today: date | None = None
) -> Iterator[Answerer]:
    """Write documents {name: text} below a folder, index them and give the service."""
    documents = place / "documents"
    documents.mkdir()
    for name, text in texts.items():
        path = documents / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    with service_over(documents, place / "data", today) as service:
        yield service


@contextmanager
def service_over_pages(place: Path) -> Iterator[Answerer]:
    """Give the service over the pages beside this file."""
    shutil.copytree(PAGES, place / "documents")
    with service_over(place / "documents", place / "data") as service:
        yield service
