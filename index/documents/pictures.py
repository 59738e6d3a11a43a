"""Read `.png`, `.jpg`, `.webp` and `.tif` once their words are recognised, as one article."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from index.documents.layout import read_layout
from index.documents.ocr import KNOWN, SCANNED, count_pages
from index.documents.pieces import compose_article
from index.errors import FileUnreadable
from index.models import Article, FailedSource

_MOST_PAGES = 500


def read_picture(path: Path, source: str) -> Iterator[Article | FailedSource]:
    """Yield the article of a picture.

    Raises FileUnreadable where its words have yet to be recognised, or there are none.
    """
    try:
        count = min(count_pages(path), _MOST_PAGES)
    except OSError as error:
        raise FileUnreadable("reading.picture_broken") from error
    pages = [KNOWN.page(path, number) for number in range(1, count + 1)]
    missing = [number for number, page in enumerate(pages, 1) if page is None]
    if missing:
        raise FileUnreadable(SCANNED, pages=", ".join(map(str, missing)))
    article = compose_article(source, read_layout([page for page in pages if page]))
    if article is None:
        raise FileUnreadable("reading.picture_empty")
    yield article
