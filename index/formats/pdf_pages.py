"""The one door to pdfium: the words of each page, in reading order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import FileUnreadable
from index.formats.columns import Box, merged, pages_text

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfTextPage

_MOST_PAGES = 3000
_MOST_CHARACTERS = 200_000  # of one page
_WRONG_PASSWORD = 4
_HYPHENS = frozenset((0x02, 0xFFFE))  # how pdfium shows a hyphen at a line end
# How far apart, in font sizes, two words of one line stand at most: with a blank between them
# that pdfium made up, and with a blank of the text, which may be stretched.
_WORD, _STRETCHED = 1.6, 2.5


@dataclass(frozen=True, slots=True)
class Pages:
    """The text of a PDF in reading order, how many pages it has, and which of them hold none."""

    text: str
    count: int
    bare: tuple[int, ...]


def pages_of(path: Path) -> Pages:
    """Return the text of a PDF file. Raises FileUnreadable."""
    import pypdfium2  # noqa: PLC0415 - 40 ms

    try:
        with pypdfium2.PdfDocument(path) as document:
            pages = list(_pages(document))
    except pypdfium2.PdfiumError as error:
        locked = error.err_code == _WRONG_PASSWORD
        raise FileUnreadable("reading.pdf_locked" if locked else "reading.pdf_broken") from error
    bare = tuple(number for number, boxes in enumerate(pages, 1) if not boxes)
    return Pages(pages_text(pages), len(pages), bare)


def _pages(document: PdfDocument) -> Iterator[list[Box]]:
    if len(document) > _MOST_PAGES:
        raise FileUnreadable("reading.pdf_long", pages=len(document), limit=_MOST_PAGES)
    for number in range(len(document)):
        page = document[number]
        try:
            text = page.get_textpage()
            yield list(_boxes(text))
        finally:
            page.close()


def _boxes(text: PdfTextPage) -> Iterator[Box]:
    """Yield the pieces of the lines of a page: runs of words that stand beside each other."""
    run: Box | None = None
    for word, stretch in _words(text):
        if run is not None:
            level = abs(word.bottom - run.bottom) < 0.5 * run.size
            gap = word.left - run.right
            if level and -run.size < gap <= stretch * run.size:
                run = merged(run, word, " ")
                continue
            yield run
        run = word
    if run is not None:
        yield run


def _words(text: PdfTextPage) -> Iterator[tuple[Box, float]]:
    """Yield every word with its place, and how far it may stand from the last, in font sizes."""
    import pypdfium2.raw as pdfium  # noqa: PLC0415

    rect = pdfium.FS_RECTF()
    stretch = 0.0
    word: list[str] = []
    count = min(text.count_chars(), _MOST_CHARACTERS)
    for index in range(count + 1):
        code = pdfium.FPDFText_GetUnicode(text, index) if index < count else 10
        character = "-" if code in _HYPHENS else chr(code)
        if not character.isspace() and code:
            word.append(character)
            continue
        if word:
            pdfium.FPDFText_GetLooseCharBox(text, index - len(word), rect)
            left, bottom, top = rect.left, rect.bottom, rect.top
            pdfium.FPDFText_GetLooseCharBox(text, index - 1, rect)
            size = max(top - bottom, 1.0)
            yield Box(left, bottom, rect.right, top, size, "".join(word)), stretch
            word, stretch = [], _STRETCHED
        if code in (10, 13):
            stretch = 0.0
        elif stretch and pdfium.FPDFText_IsGenerated(text, index) == 1:
            stretch = _WORD
