"""Tables without lines on a printed page: rows whose cells stand below each other."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.documents.columns import Box
from index.documents.grids import Grid
from index.documents.sheet_rows import Row

_FEWEST_ROWS = 2
_WIDE = 3  # cells: a row of so many is one of a table by itself
_MOST_BROKEN = 2  # lines by which a cell of a row goes on
_MARK = re.compile(r"[•●○◦▪■☐☑☒-]|\(?[\dA-Za-z]{1,3}[.)]|\d+(?:\.\d+)+\.?")


@dataclass(frozen=True, slots=True)
class LooseTable:
    """A table that its columns alone make."""

    grid: Grid


def split_tables(rows: Sequence[list[Box]]) -> list[list[list[Box]] | LooseTable]:
    """Return the rows of a part of a page in order, those that make a table as one."""
    parts: list[list[list[Box]] | LooseTable] = []
    at = 0
    while at < len(rows):
        end = _table_end(rows, at)
        if end - at >= _FEWEST_ROWS or (end > at and len(rows[at]) >= _WIDE):
            parts.append(LooseTable(_grid(rows[at:end])))
            at = end
            continue
        if parts and isinstance(parts[-1], list):
            parts[-1].append(rows[at])
        else:
            parts.append([rows[at]])
        at += 1
    return parts


def _is_row(row: Sequence[Box]) -> bool:
    """Return True if a line has several cells, and is no list item or filled form."""
    if any(box.grid or box.field for box in row):
        return False
    cells = row[1:] if row and _MARK.fullmatch(row[0].text) else row
    return len(cells) > 1


def _table_end(rows: Sequence[list[Box]], start: int) -> int:
    """Return where the table ends that starts with a row; its start if there is none."""
    if not _is_row(rows[start]):
        return start
    end, lonely = start + 1, 0
    for at in range(start + 1, len(rows)):
        row, above = rows[at], rows[at - 1]
        if above[0].bottom - row[0].bottom > 3 * above[0].size:
            break
        if _is_row(row):
            end, lonely = at + 1, 0
        elif len(row) == 1 and lonely < _MOST_BROKEN and not (row[0].grid or row[0].field):
            lonely += 1
        else:
            break
    count = sum(map(_is_row, rows[start:end]))
    if count >= _FEWEST_ROWS and _lined_up(rows[start:end]):
        return end
    return start + (len(rows[start]) >= _WIDE)


def _columns(rows: Sequence[list[Box]]) -> list[tuple[float, float]]:
    """Return where the columns stand, from left to right."""
    most = max(map(len, rows))
    full = [row for row in rows if len(row) == most]
    rest = [row for row in rows if 1 < len(row) < most]
    columns: list[tuple[float, float]] = []
    for box in sorted((box for row in full for box in row), key=lambda b: b.left):
        if columns and box.left < columns[-1][1]:
            columns[-1] = (columns[-1][0], max(columns[-1][1], box.right))
        else:
            columns.append((box.left, box.right))
    for box in (box for row in rest for box in row):
        if not any(box.left < right and left < box.right for left, right in columns):
            columns.append((box.left, box.right))
            columns.sort()
    return columns


def _lined_up(rows: Sequence[list[Box]]) -> bool:
    """Return True if the cells of most rows stand in columns of their own."""
    columns = _columns(rows)
    if len(columns) < 2:
        return False
    good = sum(len({_place(box, columns) for box in row}) == len(row) for row in rows)
    return good * 4 >= len(rows) * 3


def _place(box: Box, columns: Sequence[tuple[float, float]]) -> int:
    """Return the column in which most of a cell stands."""
    shares = [min(box.right, right) - max(box.left, left) for left, right in columns]
    return shares.index(max(shares))


def _grid(rows: Sequence[list[Box]]) -> Grid:
    columns = _columns(rows)
    found: list[Row] = []
    for row in rows:
        cells = [""] * len(columns)
        for box in row:
            at = _place(box, columns)
            cells[at] = f"{cells[at]} {box.text}".strip()
        if len(row) == 1 and found and cells[0] == "":
            # The rest of a cell of the row above.
            found[-1] = [f"{old} {new}".strip() for old, new in zip(found[-1], cells, strict=True)]
        else:
            found.append(list(cells))
    bold = [all(box.bold for box in row) for row in rows]
    head = bold.index(False) if False in bold else 0
    return Grid(found, min(head, _MOST_BROKEN + 1) or -1, loose=True)
