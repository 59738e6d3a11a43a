"""Read `.docx` through python-docx: one article of blocks, as Word shows the final text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from index.documents.archives import DAMAGE, open_archive
from index.documents.pieces import compose_article
from index.documents.word_body import Body
from index.documents.word_parts import Parts
from index.errors import FileUnreadable
from index.models import Article, FailedSource

if TYPE_CHECKING:
    from docx.document import Document


def read_docx(path: Path, source: str) -> Iterator[Article | FailedSource]:
    """Yield the article of a Word document.

    Raises FileUnreadable if it is encrypted, broken, empty, or unpacks to too much.
    """
    from docx import Document as open_document  # 80 ms
    from docx.opc.exceptions import OpcError
    from lxml.etree import XMLSyntaxError

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
    given = document.core_properties.title or ""
    return compose_article(source, pieces, title=body.title, given=given)
