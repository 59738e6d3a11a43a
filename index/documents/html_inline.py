"""Collect the words of HTML as a reader sees them: raised figures, breaks, pictures, note marks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from index.documents.formulas import shown_formula, with_formulas
from index.documents.html_notes import BRACKETED, looks_like_mark, short_text, target_of
from index.documents.links import Link, is_told, kept_address
from index.documents.newspaper.wordlists import words
from index.documents.prose import BREAK, PICTURE, STRONG, STRONG_END, plain
from index.documents.scripts import lowered, raised

if TYPE_CHECKING:
    from lxml.etree import _Element

# Elements whose inside no reader sees, or that only ask for input.
UNSEEN = words(
    "script style noscript template svg head iframe object embed select option button textarea"
    " canvas audio video map datalist dialog rt rp del s strike"
)
_FILE_NAME = re.compile(r"[\w\-. ]+\.(?:png|jpe?g|gif|svg|webp|bmp|avif)", re.IGNORECASE)
_NO_ALT = frozenset(
    ("", "image", "img", "alt text", "alt", "icon", "logo", "图片", "圖片", "picture")
)
_PERMALINKS = frozenset(
    ["¶", "#", "§", "🔗", "⚓", "⚓︎", "[edit]", "↩", "↩︎", "^", "↑", "🔗︎", "[编辑]", "[編輯]"]
)
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_HIDDEN_CLASSES = words(
    "sr-only visually-hidden screen-reader-text visuallyhidden hidden is-hidden d-none"
    " headerlink header-anchor anchor-link footnote-backref reversefootnote mw-editsection"
    " skiplink skip-link katex-html"
)
_MOST_LINKS = 50  # of one line
_HIDDEN_LENGTH = 200  # of a hidden class; more than that a script shows, as tabs do


def is_hidden(element: _Element) -> bool:
    """Return True if a reader does not see an element or what is in it."""
    if element.tag in UNSEEN:
        return True
    attributes = element.attrib
    if not attributes:
        return False
    if "hidden" in attributes and attributes["hidden"] != "until-found":
        return True
    if attributes.get("aria-hidden") == "true" and element.tag in {"a", "i", "span"}:
        return True
    if element.tag == "input":
        return bool(attributes.get("type") != "checkbox")
    if _HIDDEN_STYLE.search(attributes.get("style", "")):
        return True
    classes = attributes.get("class", "").lower().split()
    if not _HIDDEN_CLASSES.isdisjoint(classes):
        return len(short_text(element)) <= _HIDDEN_LENGTH
    return element.tag == "a" and short_text(element) in _PERMALINKS


def text_of(element: _Element) -> str:
    """Return all the text inside an element."""
    return "".join(element.itertext())


class Inline:
    """Collects the text of one line of prose, element by element in reading order.

    The marks of the page's `notes` are left out of the text and can be taken apart, as can the
    links, whose relative addresses count from `base`.
    """

    def __init__(self, notes: Mapping[str, _Element], base: str = "") -> None:
        """Start an empty line."""
        self._marked: list[str] = []
        self._notes = notes
        self._base = base
        self._parts: list[str] = []
        self._open: list[tuple[_Element, str, int]] = []
        self._links: list[Link] = []
        self._linked = 0

    def text(self, text: str | None) -> None:
        """Add text as it stands in the source."""
        if text:
            self._parts.append(text)

    def line_break(self) -> None:
        """Break the line, if there is something on it."""
        if self._parts:
            self._parts.append(BREAK)

    def take(self) -> str:
        """Return what was collected and start anew."""
        for _, address, start in self._open:
            self._add_link(address, start)
        self._open = [(element, address, 0) for element, address, _ in self._open]
        text = with_formulas("".join(self._parts))
        self._parts.clear()
        self._linked = 0
        return text

    def take_links(self) -> list[Link]:
        """Return the links that were taken and start anew."""
        links, self._links = self._links, []
        return links

    def take_marks(self) -> list[str]:
        """Return the ids of the notes that the line refers to and start anew."""
        marks, self._marked = self._marked, []
        return marks

    def open(self, element: _Element) -> bool:
        """Take the start of an inline element; return False if its inside is done with."""
        name = element.tag
        if name in {"b", "strong"}:
            self._parts.append(STRONG)
        elif name == "br":
            self._parts.append(BREAK)
        elif name in {"sup", "sub"}:
            self._script(element)
            return False
        elif name == "a":
            if self._is_mark(element):
                return False
            address = kept_address(element.get("href") or "", self._base)
            if address:
                self._open.append((element, address, len(self._parts)))
        elif name == "img":
            alt = alt_text(element)
            self._parts.append(f"{PICTURE}{alt}{PICTURE}" if alt else "")
        elif name == "q":
            self._parts.append("“")
        elif name == "math":
            self._parts.append(_formula(element))
            return False
        elif name == "input" and element.get("type") == "checkbox":
            self._parts.append("☑ " if "checked" in element.attrib else "☐ ")
        return True

    def close(self, element: _Element) -> None:
        """Take the end of an inline element."""
        if element.tag in {"b", "strong"}:
            self._parts.append(STRONG_END)
        elif element.tag == "q":
            self._parts.append("”")
        elif self._open and self._open[-1][0] is element:
            _, address, start = self._open.pop()
            self._add_link(address, start)

    def _add_link(self, address: str, start: int) -> None:
        words = " ".join(plain("".join(self._parts[start:])).replace(BREAK, " ").split())
        if not words or len(self._links) == _MOST_LINKS or is_told(address, words):
            return
        before = " ".join(plain("".join(self._parts[self._linked : start])).split())
        self._links.append(Link(words, address, before.count(words)))
        self._linked = len(self._parts)

    def _is_mark(self, link: _Element) -> bool:
        """Return True, and remember the note, if a link is the mark of one."""
        target = target_of(link)
        if not (target and looks_like_mark(link)):
            return False
        if target in self._notes:
            self._marked.append(target)
        return True

    def _script(self, element: _Element) -> None:
        """Add raised or lowered text: in Unicode, or apart; a note's mark is left out."""
        text = " ".join(text_of(element).split())
        marks = [self._is_mark(link) for link in element.iter("a")]
        if element.tag == "sub":
            self._parts.append(lowered(text))
        elif not (marks and all(marks)) and not BRACKETED.fullmatch(text):
            before = self._parts[-1] if self._parts else ""
            self._parts.append(raised(text, before))


def _formula(math: _Element) -> str:
    """Return MathML by the LaTeX that it was made from, else by its text."""
    for note in list(math.iter("annotation", "annotation-xml")):
        if note.get("encoding") == "application/x-tex" and note.text:
            return shown_formula(note.text)
        note.drop_tree()
    latex = math.get("alttext")
    return shown_formula(latex) if latex else text_of(math)


def alt_text(image: _Element) -> str:
    """Return the words that stand for a picture, nothing for one that says nothing."""
    alt = " ".join((image.get("alt") or "").split())
    if alt.lower() in _NO_ALT or _FILE_NAME.fullmatch(alt) or _is_badge(image.get("src") or ""):
        return ""
    return alt


def _is_badge(address: str) -> bool:
    return "shields.io" in address or "/badge" in address or "badge.svg" in address
