"""Read an HTML table into rows of cells, with the names of its columns and its spans filled in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from index.documents.builder import BlockBuilder
from index.documents.grids import is_banner
from index.documents.sheet_rows import Row, column_names
from index.models import BlockKind

if TYPE_CHECKING:
    from lxml.etree import _Element

_DIGIT = re.compile(r"\d")
_WIDEST_SPAN = 100
_MOST_REPEATED = 50_000
_LONGEST_INNER = 300  # characters: a table in a cell that says more arranges a page
_LAID_OUT = frozenset(("table", "h1", "h2", "h3", "h4", "h5", "h6", "form", "pre", "blockquote"))


@dataclass(slots=True)
class _Cell:
    """A cell in its column: its words, and whether it repeats the cell on its left."""

    text: str
    header: bool
    again: bool = False


@dataclass(slots=True)
class _Row:
    cells: list[_Cell] = field(default_factory=list)
    head: bool = False
    marks: list[str] = field(default_factory=list)


def is_layout(table: _Element) -> bool:
    """Return True if a table only arranges a page: its cells are blocks, not facts."""
    if table.get("role") in {"presentation", "none"}:
        return True
    headed = any(cell.tag == "th" for row, _ in _rows(table) for cell in row)
    if headed or table.find("caption") is not None:
        inner = [inside for cell in table.iter("td") for inside in cell.iter("table")]
        return any(len("".join(inside.itertext())) > _LONGEST_INNER for inside in inner)
    rows = list(table.iter("tr"))
    widest = max((sum(1 for c in row if c.tag in {"td", "th"}) for row in rows), default=0)
    if len(rows) < 2 or widest < 2:
        return True
    return any(
        element.tag in _LAID_OUT for cell in table.iter("td") for element in cell.iter(*_LAID_OUT)
    )


def add_table(
    builder: BlockBuilder,
    table: _Element,
    read: Callable[[_Element], tuple[str, list[str]]],
    after_row: Callable[[list[str]], None],
) -> None:
    """Add the caption and the rows of a table.

    `read` gives the text of a cell and the notes it refers to; `after_row` adds those.
    """
    for caption in table.iter("caption"):
        text, marks = read(caption)
        builder.paragraph(text, BlockKind.CAPTION)
        after_row(marks)
    rows = _grid(table, read)
    heads = _header_rows(rows)
    shown: list[Row] = [[None if cell.again else cell.text for cell in row.cells] for row in rows]
    # A title over all columns names none of them.
    named = column_names([row for row in shown[:heads] if not is_banner(row)])
    names = [named.get(at, "") for at in range(max(map(len, shown), default=0))]
    group = builder.new_group()
    for place, row in enumerate(rows):
        if is_banner(shown[place]):
            builder.row(shown[place][:1], [], group=group, header=place < heads)
        else:
            builder.row(shown[place], names, group=group, header=place < heads)
        after_row(row.marks)


def _rows(table: _Element) -> Iterator[tuple[_Element, bool]]:
    """Yield the rows of a table, those of its foot last, and whether each stands in its head."""
    foot = []
    for child in table:
        if child.tag == "tr":
            yield child, False
        elif child.tag in {"thead", "tbody", "tfoot"}:
            rows = [row for row in child if row.tag == "tr"]
            if child.tag == "tfoot":
                foot.extend(rows)
                continue
            yield from ((row, child.tag == "thead") for row in rows)
    yield from ((row, False) for row in foot)


def _grid(table: _Element, read: Callable[[_Element], tuple[str, list[str]]]) -> list[_Row]:
    """Return the rows with every cell in its column; what spans rows or columns is repeated."""
    found: list[_Row] = []
    below: dict[int, tuple[int, _Cell]] = {}  # by column: rows left to fill, and the cell
    repeated = 0
    for element, head in _rows(table):
        row = _Row(head=head)
        cells = [cell for cell in element if cell.tag in {"td", "th"}]
        for cell in cells:
            _fill_from_above(row, below)
            text, marks = read(cell)
            row.marks += marks
            wide, tall = _span(cell, "colspan"), _span(cell, "rowspan")
            repeated += wide * tall - 1
            if repeated > _MOST_REPEATED:
                wide = tall = 1
            for place in range(wide):
                placed = _Cell(text, cell.tag == "th" or _is_strong(cell), again=place > 0)
                if tall > 1:
                    below[len(row.cells)] = (tall - 1, placed)
                row.cells.append(placed)
        _fill_from_above(row, below)
        found.append(row)
    return found


def _fill_from_above(row: _Row, below: dict[int, tuple[int, _Cell]]) -> None:
    """Put the cells of rows above that reach into the next columns of this row into them."""
    while (column := len(row.cells)) in below:
        left, cell = below.pop(column)
        if left > 1:
            below[column] = (left - 1, cell)
        row.cells.append(cell)


def _span(cell: _Element, name: str) -> int:
    value = (cell.get(name) or "1").strip()
    return min(_WIDEST_SPAN, int(value)) or 1 if value.isdecimal() and len(value) < 6 else 1


def _is_strong(cell: _Element) -> bool:
    """Return True if all the words of a cell are strong, as those of unmarked headers are."""
    strong = "".join("".join(part.itertext()) for part in cell.iter("b", "strong"))
    return bool(strong.strip()) and len(strong.strip()) == len("".join(cell.itertext()).strip())


def _header_rows(rows: list[_Row]) -> int:
    """Return how many rows at the top name the columns."""
    heads = 0
    while heads < len(rows) and rows[heads].head:
        heads += 1
    while not (heads and rows[0].head) and heads < len(rows) - 1:
        cells = rows[heads].cells
        if not cells or not all(cell.header or not cell.text.strip() for cell in cells):
            break
        heads += 1
    if not heads and len(rows) > 1 and not any(cell.header for row in rows for cell in row.cells):
        figures = [any(_DIGIT.search(cell.text) for cell in row.cells) for row in rows]
        return int(not figures[0] and all(figures[1:]))
    return heads
