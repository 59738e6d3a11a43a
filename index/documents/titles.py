"""Choose the title of a document: what it says of itself, its own first heading, its file name."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from index.documents.builder import BlockBuilder
from index.documents.html_blocks import html_blocks
from index.documents.newspaper.bylines import byline_of
from language.text import fold

if TYPE_CHECKING:
    from lxml.etree import _Element

_CONTENTS = re.compile(
    r"(?:table of )?contents|toc|(?:on|in) this (?:page|article)|目[录錄次]"
    r"|内容目录|本页内容|本頁內容"
    r"|목차|차례|もくじ|inhalt(?:sverzeichnis|sübersicht)?|auf dieser seite|sommaire"
    r"|table des matières|[íi]ndice|(?:tabla de )?contenidos?|sum[áa]rio|sommario"
    r"|inhoud(?:sopgave)?"
    r"|spis treści|obsah|innehåll|indhold|içindekiler|mục lục|содержание|оглавление|зміст"
    r"|(?:جدول )?المحتويات|الفهرس|สารบัญ|विषय-?सूची|תוכן(?: העניינים)?|περιεχόμενα",
    re.IGNORECASE,
)
_INDEX_FILES = frozenset(("index", "readme", "_index"))
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
# What a note, quotation or list opens with is no title.
_APART = frozenset(("details", "blockquote", "li", "dd", "td", "aside", "figure"))
_LONGEST = 200
_LONGEST_STRONG = 100


def is_contents(text: str) -> bool:
    """Return True if a heading only says that a table of contents follows."""
    return bool(_CONTENTS.fullmatch(text.strip(" :：")))


def document_title(tree: _Element | None, given: str) -> tuple[str, str]:
    """Return the title and subtitle of a document, and take the title's heading out of its tree.

    The title is the one that the document is `given`, else its first heading of the highest
    level, if it may stand for the whole; else it has none. A lone heading right below the
    title is the subtitle, which stays in the text as a paragraph.
    """
    heading = _own_heading(tree) if tree is not None else None
    if heading is None and tree is not None and not given:
        heading = _strong_line(tree)
    words = heading_text(heading) if heading is not None else ""
    if heading is None or not words or len(words) > _LONGEST:
        return given, ""
    if given and fold(words) != fold(given):
        return given, ""
    subtitle = _subtitle(heading)
    heading.drop_tree()
    return given or words, subtitle


def file_title(source: str) -> str:
    """Return the name of a file without its suffix; of an index, that of its folder."""
    path = PurePosixPath(source)
    if path.stem.lower() in _INDEX_FILES and path.parent.name:
        return path.parent.name
    return path.stem


def heading_text(heading: _Element) -> str:
    """Return the words of a heading as a reader sees them."""
    builder = BlockBuilder()
    html_blocks(builder, heading)
    return " ".join(builder.text.split())


def _own_heading(tree: _Element) -> _Element | None:
    """Return the heading that may be the title: the first, if no other is as high or higher.

    Of headings of the first level the first is taken in any case.
    """
    headings = [h for h in tree.iter(*HEADINGS) if not is_contents("".join(h.itertext()))]
    if not headings:
        return None
    first = headings[0]
    if first.tag == "h1":
        return first
    alone = all(other.tag > first.tag for other in headings[1:])
    return first if alone and _stands_first(tree, first) else None


def _strong_line(tree: _Element) -> _Element | None:
    """Return the first paragraph if it is nothing but strong words, as an unmarked title is."""
    first = next(iter(tree.iter("p")), None)
    if first is None or (first.text or "").strip() or not _stands_first(tree, first):
        return None
    if any(above.tag in _APART for above in first.iterancestors()):
        return None
    strong = [child for child in first if isinstance(child.tag, str)]
    alone = (
        len(strong) == 1 and strong[0].tag in {"strong", "b"} and not (strong[0].tail or "").strip()
    )
    words = "".join(first.itertext()).strip()
    return first if alone and len(words) <= _LONGEST_STRONG and words[-1:] not in ".。:：" else None


def _stands_first(tree: _Element, heading: _Element) -> bool:
    """Return True if no words stand before a heading."""
    for element in tree.iter():
        if element is heading:
            return True
        if isinstance(element.tag, str) and (element.text or "").strip():
            return False
        if (element.tail or "").strip():
            return False
    return False


def _subtitle(heading: _Element) -> str:
    """Return the words of a lone lower heading right below a title, and make it a paragraph."""
    below = heading.getnext()
    if below is None or below.tag not in HEADINGS or below.tag <= heading.tag:
        return ""
    if (heading.tail or "").strip():
        return ""
    parent = below.getparent()
    alike = sum(1 for other in parent.iter(*HEADINGS) if other.tag <= below.tag)
    after = below.getnext()
    signed = after is not None and byline_of("".join(after.itertext()).strip()[:200]) is not None
    if alike > 2 and not signed:
        return ""
    below.tag = "p"
    return heading_text(below)
