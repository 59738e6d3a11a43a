"""Read `.pdf`: one article of blocks with their pages, or the articles of newspaper pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from config.phrases import LocalizedText
from index.documents.columns import has_columns
from index.documents.layout import PrintedPage, read_layout
from index.documents.ocr import KNOWN, SCANNED, can_recognise
from index.documents.pdf_forms import fields_of
from index.documents.pdf_links import links_of
from index.documents.pdf_tables import rules_of, take_tables
from index.documents.pdf_words import runs, upright, words_of
from index.documents.pieces import compose_article
from index.documents.press import read_press
from index.errors import FileUnreadable
from index.models import Article, FailedSource

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage

_MOST_PAGES = 3000
_WRONG_PASSWORD = 4
_TIGHT = 0.9  # sizes between words at most, where columns stand close together


def read_pdf(path: Path, source: str) -> Iterator[Article | FailedSource]:
    """Yield the articles of a PDF file, and which of its pages are mere pictures.

    Raises FileUnreadable if it is encrypted, broken, has too many pages, or no text at all.
    """
    pages, given = read_pages(path)
    pages, missing = with_recognised(path, pages)
    if missing and can_recognise():
        raise FileUnreadable(SCANNED, pages=", ".join(map(str, missing)))
    bare = [page.number for page in pages if not (page.boxes or page.ocr)]
    if not any(page.boxes for page in pages):
        raise FileUnreadable("reading.pdf_no_text")
    articles = read_press(source, [page.boxes for page in pages])
    if not articles:
        article = compose_article(source, read_layout(pages), given=given)
        articles = (article,) if article is not None else ()
    yield from articles
    if bare:
        listed = ", ".join(map(str, bare[:10])) + (" …" if len(bare) > 10 else "")
        yield FailedSource(source, LocalizedText.of("reading.pdf_bare_pages", pages=listed))


def read_pages(path: Path) -> tuple[list[PrintedPage], str]:
    """Return the pages of a PDF file as their pieces, and the title that its properties give."""
    import pypdfium2  # 40 ms

    try:
        with pypdfium2.PdfDocument(path) as document:
            if document.get_formtype():
                document.init_forms()
            return list(_pages(document)), document.get_metadata_value("Title")
    except pypdfium2.PdfiumError as error:
        locked = error.err_code == _WRONG_PASSWORD
        raise FileUnreadable("reading.pdf_locked" if locked else "reading.pdf_broken") from error


def with_recognised(
    path: Path, pages: Sequence[PrintedPage]
) -> tuple[list[PrintedPage], list[int]]:
    """Return pages with what was recognised of the scanned ones, and which have yet to be."""
    found: list[PrintedPage] = []
    missing: list[int] = []
    for page in pages:
        known = KNOWN.page(path, page.number) if page.is_picture and not page.boxes else None
        if page.is_picture and not page.boxes and known is None:
            missing.append(page.number)
        found.append(known or page)
    return found, missing


def _pages(document: PdfDocument) -> Iterator[PrintedPage]:
    if len(document) > _MOST_PAGES:
        raise FileUnreadable("reading.pdf_long", pages=len(document), limit=_MOST_PAGES)
    for number in range(len(document)):
        page = document[number]
        try:
            yield _page(document, page, number + 1)
        finally:
            page.close()


def _page(document: PdfDocument, page: PdfPage, number: int) -> PrintedPage:
    text = page.get_textpage()
    turn, groups = upright(words_of(text))
    words = groups[0] if groups else []
    tables, rest = take_tables([word.box for word in words], rules_of(page, turn))
    kept = set(map(id, rest))
    plain = [word for word in words if id(word.box) in kept]
    tight = list(runs(plain, _TIGHT))
    boxes = [*(tight if has_columns(tight) else runs(plain)), *tables]
    aside = [" ".join(word.box.text for word in group) for group in groups[1:]]
    boxes.extend(fields_of(document, page, turn))
    is_picture = not boxes and _has_picture(page)
    links = links_of(document, page, text)
    return PrintedPage(number, boxes, aside, is_picture=is_picture, links=links)


def _has_picture(page: PdfPage) -> bool:
    """Return True if a page shows a picture, and is not merely blank."""
    import pypdfium2.raw as pdfium

    return any(page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=3))
