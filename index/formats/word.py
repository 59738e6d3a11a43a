"""Read `.docx` through python-docx: paragraphs, headings, lists and tables in their order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import FileUnreadable
from index.formats.archives import DAMAGE, open_archive
from index.formats.cleaning import clean_text
from index.models import Article, FailedSource
from index.pages.articles import compose_articles

if TYPE_CHECKING:
    from docx.document import Document
    from lxml.etree import _Element

_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HEADING = re.compile(r"heading\s*(\d)|标题\s*(\d)", re.IGNORECASE)
# Deleted text, field codes, and the second form of a drawing that older programs show.
_SKIPPED = {f"{_WORD}{name}" for name in ("del", "delText", "instrText", "rPr", "pPr")} | {
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
}


def read_word(path: Path, source: str) -> Iterator[Article | FailedSource]:
    """Yield the articles of a Word document.

    Raises FileUnreadable if it is encrypted, broken, empty, or unpacks to too much.
    """
    from docx import Document as open_document  # noqa: PLC0415 - 80 ms
    from docx.opc.exceptions import OpcError  # noqa: PLC0415
    from lxml.etree import XMLSyntaxError  # noqa: PLC0415

    open_archive(path).close()
    try:
        document = open_document(str(path))
        lines = list(_lines(document))
    except (*DAMAGE, OpcError, XMLSyntaxError, AttributeError, TypeError) as error:
        raise FileUnreadable("reading.zip_broken") from error
    articles = compose_articles(source, clean_text("\n".join(lines)), {}, whole=True)
    if not articles:
        raise FileUnreadable("reading.no_text")
    yield from articles


def _lines(document: Document) -> Iterator[str]:
    """Yield the lines of the body: paragraphs with the marks of headings and lists, table rows."""
    names = {style.style_id: style.name or "" for style in document.styles}
    for block in _blocks(document.element.body):
        if block.tag == f"{_WORD}tbl":
            for row in block.iter(f"{_WORD}tr"):
                cells = [_text(cell).replace("\n", " ") for cell in row.iter(f"{_WORD}tc")]
                yield " | ".join(cells)
        else:
            mark = _mark(block, names)
            for line in _text(block).split("\n"):
                if line.strip():
                    yield f"{mark} {line.strip()}".strip()


def _blocks(parent: _Element) -> Iterator[_Element]:
    """Yield paragraphs and tables in order, those inside content controls too."""
    for child in parent:
        if child.tag in {f"{_WORD}p", f"{_WORD}tbl"}:
            yield child
        elif child.tag in {f"{_WORD}sdt", f"{_WORD}sdtContent", f"{_WORD}ins"}:
            yield from _blocks(child)


def _mark(paragraph: _Element, names: dict[str, str]) -> str:
    """Return `#` marks for a heading, `-` for a list item, else nothing."""
    properties = paragraph.find(f"{_WORD}pPr")
    if properties is None:
        return ""
    style = properties.find(f"{_WORD}pStyle")
    name = names.get(style.get(f"{_WORD}val") or "", "") if style is not None else ""
    heading = _HEADING.match(name)
    if heading:  # the first level of headings stands below the title
        return "#" * min(6, 1 + int(heading.group(1) or heading.group(2)))
    if name.lower() in {"title", "标题"}:
        return "#"
    if name.lower() in {"subtitle", "副标题"}:
        return "##"
    listed = name.lower().startswith("list") or properties.find(f"{_WORD}numPr") is not None
    return "-" if listed else ""


def _text(element: _Element) -> str:
    """Return the text of a paragraph or cell as it stands, without deleted words."""
    parts: list[str] = []
    stack = [element]
    while stack:
        node = stack.pop()
        if node.tag in _SKIPPED:
            continue
        if node.tag == f"{_WORD}t":
            parts.append(node.text or "")
        elif node.tag in {f"{_WORD}br", f"{_WORD}cr"}:
            parts.append("\n")
        elif node.tag == f"{_WORD}tab":
            parts.append(" ")
        elif node.tag == f"{_WORD}p" and parts:
            parts.append("\n")
        stack.extend(reversed(node))
    return "".join(parts)
