"""Write small Word documents and e-books for tests."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

_CONTAINER = (
    '<?xml version="1.0"?><container version="1.0" '
    'xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/>'
    "</rootfiles></container>"
)


def write_word(path: Path, blocks: Sequence[tuple[str, str] | Sequence[Sequence[str]]]) -> None:
    """Write a document of (style, text) paragraphs and tables, which are lists of rows."""
    from docx import Document

    document = Document()
    for block in blocks:
        if isinstance(block, tuple):
            document.add_paragraph(block[1], style=block[0] or None)
            continue
        table = document.add_table(rows=0, cols=len(block[0]))
        for row in block:
            for cell, text in zip(table.add_row().cells, row, strict=True):
                cell.text = text
    document.save(str(path))


def write_book(path: Path, title: str, chapters: Mapping[str, str], **extra: str) -> None:
    """Write an e-book of chapters by their file names; `extra` are more members of the archive."""
    items = "".join(
        f'<item id="c{n}" href="{name}" media-type="application/xhtml+xml"/>'
        for n, name in enumerate(chapters)
    )
    spine = "".join(f'<itemref idref="c{n}"/>' for n in range(len(chapters)))
    package = (
        '<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" version="3.0">'
        '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{title}</dc:title><dc:creator>林见川</dc:creator>"
        f"<dc:date>2021-06-01</dc:date></metadata><manifest>{items}</manifest>"
        f"<spine>{spine}</spine></package>"
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/epub+zip")
        archive.writestr("META-INF/container.xml", _CONTAINER)
        archive.writestr("OEBPS/book.opf", package)
        for name, body in chapters.items():
            html = f'<html xmlns="http://www.w3.org/1999/xhtml"><body>{body}</body></html>'
            archive.writestr(f"OEBPS/{name}", html)
        for name, content in extra.items():
            archive.writestr(name, content)


Change = Callable[[dict[str, bytes]], object]


def rewrite(path: Path, change: Change) -> None:
    """Let the members of an archive be changed, by their names."""
    with zipfile.ZipFile(path) as old:
        members = {name: old.read(name) for name in old.namelist()}
    change(members)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in members.items():
            new.writestr(name, content)


def repeat_chapter(members: dict[str, bytes]) -> None:
    """Let the spine of an e-book name its first chapter 3,000 times."""
    once = b'<itemref idref="c0"/>'
    members["OEBPS/book.opf"] = members["OEBPS/book.opf"].replace(once, once * 3000)
