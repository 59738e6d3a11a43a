"""Read a table of a Word document as a grid: merged cells once, nested tables apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from index.documents.grids import Grid
from index.documents.sheet_rows import Row
from index.documents.word_styles import W, is_on, value

if TYPE_CHECKING:
    from lxml.etree import _Element

_MOST_COLUMNS = 100  # Word itself takes 63
_LONGEST_REPEATED = 300
_LAYOUT = 400  # characters: cells that hold more on average lay a page out


@dataclass(slots=True)
class Cell:
    """A cell and the columns it spans; `above` is the cell that goes on in it."""

    element: _Element
    column: int
    width: int
    above: Cell | None = None
    text: str = ""
    bold: bool = False
    tables: list[_Element] = field(default_factory=list)


@dataclass(slots=True)
class Table:
    """The cells of a table row by row, and how many rows are marked as its header."""

    rows: list[list[Cell]]
    header: int


def read_table(table: _Element) -> Table:
    """Return the cells of a table, without those that tracked changes took away."""
    rows: list[list[Cell]] = []
    header, above = 0, dict[int, Cell]()
    for row in _inside(table, "tr"):
        properties = row.find(f"{W}trPr")
        if properties is not None and properties.find(f"{W}del") is not None:
            continue
        cells = list(_cells(row, above))
        above = {cell.column: cell for cell in cells}
        marked = value(properties, "tblHeader")
        if marked is not None and is_on(marked) and header == len(rows):
            header += 1
        rows.append(cells)
    return Table(rows, header)


def _cells(row: _Element, above: dict[int, Cell]) -> Iterator[Cell]:
    column = _count(value(row.find(f"{W}trPr"), "gridBefore"), 0)
    for element in _inside(row, "tc"):
        if column >= _MOST_COLUMNS:
            return
        properties = element.find(f"{W}tcPr")
        if properties is not None and properties.find(f"{W}cellDel") is not None:
            continue
        width = min(_count(value(properties, "gridSpan"), 1) or 1, _MOST_COLUMNS - column)
        merge = value(properties, "vMerge")
        upper = above.get(column) if merge is not None and merge != "restart" else None
        yield Cell(element, column, width, (upper.above or upper) if upper else None)
        column += width


def _inside(parent: _Element, name: str) -> Iterator[_Element]:
    """Yield the rows of a table, or the cells of a row, those in content controls too."""
    for child in parent:
        if child.tag == f"{W}{name}":
            yield child
        elif child.tag in {f"{W}sdt", f"{W}sdtContent", f"{W}customXml", f"{W}ins"}:
            yield from _inside(child, name)


def _count(text: str | None, otherwise: int) -> int:
    return min(int(text), _MOST_COLUMNS) if text and text.isdecimal() else otherwise


def is_layout(table: Table) -> bool:
    """Return True if a table lays out a page, rather than telling something by row and column."""
    own = [cell for row in table.rows for cell in row if cell.above is None]
    filled = [cell for cell in own if cell.text or cell.tables]
    if len(filled) < 2 or max(len(row) for row in table.rows) == 1:
        return True
    if any(cell.tables and not cell.text for cell in filled) and len(filled) < 5:
        return True
    return sum(len(cell.text) for cell in filled) > _LAYOUT * len(filled)


def to_grid(table: Table) -> Grid:
    """Return the rows of a table by column; a cell that spans rows stands in each of them."""
    width = max(cell.column + cell.width for row in table.rows for cell in row)
    rows: list[Row] = []
    for cells in table.rows:
        row: Row = [""] * width
        for cell in cells:
            text = cell.above.text if cell.above else cell.text
            row[cell.column] = text if not cell.above or len(text) <= _LONGEST_REPEATED else ""
            row[cell.column + 1 : cell.column + cell.width] = [None] * (cell.width - 1)
        rows.append(row)
    return Grid(rows, table.header or -1, _is_bold(table.rows))


def _is_bold(rows: Sequence[Sequence[Cell]]) -> bool:
    """Return True if the first row is set in bold type, and the others are not."""
    first = [cell.bold for cell in rows[0] if cell.text]
    later = [all(cell.bold for cell in row if cell.text) for row in rows[1:]]
    return bool(first) and all(first) and not any(later)
