"""Read a paragraph of a Word document as it is shown: the final text, marks of notes apart."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from index.documents.links import Link, linked_address
from index.documents.scripts import lowered, raised
from index.documents.word_styles import Style, Styles, W, half_points, is_on, switched, value
from index.documents.word_symbols import shown_text, symbol

if TYPE_CHECKING:
    from lxml.etree import _Element

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
# What is deleted, moved away, or says how the rest looks.
_SKIPPED = frozenset(
    f"{W}{name}" for name in ("del", "moveFrom", "rPr", "pPr", "sdtPr", "rt", "tbl", "txbxContent")
)
_FURNITURE = re.compile(r"\s*(?:PAGE|NUMPAGES|SECTIONPAGES)\b", re.IGNORECASE)
_BOX_CHOICE = re.compile(r"\s*FORM(?:CHECKBOX|DROPDOWN)\b", re.IGNORECASE)
_TARGET = re.compile(r'\s*HYPERLINK\s+"([^"]*)"')
_NOTES = {f"{W}footnoteReference": "footnotes", f"{W}endnoteReference": "endnotes"}
# Where the address of a link is noted before its paragraph is read.
ADDRESS = "address"
_LARGE = 1.3  # times the usual size
_CHARACTERS = {"noBreakHyphen": "-", "tab": "\t", "ptab": "\t", "cr": "\n"}


@dataclass(slots=True)
class Words:
    """The text of a paragraph, the notes it points to, and the text boxes anchored in it.

    Line breaks are kept as newlines; `bold` says that all of it is set in bold type, `strong`
    that it is so or in large type.
    """

    text: str = ""
    notes: list[tuple[str, str]] = field(default_factory=list)
    boxes: list[_Element] = field(default_factory=list)
    bold: bool = False
    strong: bool = False
    links: list[Link] = field(default_factory=list)


def read_words(paragraph: _Element, styles: Styles) -> Words:
    """Return what a paragraph shows."""
    return _Reader(styles, styles.of_paragraph(paragraph.find(f"{W}pPr"))).read(paragraph)


def mark_is_gone(paragraph: _Element) -> bool:
    """Return True if a tracked change took the end of a paragraph: it goes on in the next."""
    mark = paragraph.find(f"{W}pPr/{W}rPr")
    return mark is not None and any(
        mark.find(f"{W}{name}") is not None for name in ("del", "moveFrom")
    )


class _Reader:
    """Walks the runs of one paragraph."""

    def __init__(self, styles: Styles, style: Style) -> None:
        self._styles = styles
        self._style = style
        self._parts: list[str] = []
        self._last = ""
        # Of each open field the code, and where its result begins, -1 before it does.
        self._fields: list[tuple[str, int]] = []
        self._words = Words()
        self._plain = False
        self._small = False
        self._linked = 0

    def read(self, paragraph: _Element) -> Words:
        self._children(paragraph)
        self._words.text = "".join(self._parts)
        shown = bool(self._words.text.strip())
        self._words.bold = shown and not self._plain
        self._words.strong = shown and not (self._plain and self._small)
        return self._words

    def _children(self, parent: _Element) -> None:
        for child in parent:
            tag = child.tag
            if tag in _SKIPPED or not isinstance(tag, str):
                continue
            if tag == f"{W}r":
                self._run(child)
            elif tag.startswith(_M):
                self._add(_formula(child))
            elif tag == f"{W}sdt":
                if child.find(f"{W}sdtPr/{W}showingPlcHdr") is None:
                    self._children(child)
            elif tag == f"{W}fldSimple":
                if not _FURNITURE.match(child.get(f"{W}instr") or ""):
                    self._children(child)
            elif tag == f"{W}hyperlink" and child.get(ADDRESS):
                start = len(self._parts)
                self._children(child)
                self._link(start, child.get(ADDRESS) or "")
            else:
                self._children(child)

    def _link(self, start: int, shown: str) -> None:
        """Keep the address of what was read from part `start` on."""
        before = "".join(self._parts[self._linked : start])
        words = " ".join("".join(self._parts[start:]).split())
        address = linked_address(words, shown)
        if address:
            self._words.links.append(Link(words, address, " ".join(before.split()).count(words)))
            self._linked = len(self._parts)

    def _run(self, run: _Element) -> None:
        properties = run.find(f"{W}rPr")
        style = self._styles.named(value(properties, "rStyle") or "")
        if switched(properties, "vanish", style.hidden or self._style.hidden):
            return
        fonts = properties.find(f"{W}rFonts") if properties is not None else None
        font = (fonts.get(f"{W}ascii") or "") if fonts is not None else ""
        shift = value(properties, "vertAlign") or style.shift or self._style.shift
        bold = switched(properties, "b", style.bold or self._style.bold)
        size = half_points(properties) or style.size or self._style.size
        large = size >= _LARGE * self._styles.size
        own_mark = False
        for child in run:
            if child.tag in _NOTES:
                self._words.notes.append((_NOTES[child.tag], child.get(f"{W}id") or ""))
                own_mark = is_on(child.get(f"{W}customMarkFollows") or "0")
            elif child.tag == f"{W}fldChar":
                self._field(child)
            elif child.tag == f"{W}instrText" and self._fields:
                code, start = self._fields[-1]
                self._fields[-1] = (code + (child.text or ""), start)
            elif child.tag == f"{W}t":
                if not own_mark and self._is_result():
                    blank = not (child.text or "").strip()
                    self._plain = self._plain or not (bold or blank)
                    self._small = self._small or not (large or blank)
                    self._add(shown_text(child.text or "", font), shift)
                own_mark = False
            else:
                self._other(child)

    def _other(self, child: _Element) -> None:
        """Take what stands in a run and is no text: breaks, symbols, ruby, drawings."""
        name = child.tag.removeprefix(W) if isinstance(child.tag, str) else ""
        if name in _CHARACTERS:
            self._add(_CHARACTERS[name])
        elif name == "br":
            self._add("\n" if child.get(f"{W}type") in {None, "textWrapping"} else " ")
        elif name == "sym":
            code = child.get(f"{W}char") or ""
            if re.fullmatch("[0-9A-Fa-f]{1,5}", code):
                self._add(symbol(int(code, 16), child.get(f"{W}font") or ""))
        elif name == "ruby":
            for base in child.iterfind(f"{W}rubyBase"):
                self._children(base)
        elif name in {"drawing", "pict", "object"} or child.tag == f"{_MC}AlternateContent":
            self._words.boxes.extend(_boxes(child))

    def _field(self, mark: _Element) -> None:
        kind = mark.get(f"{W}fldCharType")
        if kind == "begin":
            self._fields.append(("", -1))
            self._choice(mark.find(f"{W}ffData"))
        elif kind == "separate" and self._fields:
            self._fields[-1] = (self._fields[-1][0], len(self._parts))
        elif kind == "end" and self._fields:
            code, start = self._fields.pop()
            target = _TARGET.match(code)
            if target and start >= 0:
                self._link(start, target.group(1))

    def _choice(self, form: _Element | None) -> None:
        """Show an older form field: a box to tick, or what is chosen from a list."""
        box = form.find(f"{W}checkBox") if form is not None else None
        if box is not None:
            ticked = value(box, "checked")
            on = is_on(ticked if ticked is not None else value(box, "default") or "0")
            self._add("☒" if on else "☐")
        entries = form.findall(f"{W}ddList/{W}listEntry") if form is not None else []
        chosen = value(form.find(f"{W}ddList"), "result") or "0" if form is not None else "0"
        if entries and chosen.isdecimal() and int(chosen) < len(entries):
            self._add(entries[int(chosen)].get(f"{W}val") or "")

    def _is_result(self) -> bool:
        """Return True outside of a field's code, and of the numbers of pages."""
        return not any(
            start >= 0 and (_FURNITURE.match(code) or _BOX_CHOICE.match(code))
            for code, start in self._fields
        )

    def _add(self, text: str, shift: str = "") -> None:
        if shift == "superscript":
            text = raised(text, self._last)
        elif shift == "subscript":
            text = lowered(text)
        if text:
            self._parts.append(text)
            self._last = text


