"""Read `.pdf`: the articles of its text layer, and which pages have none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from config.phrases import Told
from index.errors import FileUnreadable
from index.formats.pdf_pages import pages_of
from index.models import Article, Document, FailedSource
from index.pages.articles import split_articles


def read_pdf(path: Path, source: str) -> Iterator[Article | FailedSource]:
    """Yield the articles of a PDF file, and which of its pages are mere pictures.

    Raises FileUnreadable if it is encrypted, broken, takes too much, or has no text at all.
    """
    pages = pages_of(path)
    if len(pages.bare) == pages.count:
        raise FileUnreadable("reading.pdf_no_text")
    yield from split_articles(Document(source, pages.text))
    if pages.bare:
        listed = ", ".join(map(str, pages.bare[:10])) + (" …" if len(pages.bare) > 10 else "")
        yield FailedSource(source, Told.of("reading.pdf_bare_pages", pages=listed))
