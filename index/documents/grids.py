"""Write a table as blocks: its column names told from its rows, forms as labelled values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from index.documents.builder import BlockBuilder
from index.documents.sheet_rows import (
    Row,
    cell_at,
    column_names,
    dense_pairs,
    filled,
    header_rows,
    used_columns,
)  # fmt: skip
from index.models import BlockKind

_LABEL_ENDS = " :："


@dataclass(frozen=True, slots=True)
class Grid:
    """A table as rows of one length; `header` rows are known to hold names, -1: not known.

    `bold` says that its first row, and no other, is set in bold type; `loose` that no lines
    were drawn, so that what stands side by side may not belong together.
    """

    rows: list[Row]
    header: int = -1
    bold: bool = False
    loose: bool = False


def write_grid(builder: BlockBuilder, grid: Grid) -> None:
    """Write the rows of a table: each is read with its column names, or as label and value."""
    rows = _dense(grid.rows)
    while rows and len(rows[0]) > 1 and is_banner(rows[0]) and grid.header < 1:
        builder.paragraph(rows.pop(0)[0] or "", BlockKind.CAPTION)
    if not rows:
        return
    if all(len(row) == 1 for row in rows):
        for row in rows:
            builder.paragraph(row[0] or "")
        return
    columns = used_columns(rows)
    count = grid.header if grid.header >= 0 else header_rows(rows, columns) or int(grid.bold)
    count = min(count, len(rows) - 1)
    if not count and not grid.loose and dense_pairs(rows, columns):
        write_form(builder, rows, columns)
        return
    named = column_names(rows[:count])
    names = [named.get(at, "") for at in range(len(rows[0]))]
    group = builder.new_group()
    for number, row in enumerate(rows):
        own = names if number >= count and not is_banner(row) else []
        builder.row(row, own, group=group, header=number < count)


def _dense(rows: Sequence[Row]) -> list[Row]:
    """Return the rows that have something in them, without the columns that never have."""
    width = max((len(row) for row in rows), default=0)
    kept = [[*row, *[""] * (width - len(row))] for row in rows if filled(row)]
    used = used_columns(kept)
    dense: list[Row] = []
    for row in kept:
        # A column that a cell spans may go while the cell stays; the cell never goes.
        dense.append([row[at] if at else row[at] or "" for at in used])
    return dense


def is_banner(row: Row) -> bool:
    """Return True if one cell goes through the whole row."""
    return len(row) > 1 and bool(cell_at(row, 0)) and all(cell is None for cell in row[1:])


def write_form(builder: BlockBuilder, rows: Sequence[Row], columns: Sequence[int]) -> None:
    """Write the rows of a form: each label with the value on its right."""
    for row in rows:
        for at in range(0, len(columns), 2):
            label, value = (cell_at(row, column) for column in columns[at : at + 2])
            name = label.rstrip(_LABEL_ENDS)
            if name and value:
                builder.labelled(name, value, "：" if label[-1] == "：" else ": ")
            else:
                builder.paragraph(label or value)
