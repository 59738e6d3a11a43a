"""The links of a PDF page: which words lead where, found again in what was read of the page."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from index.documents.links import Link, is_told, kept_address
from index.documents.pieces import Piece

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage, PdfTextPage

_MOST_LINKS = 500  # of one page
_LONGEST = 2000  # bytes of an address
_NEAR = 2.0  # points
_EDGES = " .,;:!?()[]“”\"'，。；：（）"


def links_of(document: PdfDocument, page: PdfPage, text: PdfTextPage) -> list[Link]:
    """Return the linked words of a page in the order of its text.

    `skipped` counts how often the same words stand anywhere before them on the page.
    """
    found: list[tuple[int, Link]] = []
    for address, place, words in _marked(document, page, text):
        # Words that a line end parts are one in some scripts, and two in others.
        for line in words.splitlines():
            shown = " ".join(line.split()).strip(_EDGES)
            if _says_more(shown, address):
                before = " ".join(text.get_text_range(0, place).split()) if place > 0 else ""
                found.append((place, Link(shown, address, before.count(shown))))
    return [link for _, link in sorted(found, key=lambda one: one[0])]


def _says_more(words: str, address: str) -> bool:
    """Return True unless words are a stretch of their address, or no more than a note's mark."""
    stretch = not words.isalpha() and words.casefold() in address.casefold()
    return len(words.encode()) > 1 and not stretch and not is_told(address, words)


def _marked(
    document: PdfDocument, page: PdfPage, text: PdfTextPage
) -> Iterator[tuple[str, int, str]]:
    """Yield each address, the number of the first character that leads there, and the words."""
    import pypdfium2.raw as pdfium

    at, link, rect = ctypes.c_int(0), pdfium.FPDF_LINK(), pdfium.FS_RECTF()
    for _ in range(_MOST_LINKS):
        if not pdfium.FPDFLink_Enumerate(page, at, link):
            return
        action = pdfium.FPDFLink_GetAction(link)
        if pdfium.FPDFAction_GetType(action) != pdfium.PDFACTION_URI:
            continue
        buffer = ctypes.create_string_buffer(_LONGEST)
        pdfium.FPDFAction_GetURIPath(document, action, buffer, _LONGEST)
        address = kept_address(buffer.value.decode("utf-8", "ignore"))
        if address and pdfium.FPDFLink_GetAnnotRect(link, rect):
            # Without what reaches into it from the lines above and below.
            quarter = (rect.top - rect.bottom) / 4
            low, high = rect.bottom + quarter, rect.top - quarter
            place = pdfium.FPDFText_GetCharIndexAtPos(
                text, rect.left, (low + high) / 2, _NEAR, _NEAR
            )
            yield address, place, text.get_text_bounded(rect.left, low, rect.right, high)


def with_links(pieces: Sequence[Piece], links: Sequence[Link]) -> list[Piece]:
    """Return the pieces of a page with its links, each at the piece that holds its words."""
    texts = [_shown(piece) if links else "" for piece in pieces]
    places: dict[int, list[tuple[int, Link]]] = {}
    for link in links:
        found = [(n, at) for n, text in enumerate(texts) for at in _every(text, link.words)]
        if found:
            number, at = found[min(link.skipped, len(found) - 1)]
            places.setdefault(number, []).append((at, link))
    linked = list(pieces)
    for number, own in places.items():
        end = 0
        kept: list[Link] = []
        for at, link in sorted(own, key=lambda one: one[0]):
            if at >= end:
                kept.append(link._replace(skipped=texts[number][end:at].count(link.words)))
                end = at + len(link.words)
        linked[number] = replace(linked[number], links=tuple(kept))
    return linked


def _shown(piece: Piece) -> str:
    if piece.grid is not None:
        return "\n".join(cell for row in piece.grid.rows for cell in row if cell)
    return piece.text


def _every(text: str, words: str) -> Iterator[int]:
    at = text.find(words)
    while at >= 0:
        yield at
        at = text.find(words, at + len(words))
