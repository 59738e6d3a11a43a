"""Read `.docx` through python-docx: one article of blocks, as Word shows the final text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from index.documents.pieces import compose_article
from index.documents.word_body import Body
from index.documents.word_parts import Parts
from index.errors import FileUnreadable
from index.formats.archives import DAMAGE, open_archive
from index.models import Article, FailedSource

if TYPE_CHECKING:
    from docx.document import Document

# What programs put into the title property when nobody does.
_NO_TITLES = ("microsoft word", "untitled", "document", "template", "word document", "normal")
_HEAD = 2000  # characters in which a title stands that is the document's own


def read_docx(path: Path, source: str) -> Iterator[Article | FailedSource]:
    """Yield the article of a Word document.

    Raises FileUnreadable if it is encrypted, broken, empty, or unpacks to too much.
    """
    from docx import Document as open_document  # noqa: PLC0415 - 80 ms
    from docx.opc.exceptions import OpcError  # noqa: PLC0415
    from lxml.etree import XMLSyntaxError  # noqa: PLC0415

    open_archive(path).close()
    try:
        document = open_document(str(path))
        article = _article(document, source)
    except (*DAMAGE, OpcError, XMLSyntaxError, AttributeError, TypeError) as error:
        raise FileUnreadable("reading.zip_broken") from error
    if article is None:
        raise FileUnreadable("reading.no_text")
    yield article


def _article(document: Document, source: str) -> Article | None:
    body = Body(Parts(document))
    pieces = body.read(document.element.body)
    pieces.extend(body.margins(document.element.body))
    head = "\n".join(piece.text for piece in pieces[:20])[:_HEAD]
    return compose_article(
        source, pieces, title=body.title, given=_given_title(document.core_properties.title, head)
    )


def _given_title(title: str | None, head: str) -> str:
    """Return the title property if a person seems to have written it for this text."""
    shown = " ".join((title or "").split())
    if shown.lower().startswith(_NO_TITLES) or shown.lower().endswith((".doc", ".docx", ".dotx")):
        return ""
    known = shown.casefold() in " ".join(head.split()).casefold()
    return shown if known or len(shown.split()) > 1 else ""
