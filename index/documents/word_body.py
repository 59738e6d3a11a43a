"""Walk the body of a Word document: headings, lists, tables, notes, text boxes, in order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from index.documents.links import Link
from index.documents.pieces import Piece
from index.documents.word_numbering import DEEPEST
from index.documents.word_parts import Parts
from index.documents.word_styles import Style, W, heading_level, is_on, value
from index.documents.word_tables import Cell, is_layout, read_table, to_grid
from index.documents.word_text import Words, mark_is_gone, read_words
from index.models import BlockKind

if TYPE_CHECKING:
    from lxml.etree import _Element

_WRAPPERS = frozenset(f"{W}{name}" for name in ("sdt", "sdtContent", "ins", "moveTo", "customXml"))
_KINDS = (
    (re.compile(r"caption|题注|beschriftung", re.IGNORECASE), BlockKind.CAPTION),
    (re.compile(r"(?:intense )?quote|block ?text|引用", re.IGNORECASE), BlockKind.QUOTATION),
    (
        re.compile(r"html preformatted|preformatted text|(?:source )?code", re.IGNORECASE),
        BlockKind.CODE,
    ),
)
_CONTENTS = re.compile(r"toc (?:\d|heading)|table of figures|目录", re.IGNORECASE)
_TITLES = frozenset(("title", "标题", "標題", "titel", "titre", "título"))
_SUBTITLE = "subtitle"
_TICK_BOX = re.compile(r"[☐☑☒]\s*(?=\S)")
_LIST = re.compile(r"list (?:bullet|number|continue)(?: (\d))?", re.IGNORECASE)
_BULLET = re.compile(r"[•◦▪‣●○■□–·*-]\s+(?=\S)|[•◦▪‣●○■]")
_LONGEST_HEADING = 250
_LONGEST_INNER = 300  # characters: a table in a cell that holds more stands after its table
_PAGE_WORDS = re.compile(
    r"(?:page|seite|página|第)?\s*+(?:of|/|von|de|页|頁|共|\||-|–)*+\s*+(?:页|頁)?", re.IGNORECASE
)


class Body:
    """Reads the parts of one document into pieces."""

    def __init__(self, parts: Parts) -> None:
        """Start at the first paragraph."""
        self.title = ""
        self._parts = parts
        self._found: list[Piece] = []
        self._carried = ""
        self._begun = False

    def read(self, body: _Element) -> list[Piece]:
        """Return what the body shows, in its order."""
        self._walk(body)
        self._flush()
        return self._take()

    def margins(self, body: _Element) -> Iterator[Piece]:
        """Yield what stands at the head or foot of pages, without page numbers, once."""
        seen = {self.title}
        for part in self._parts.margins(body):
            self._walk(part)
            self._flush()
            for piece in self._take():
                grid = piece.grid
                rows = [row for row in grid.rows if any(row)] if grid else []
                texts = [" | ".join(filter(None, row)) for row in rows] or [piece.text]
                for text in texts:
                    shown = " ".join(text.split())
                    if shown not in seen and not _PAGE_WORDS.fullmatch(shown):
                        seen.add(shown)
                        yield Piece(BlockKind.NOTE, shown, apart=True, links=piece.links)

    def _take(self) -> list[Piece]:
        found, self._found = self._found, []
        return found

    def _walk(self, parent: _Element) -> None:
        for child in parent:
            if child.tag == f"{W}p":
                self._paragraph(child)
            elif child.tag == f"{W}tbl":
                self._flush()
                self._table(child)
            elif child.tag in _WRAPPERS and not _is_contents(child):
                self._walk(child)

    def _flush(self) -> None:
        """Write what a deleted paragraph end left over when no paragraph follows."""
        if self._carried.strip():
            self._found.append(Piece(BlockKind.PARAGRAPH, self._carried))
        self._carried = ""

    def _paragraph(self, paragraph: _Element) -> None:
        words = read_words(paragraph, self._parts.styles)
        properties = paragraph.find(f"{W}pPr")
        style = self._parts.styles.of_paragraph(properties)
        words.text, self._carried = self._carried + words.text, ""
        if mark_is_gone(paragraph):
            self._carried = words.text
        elif words.text.strip() and not _CONTENTS.match(style.name):
            since = len(self._found)
            self._write(words, properties, style)
            self._add_links(words.links, since)
        self._aside(words)

    def _add_links(self, links: Sequence[Link], since: int) -> None:
        """Keep each link at the line of a paragraph that holds its words."""
        for link in links:
            places = range(since, len(self._found))
            since = next((at for at in places if link.words in self._found[at].text), since)
            if since < len(self._found):
                line = self._found[since]
                self._found[since] = replace(line, links=(*line.links, link))

    def _write(self, words: Words, properties: _Element | None, style: Style) -> None:
        """Add a paragraph as what its style and its numbers say it is."""
        level, number = heading_level(style, properties), self._number(properties, style)
        one_line = " ".join(words.text.split())
        opens = len(self._found) < 3 and all(p.kind is not BlockKind.HEADING for p in self._found)
        if style.name.lower() in _TITLES and opens:
            self.title = f"{self.title} {one_line}".strip()
        elif style.name.lower() in _TITLES:
            self._found.append(Piece(BlockKind.HEADING, one_line, 1))
        elif level and len(one_line) <= _LONGEST_HEADING:
            shown = f"{number[0]} {one_line}" if number and number[0] else one_line
            self._found.append(Piece(BlockKind.HEADING, shown, level))
        elif number is not None:
            self._found.append(Piece(BlockKind.LIST_ITEM, one_line, number[1], number[0]))
        elif box := _TICK_BOX.match(one_line):
            rest = one_line[box.end() :]
            self._found.append(Piece(BlockKind.LIST_ITEM, rest, number=box.group().strip()))
        elif bullet := _BULLET.match(one_line):
            self._found.append(Piece(BlockKind.LIST_ITEM, one_line[bullet.end() :]))
        else:
            kind = next(
                (kind for form, kind in _KINDS if form.match(style.name)), BlockKind.PARAGRAPH
            )
            lines = [words.text] if kind is BlockKind.CODE else _lines(words.text)
            strong = words.strong or style.name.lower() == _SUBTITLE
            self._found.extend(Piece(kind, line, strong=strong) for line in lines)

    def _number(self, properties: _Element | None, style: Style) -> tuple[str, int] | None:
        """Return the number ("" for a bullet) and the depth of a list item; None for no item."""
        numbering = properties.find(f"{W}numPr") if properties is not None else None
        list_id = value(numbering, "numId") or style.list_id
        own = value(numbering, "ilvl")
        depth = int(own) if own and own.isdecimal() else style.depth
        named = _LIST.match(style.name)
        if list_id and list_id != "0":
            if depth is None:
                depth = self._parts.numbering.level_of_style(list_id, style.id)
            number = self._parts.numbering.next(list_id, min(depth, DEEPEST))
            if number is not None:
                return number, min(depth, DEEPEST)
        if list_id == "0" or not named:
            return None
        return "", int(named.group(1) or 1) - 1

    def _aside(self, words: Words) -> None:
        """Add the notes and the text boxes of a paragraph, right after it."""
        for kind, id in words.notes:
            note = self._parts.note(kind, id)
            if note is not None:
                said = [read_words(p, self._parts.styles) for p in note.iter(f"{W}p")]
                text = " ".join(words.text for words in said)
                links = tuple(link for words in said for link in words.links)
                self._found.append(Piece(BlockKind.NOTE, text, links=links))
        for box in words.boxes:
            self._walk(box)
            self._flush()

    def _table(self, element: _Element) -> None:
        table = read_table(element)
        own = [cell for row in table.rows for cell in row if cell.above is None]
        read = [list(self._cell(cell)) for cell in own]
        if not own:
            return
        if is_layout(table):
            for cell in own:
                self._walk(cell.element)
                self._flush()
            return
        for cell, paragraphs in zip(own, read, strict=True):
            paragraphs.extend(self._inner(cell))
            cell.text = " ".join(self._marked(words, node) for words, node in paragraphs)
        style = self._parts.styles.named(value(element.find(f"{W}tblPr"), "tblStyle") or "")
        look = element.find(f"{W}tblPr/{W}tblLook")
        if style.heads_table and look is not None and is_on(look.get(f"{W}firstRow") or "0"):
            table.header = table.header or 1
        shown = [words for paragraphs in read for words, _ in paragraphs]
        links = tuple(link for words in shown for link in words.links)
        self._found.append(Piece(BlockKind.TABLE_ROW, grid=to_grid(table), links=links))
        for words in shown:
            self._aside(words)
        for nested in (nested for cell in own for nested in cell.tables):
            self._table(nested)

    def _cell(self, cell: Cell) -> Iterator[tuple[Words, _Element]]:
        """Yield the paragraphs of a cell with what they show; tables in it are left for later."""
        plain = False
        stack = list(reversed(cell.element))
        while stack:
            node = stack.pop()
            if node.tag == f"{W}tbl":
                cell.tables.append(node)
            elif node.tag in _WRAPPERS:
                stack.extend(reversed(node))
            elif node.tag == f"{W}p":
                words = read_words(node, self._parts.styles)
                cell.text += words.text.strip()
                plain = plain or bool(words.text.strip()) and not words.bold
                yield words, node
        cell.bold = bool(cell.text) and not plain

    def _inner(self, cell: Cell) -> Iterator[tuple[Words, _Element]]:
        """Yield the paragraphs of the small tables in a cell, which then are part of its text."""
        for nested in list(cell.tables):
            cells = [one for row in read_table(nested).rows for one in row if one.above is None]
            shown = [each for one in cells for each in self._cell(one)]
            deeper = any(one.tables for one in cells)
            if not deeper and sum(len(words.text) for words, _ in shown) <= _LONGEST_INNER:
                cell.tables.remove(nested)
                yield from shown

    def _marked(self, words: Words, paragraph: _Element) -> str:
        """Return a paragraph of a cell on one line, with the number or bullet of an item."""
        properties = paragraph.find(f"{W}pPr")
        text = " ".join(words.text.split())
        number = (
            self._number(properties, self._parts.styles.of_paragraph(properties)) if text else None
        )
        return f"{number[0] or '•'} {text}" if number else text


def _lines(text: str) -> list[str]:
    """Return the lines of a paragraph that is broken by hand; a sentence that goes on is one."""
    lines: list[str] = []
    for line in text.split("\n"):
        shown = " ".join(line.split())
        if lines and (
            not shown or shown[0].islower() or lines[-1].endswith((",", "-", "，", "、"))
        ):
            lines[-1] = f"{lines[-1]} {shown}".strip()
        elif shown:
            lines.append(shown)
    return lines


def _is_contents(control: _Element) -> bool:
    """Return True for the table of contents, which says nothing that the headings do not."""
    gallery = value(control.find(f"{W}sdtPr/{W}docPartObj"), "docPartGallery")
    return gallery == "Table of Contents"
