"""Take from a web page what stands on every page of its site: menus, banners, footers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from index.documents.html_inline import UNSEEN
from index.documents.newspaper.wordlists import words

if TYPE_CHECKING:
    from lxml.etree import _Element

_INSIDE = frozenset(("article", "main", "section", "blockquote", "figure", "details", "td"))
_FURNITURE_ROLES = words("navigation search contentinfo menu menubar toolbar alertdialog tablist")
_COOKIES = re.compile(r"cookie|consent|gdpr|privacy-banner|onetrust", re.IGNORECASE)
_MENUS = words(
    "nav navbar navigation menu menubar breadcrumb breadcrumbs pagination pager sidenav topnav toc"
    " share sharing social skip skiplink skip-link header-menu main-menu mainmenu subnav langs"
    " language-switcher site-nav site-menu tabs quicklinks"
)
_HEADERS = words("header site-header page-header masthead topbar top-bar banner")
_FOOTERS = words("footer site-footer page-footer colophon copyright foot bottom")
_TOKENS = re.compile(r"[^\s_]+")
_MENU_SHARE = 0.5
_LONGEST_BANNER = 2000
_LONGEST_FOOTER = 3000
_LARGEST_SHARE = 0.5


def prune(root: _Element) -> None:
    """Drop the furniture of a site from the tree of one of its pages.

    An element goes if it says what it is (`nav`, `footer`, a role, a usual class), and where only
    its class does, if links make up half of it. What holds half of the page's words stays.
    """
    for element in list(root.iter(*UNSEEN)):
        if element.getparent() is not None and element.tag != "del":
            element.drop_tree()
    lengths = _lengths(root)
    total = lengths[root][0]
    outside = {root}
    for element in root.iter():
        parent = element.getparent()
        if parent in outside and isinstance(element.tag, str) and element.tag not in _INSIDE:
            outside.add(element)
    dropped: set[_Element] = set()
    for element in list(root.iter()):
        if not isinstance(element.tag, str) or element.getparent() in dropped or element is root:
            if element.getparent() in dropped:
                dropped.add(element)
            continue
        text, linked = lengths[element]
        if text > total * _LARGEST_SHARE or element.tag in {"body", "html", "main", "article"}:
            continue
        if _is_furniture(element, text, linked, at_edge=element in outside):
            dropped.add(element)
    for element in dropped:
        if element.getparent() is not None and element.getparent() not in dropped:
            element.drop_tree()


def _lengths(root: _Element) -> dict[_Element, tuple[int, int]]:
    """Return for each element how many characters it holds, and how many of them are links."""
    from lxml import etree

    found: dict[_Element, tuple[int, int]] = {}
    open_elements: list[list[int]] = []
    in_link = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "start":
            in_link += element.tag == "a"
            size = len((element.text or "").strip()) if isinstance(element.tag, str) else 0
            open_elements.append([size, size if in_link else 0])
            continue
        in_link -= element.tag == "a"
        text, linked = open_elements.pop()
        found[element] = (text, linked)
        if open_elements:
            tail = len((element.tail or "").strip())
            open_elements[-1][0] += text + tail
            open_elements[-1][1] += linked + (tail if in_link else 0)
    return found


def _is_furniture(element: _Element, text: int, linked: int, *, at_edge: bool) -> bool:
    """Return True if an element says that it is no part of what the page tells."""
    name = element.tag
    if name == "nav" or element.get("role") in _FURNITURE_ROLES:
        return True
    if name == "footer":
        return at_edge
    linkish = linked >= text * _MENU_SHARE
    names = f"{element.get('class') or ''} {element.get('id') or ''}".lower()
    if not names.strip():
        return at_edge and linkish and name == "header"
    if _COOKIES.search(names):
        return text < _LONGEST_BANNER
    tokens = set(_TOKENS.findall(names))
    if not tokens.isdisjoint(_MENUS):
        return linkish
    if at_edge and not tokens.isdisjoint(_FOOTERS):
        return text < _LONGEST_FOOTER
    return at_edge and _is_header(element) and linkish


def _is_header(element: _Element) -> bool:
    names = f"{element.get('class') or ''} {element.get('id') or ''}".lower().split()
    return element.tag == "header" or not _HEADERS.isdisjoint(names)
