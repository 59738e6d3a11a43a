"""Find the notes of an HTML page and the marks in its text that lead to them."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element

# 2:1 is the second mark of the second note.
_SIGN = r"\d{1,3}(?::\d{1,3})?|[a-z]|(?:note|nb|注|註)\s?\d{0,3}"
_MARK = re.compile(rf"[\[(]?(?:{_SIGN}|[*†‡§¶]|[ivx]{{1,5}})[\])]?", re.IGNORECASE)
BRACKETED = re.compile(rf"\[(?:{_SIGN})\]", re.IGNORECASE)
# What a note may be; an anchor inside it stands for it.
_NOTES = frozenset(("li", "p", "div", "aside", "dd", "td", "section"))
_MOST_NODES = 16
_HIGHEST = 8


def find_notes(root: _Element) -> dict[str, _Element]:
    """Return the elements that marks in the text lead to, by the ids the marks name."""
    links = [link for link in root.iter("a") if target_of(link) and looks_like_mark(link)]
    if not links:
        return {}
    named: dict[str, _Element] = {}
    for element in root.iter():
        if isinstance(element.tag, str):
            for name in (element.get("id"), element.get("name") if element.tag == "a" else None):
                if name:
                    named.setdefault(name, element)
    found: dict[str, _Element] = {}
    taken: set[_Element] = set()
    for link in links:
        name = target_of(link)
        above = list(islice(link.iterancestors(), _HIGHEST))
        if name in found or name not in named or not taken.isdisjoint(above):
            continue
        note = _block_around(named[name])
        if note is not None and note not in above and note is not root:
            found[name] = note
            taken.add(note)
    return found


def looks_like_mark(link: _Element) -> bool:
    """Return True if a link is the mark of a note: said to be one, raised, or in brackets."""
    attributes = link.attrib
    kind = f"{attributes.get('role', '')} {attributes.get('class', '')} {_book_type(link)}"
    if "noteref" in kind or "footnote-ref" in kind:
        return True
    text = short_text(link)
    parent = link.getparent()
    in_raised = parent is not None and parent.tag == "sup"
    raised = in_raised or any(True for _ in islice(link.iterchildren("sup"), 1))
    return bool(_MARK.fullmatch(text)) if raised else bool(BRACKETED.fullmatch(text))


def target_of(link: _Element) -> str:
    """Return the id on the same page that a link leads to, or an empty string."""
    address = link.get("href") or ""
    return address[1:] if address.startswith("#") else ""


def short_text(element: _Element) -> str:
    """Return the text of an element if there is little in it."""
    parts: list[str] = []
    for node in islice(element.iter(), _MOST_NODES):
        parts.append((node.text or "") if isinstance(node.tag, str) else "")
        if node is not element:
            parts.append(node.tail or "")
    return "".join(parts).strip()


def _block_around(element: _Element) -> _Element | None:
    """Return the element itself, or the block it stands in, if that may be a note."""
    for candidate in (element, *islice(element.iterancestors(), 3)):
        if candidate.tag in _NOTES:
            return candidate
    return None


def _book_type(element: _Element) -> str:
    return element.get("{http://www.idpf.org/2007/ops}type") or element.get("epub:type") or ""