def _boxes(drawing: _Element) -> list[_Element]:
    """Return the text boxes of a drawing, each once: its older second form is left out."""
    if drawing.tag == f"{_MC}AlternateContent":
        for name in ("Choice", "Fallback"):
            found = [box for form in drawing.iterfind(f"{_MC}{name}") for box in _boxes(form)]
            if found:
                return found
        return []
    found = []
    stack = list(reversed(drawing))
    while stack:
        node = stack.pop()
        if node.tag == f"{W}txbxContent":
            found.append(node)
        elif node.tag == f"{_MC}AlternateContent":
            found.extend(_boxes(node))
        else:
            stack.extend(reversed(node))
    return found


def _formula(node: _Element) -> str:
    """Return a formula on one line: 10⁶, (a)/(b)."""
    name = node.tag.removeprefix(_M) if isinstance(node.tag, str) else ""
    if name == "t":
        return node.text or ""
    parts = {child.tag.removeprefix(_M): child for child in node if isinstance(child.tag, str)}
    if name in {"sSup", "sSub"} and "e" in parts:
        base, other = _formula(parts["e"]), parts.get("sup" if name == "sSup" else "sub")
        shifted = _formula(other) if other is not None else ""
        return base + (raised(shifted, base) if name == "sSup" else lowered(shifted))
    if name == "f" and {"num", "den"} <= parts.keys():
        top, under = _formula(parts["num"]), _formula(parts["den"])
        return f"{top}/{under}" if max(len(top), len(under)) < 2 else f"({top})/({under})"
    return "".join(_formula(child) for child in node)
