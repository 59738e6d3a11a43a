"""Write a sheet of cells as blocks: its titles, its tables with column names, its forms and notes.

A sheet says nothing of its structure: blank rows and columns part its tables, and what a row is
shows from its cells. Spreadsheets and tables of plain text share this.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from index.documents.builder import BlockBuilder
from index.documents.grids import write_form
from index.documents.sheet_rows import (
    Row,
    column_names,
    dense_pairs,
    filled,
    header_rows,
    is_label,
    is_title,
    used_columns,
)  # fmt: skip
from index.models import BlockKind


@dataclass(slots=True)
class _Region:
    """Rows without a blank one among them, cut to the columns of one table."""

    rows: list[Row]
    first: int
    last: int

    def part(self, start: int, end: int | None = None) -> _Region:
        """Return some of the rows."""
        return _Region(self.rows[start:end], self.first, self.last)


@dataclass(slots=True)
class SheetWriter:
    """Writes one sheet; headings of its parts stand at `level` and below.

    With `named` the first row of several cells holds names, whatever it looks like, as in tables
    of plain text.
    """

    builder: BlockBuilder
    level: int = 1
    named: bool = False
    _names: dict[int, str] = field(default_factory=dict)

    def write(self, rows: Sequence[Row]) -> None:
        """Write the rows; None is a cell that the cell to its left spans too."""
        regions = [side for region in _regions(rows) for side in _sides(region)]
        for at, region in enumerate(regions):
            after = regions[at + 1] if at + 1 < len(regions) else None
            self._write_region(region, above_table=after is not None and _is_table(after))

    def _write_region(self, region: _Region, *, above_table: bool) -> None:
        continues = self.named and bool(self._names)
        if not _is_table(region) and not continues:
            self._write_lines(region.rows, above_table=above_table)
            return
        start = next((at for at, row in enumerate(region.rows) if len(filled(row)) > 1), 0)
        if start and not continues:
            self._write_lines(region.rows[:start], above_table=True)
        self._write_table(region.part(0 if continues else start))

    def _write_lines(self, rows: Sequence[Row], *, above_table: bool) -> None:
        """Write rows of one cell each: a title and what is said under it, or a list of names."""
        lines = [text for row in rows for _, text in filled(row)]
        if not above_table and len(lines) > 2 and all(map(is_title, lines)):
            group = self.builder.new_group()
            for at, line in enumerate(lines):
                self.builder.row([line], lines[:1] if at else [], group=group, header=not at)
            return
        if above_table and lines and is_title(lines[0]):
            title = lines.pop(0)
            if self.builder.path[-1:] != (title,):
                self.builder.heading(title, self.level)
            self._names = {}
        for line in lines:
            self.builder.paragraph(line)

    def _write_table(self, region: _Region) -> None:
        columns = used_columns(region.rows)
        if self.named and self._names:
            count = 0
        else:
            count = header_rows(region.rows, columns, named=self.named)
        if count:
            self._names = column_names(region.rows[:count])
        elif not self.named and dense_pairs(region.rows, columns):
            write_form(self.builder, region.rows, columns)
            return
        elif not set(columns) <= set(self._names):
            self._names = {}
        group = self.builder.new_group()
        full = [at for at, row in enumerate(region.rows) if len(filled(row)) > 1]
        for at, row in enumerate(region.rows):
            label = at >= count and is_label(row, columns)
            if label and full and at < full[-1]:
                self.builder.heading(label, self.level + 1)
                group = self.builder.new_group()
            elif label:
                self.builder.paragraph(label, BlockKind.NOTE)
            else:
                self._write_row(row, group, header=at < count)

    def _write_row(self, row: Row, group: int, *, header: bool) -> None:
        """Write the cells of a row that hold something, each with its column's name."""
        kept = [(at, cell) for at, cell in enumerate(row) if cell is None or cell.strip()]
        while kept and kept[0][1] is None:
            kept.pop(0)
        names = [] if header else [self._names.get(at, "") for at, _ in kept]
        self.builder.row([cell for _, cell in kept], names, group=group, header=header)


def _regions(rows: Sequence[Row]) -> Iterator[_Region]:
    """Yield the runs of rows that hold something."""
    run: list[Row] = []
    for row in (*rows, []):
        if filled(row):
            run.append(row)
        elif run:
            yield _Region(run, 0, max(map(len, run)))
            run = []


def _sides(region: _Region) -> list[_Region]:
    """Return the tables that stand beside each other, or the region if it is one."""
    columns = used_columns(region.rows)
    runs: list[list[int]] = []
    for column in columns:
        if runs and runs[-1][-1] == column - 1:
            runs[-1].append(column)
        else:
            runs.append([column])
    if len(runs) < 2:
        return [region]
    sides = [_cut(region, run[0], run[-1] + 1) for run in runs]
    if all(_is_table(side) and _has_header(side) for side in sides):
        return sides
    return [region]


def _cut(region: _Region, first: int, last: int) -> _Region:
    """Return some columns of a region, in their places, without the rows that are blank there."""
    rows: list[Row] = []
    for row in region.rows:
        part = row[first:last]
        if part and part[0] is None:
            part = ["", *part[1:]]
        cut: Row = [*[""] * first, *part]
        if filled(cut):
            rows.append(cut)
    return _Region(rows, first, last)


def _is_table(region: _Region) -> bool:
    return any(len(filled(row)) > 1 for row in region.rows)


def _has_header(region: _Region) -> bool:
    start = next(at for at, row in enumerate(region.rows) if len(filled(row)) > 1)
    rows = region.rows[start:]
    return bool(header_rows(rows, used_columns(rows)))
