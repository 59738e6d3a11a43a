"""Read `.epub`: the chapters of a book in the order of its spine.

The archive is read with the standard library and lxml: the usual library for e-books may not be
used under this project's licence.
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from index.errors import FileUnreadable
from index.formats.archives import open_archive, read_member
from index.formats.blocks import block_lines, decode_markup, parse_html
from index.formats.cleaning import clean_text
from index.models import Article, FailedSource
from index.pages.articles import compose_articles

if TYPE_CHECKING:
    from lxml.etree import _Element

# Parsed, a book takes sixty times as much memory.
_MOST_TEXT_MB = 15
_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_CHAPTERS = frozenset(("application/xhtml+xml", "text/html", "application/xml"))


def read_book(path: Path, source: str) -> Iterator[Article | FailedSource]:
    """Yield the articles of a book, mostly one a chapter, with the book's title as their section.

    Raises FileUnreadable if it is encrypted, broken, or holds no text.
    """
    with open_archive(path, _MOST_TEXT_MB) as archive:
        package = _package_name(archive)
        root = _xml(read_member(archive, package))
        meta = _meta(root)
        chapters = _chapters(root, posixpath.dirname(package))
        _refuse_locked(archive, chapters)
        number = 0
        for name in chapters:
            lines = block_lines(parse_html(decode_markup(read_member(archive, name))))
            text = clean_text("\n".join(lines))
            for article in compose_articles(source, text, meta, first=number + 1, whole=True):
                number += 1
                yield article
    if not number:
        raise FileUnreadable("reading.no_text")


def _xml(content: bytes) -> _Element:
    """Parse XML without entities or the network. Raises FileUnreadable if it is none."""
    from lxml import etree  # noqa: PLC0415

    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise FileUnreadable("reading.zip_broken") from error
    if root is None:
        raise FileUnreadable("reading.zip_broken")
    return root


def _local(root: _Element, name: str) -> Iterator[_Element]:
    """Yield the elements of a name in whatever namespace."""
    for element in root.iter():
        if isinstance(element.tag, str) and element.tag.rpartition("}")[2] == name:
            yield element


def _package_name(archive: zipfile.ZipFile) -> str:
    for element in _local(_xml(read_member(archive, _CONTAINER)), "rootfile"):
        if element.get("full-path"):
            return str(element.get("full-path"))
    raise FileUnreadable("reading.zip_broken")


def _meta(root: _Element) -> dict[str, str]:
    """Return the book's title as section, its authors, and the date it prints."""
    found: dict[str, str] = {}
    for name, key in (("title", "section"), ("creator", "author"), ("date", "date")):
        values = [" ".join((element.text or "").split()) for element in _local(root, name)]
        told = [value for value in values if value]
        if told:
            found[key] = ", ".join(told) if key == "author" else told[0]
    return found


def _chapters(root: _Element, folder: str) -> list[str]:
    """Return the names of the chapters in reading order."""
    items = {
        element.get("id"): element.get("href") or ""
        for element in _local(root, "item")
        if element.get("media-type") in _CHAPTERS and "nav" not in (element.get("properties") or "")
    }
    names = [items.get(element.get("idref"), "") for element in _local(root, "itemref")]
    return [posixpath.normpath(posixpath.join(folder, unquote(name))) for name in names if name]


def _refuse_locked(archive: zipfile.ZipFile, chapters: list[str]) -> None:
    """Refuse a book whose chapters are encrypted; fonts may be."""
    if _ENCRYPTION not in archive.namelist():
        return
    for element in _local(_xml(read_member(archive, _ENCRYPTION)), "CipherReference"):
        if unquote(element.get("URI") or "") in chapters:
            raise FileUnreadable("reading.zip_locked")
