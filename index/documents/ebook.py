"""Read `.epub`: a book is one article, its chapters are sections in the order of the spine.

The archive is read with the standard library and lxml: the usual library for e-books may not be
used under this project's licence.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from config.phrases import LocalizedText
from index.documents.archives import open_archive, read_member
from index.documents.builder import BlockBuilder
from index.documents.cleaning import clean_text
from index.documents.html_blocks import html_blocks
from index.documents.html_notes import looks_like_mark
from index.documents.links import is_page, kept_address
from index.documents.text_blocks import decode_markup, parse_html
from index.documents.titles import file_title
from index.errors import FileUnreadable
from index.models import Article, FailedSource

if TYPE_CHECKING:
    from lxml.etree import _Element

# Parsed, a book takes sixty times as much memory.
_MOST_TEXT_MB = 15
_MB = 1024 * 1024
_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_CHAPTERS = frozenset(("application/xhtml+xml", "text/html", "application/xml"))
_ISBN = re.compile(r"(?:(?:urn:)?isbn:?\s*)?((?:97[89][- ]?)?(?:\d[- ]?){9}[\dXx])", re.IGNORECASE)
_HEADINGS = frozenset(f"h{level}" for level in range(1, 7))


def read_book(path: Path, source: str) -> Iterator[Article | FailedSource]:
    """Yield the article of a book, and which of its chapters cannot be read.

    Raises FileUnreadable if it is encrypted, broken, too large, or holds no text.
    """
    builder = BlockBuilder()
    missing: list[str] = []
    with open_archive(path, _MOST_TEXT_MB) as archive:
        package = _package_name(archive)
        root = _xml(read_member(archive, package))
        meta = _meta(root)
        folder = posixpath.dirname(package)
        chapters = _chapters(root, folder)
        _refuse_locked(archive, chapters)
        labels = _labels(archive, root, folder)
        unread = _MOST_TEXT_MB * _MB
        for name in chapters:
            if name not in archive.NameToInfo:
                missing.append(posixpath.basename(name))
                continue
            content = read_member(archive, name)
            unread -= len(content)
            if unread < 0:
                raise FileUnreadable("reading.zip_bomb", limit=_MOST_TEXT_MB)
            _write_chapter(content, labels.get(name, ""), builder)
    if not builder.text:
        raise FileUnreadable("reading.no_text")
    builder.signed(meta.get("author", ""))
    yield Article(
        f"{source}#1",
        source,
        meta.get("title") or file_title(source),
        builder.text,
        byline=meta.get("author", ""),
        date=meta.get("date", ""),
        url=meta.get("url", ""),
        blocks=builder.blocks,
    )
    if missing:
        names = ", ".join(missing[:10])
        yield FailedSource(source, LocalizedText.of("reading.chapters_missing", names=names))


def _write_chapter(content: bytes, label: str, builder: BlockBuilder) -> None:
    """Write a chapter; one without a heading of its own has that of the table of contents."""
    text = clean_text(decode_markup(content))
    if not text.strip():
        return
    try:
        tree = parse_html(text)
    except FileUnreadable:
        return
    for link in tree.iter("a"):
        # A note in another chapter stands there, and its mark is no part of the text here.
        if "#" in (link.get("href") or "")[1:] and looks_like_mark(link):
            link.set("href", "#" + (link.get("href") or "").replace("#", "/"))
    builder.close(1)
    if label and next(tree.iter(*_HEADINGS), None) is None:
        builder.heading(label, 1)
    html_blocks(builder, tree)


def _labels(archive: zipfile.ZipFile, root: _Element, folder: str) -> dict[str, str]:
    """Return what the table of contents calls each chapter that it begins with, by its name."""
    found: dict[str, str] = {}
    for item in _local(root, "item"):
        is_nav = "nav" in (item.get("properties") or "").split()
        if not (is_nav or item.get("media-type") == "application/x-dtbncx+xml"):
            continue
        name = _member(folder, item.get("href") or "")
        if name not in archive.NameToInfo:
            continue
        tree = _xml(read_member(archive, name))
        entries = _nav_entries(tree) if is_nav else _ncx_entries(tree)
        for address, label in entries:
            chapter, _, part = address.partition("#")
            if label and (not part or _member(posixpath.dirname(name), chapter) not in found):
                found.setdefault(_member(posixpath.dirname(name), chapter), label)
    return found


def _nav_entries(tree: _Element) -> Iterator[tuple[str, str]]:
    for link in _local(tree, "a"):
        yield link.get("href") or "", " ".join("".join(link.itertext()).split())


def _ncx_entries(tree: _Element) -> Iterator[tuple[str, str]]:
    for point in _local(tree, "navPoint"):
        label = next(_local(point, "text"), None)
        content = next(_local(point, "content"), None)
        if label is not None and content is not None:
            yield content.get("src") or "", " ".join((label.text or "").split())


def _member(folder: str, address: str) -> str:
    """Return the name of a member of the archive that an address leads to."""
    return posixpath.normpath(posixpath.join(folder, unquote(address)))


def _xml(content: bytes) -> _Element:
    """Parse XML without entities or the network. Raises FileUnreadable if it is none."""
    from lxml import etree

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
    """Return the book's title, its authors, the date it prints, and its address or ISBN."""
    found: dict[str, str] = {}
    for name, key in (("title", "title"), ("creator", "author"), ("date", "date")):
        values = [" ".join((element.text or "").split()) for element in _local(root, name)]
        told = [value for value in values if value]
        if told:
            found[key] = ", ".join(told) if key == "author" else told[0]
    ids = ["".join(e.itertext()).strip() for n in ("source", "identifier") for e in _local(root, n)]
    isbns = (found.group(1) for found in map(_ISBN.fullmatch, ids) if found)
    pages = (id for id in ids if is_page(id) and kept_address(id))
    address = next(pages, "") or next((f"urn:isbn:{isbn}" for isbn in isbns), "")
    return {**found, "url": address} if address else found


def _chapters(root: _Element, folder: str) -> list[str]:
    """Return the names of the chapters in reading order, each once."""
    items = {
        element.get("id"): element.get("href") or ""
        for element in _local(root, "item")
        if element.get("media-type") in _CHAPTERS and "nav" not in (element.get("properties") or "")
    }
    names = [items.get(element.get("idref"), "") for element in _local(root, "itemref")]
    # A spine may name a chapter again and again.
    return list(dict.fromkeys(_member(folder, name) for name in names if name))


def _refuse_locked(archive: zipfile.ZipFile, chapters: list[str]) -> None:
    """Refuse a book whose chapters are encrypted; fonts may be."""
    if _ENCRYPTION not in archive.namelist():
        return
    for element in _local(_xml(read_member(archive, _ENCRYPTION)), "CipherReference"):
        if unquote(element.get("URI") or "") in chapters:
            raise FileUnreadable("reading.zip_locked")
