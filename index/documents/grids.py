"""Write a table as blocks: its column names told from its rows, forms as labelled values."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.documents.builder import BlockBuilder
from index.models import BlockKind

# None is a column that the cell before it spans too.
Row = list[str | None]

_LONGEST_NAME = 120
_LONGEST_LABEL = 80
_NUMBER = re.compile(
    r"[\s(+\-−–—$€£¥%~≈<>]*+[.,:/'’\s%°()+\-−–—$€£¥]*+\d[\d.,:/'’\s%°()+\-−–—$€£¥]*"
)
_LABEL_END = re.compile(r"(?<!\s)\s*[:：]\s*$")


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
    while rows and len(rows[0]) > 1 and _is_banner(rows[0]) and grid.header < 1:
        builder.paragraph(rows.pop(0)[0] or "", BlockKind.CAPTION)
    if not rows:
        return
    if all(len(row) == 1 for row in rows):
        for row in rows:
            builder.paragraph(row[0] or "")
        return
    count = grid.header if grid.header >= 0 else _header_rows(rows, grid.bold)
    count = min(count, len(rows) - 1)
    pairs = _pairs(rows[count:], count, grid.loose)
    if pairs:
        for row in rows[:count]:
            builder.row(row, [], group=0, header=True)
        _write_pairs(builder, rows[count:])
        return
    names = _names(rows[:count], len(rows[0]))
    group = builder.new_group()
    for number, row in enumerate(rows):
        own = names if number >= count and not _is_banner(row) else []
        builder.row(row, own, group=group, header=number < count)


def _dense(rows: Sequence[Row]) -> list[Row]:
    """Return the rows that have something in them, without the columns that never have."""
    width = max((len(row) for row in rows), default=0)
    kept = [[*row, *[""] * (width - len(row))] for row in rows if any(_text(cell) for cell in row)]
    used = [at for at in range(width) if any(_text(row[at]) for row in kept)]
    dense: list[Row] = []
    for row in kept:
        # A column that a cell spans may go while the cell stays; the cell never goes.
        dense.append([row[at] if at else row[at] or "" for at in used])
    return dense


def _text(cell: str | None) -> str:
    return (cell or "").strip()


def _is_banner(row: Row) -> bool:
    """Return True if one cell goes through the whole row."""
    return len(row) > 1 and bool(_text(row[0])) and all(cell is None for cell in row[1:])


def _header_rows(rows: Sequence[Row], bold: bool) -> int:
    """Return how many rows at the top hold the names of the columns."""
    first = rows[0]
    filled = [_text(cell) for cell in first if _text(cell)]
    short = all(len(text) <= _LONGEST_NAME for text in filled)
    if len(rows) < 2 or not short or any(_NUMBER.fullmatch(text) for text in filled):
        return int(bold and len(rows) > 1)
    spans = any(cell is None for cell in first)
    if spans and len(rows) > 2 and not any(_NUMBER.fullmatch(_text(c)) for c in rows[1]):
        return 2
    if bold:
        return 1
    if any(_LABEL_END.search(text) for text in filled):
        return 0
    named = len(filled) >= len(first) - 1 - first.count(None) and len(set(filled)) == len(filled)
    if len(first) == 2:
        return int(named and len(filled) == 2 and _names_a_pair(rows))
    return int(named)


def _names_a_pair(rows: Sequence[Row]) -> bool:
    """Return True if the first row names two columns, and is no label with its value.

    The values below are numbers of one kind then, or the cells on the left too long for labels.
    """
    values = [_text(row[1]) for row in rows[1:]]
    numbers = [text for text in values if any(map(str.isdigit, text))]
    shapes = {re.sub(r"[\d\s]+", "", text) for text in numbers}
    if len(numbers) == len(values) and len(shapes) == 1 and not re.search(r"\d", _text(rows[0][1])):
        return len(values) > 2 or shapes != {""}
    labels = [_text(row[0]) for row in rows[1:]]
    long = any(len(label) > _LONGEST_LABEL for label in labels)
    return long and not _is_prose([_text(cell) for cell in rows[0]])


def _is_prose(texts: Sequence[str]) -> bool:
    return any(len(text) > _LONGEST_LABEL // 2 or text.endswith((".", "。")) for text in texts)


def _names(header: Sequence[Row], width: int) -> list[str]:
    """Return the name of each column: what stands above it, from the top."""
    names: list[list[str]] = [[] for _ in range(width)]
    for row in header:
        text = ""
        for at, cell in enumerate(row):
            text = _text(cell) if cell is not None else text
            if text and text not in names[at]:
                names[at].append(text)
    return [" ".join(parts)[:_LONGEST_NAME] for parts in names]


def _pairs(rows: Sequence[Row], header: int, loose: bool) -> bool:
    """Return True if the rows are a form: labels, each with its value to the right of it."""
    width = len(rows[0])
    if header or width % 2 or not rows:
        return False
    labels = [_text(row[at]) for row in rows for at in range(0, width, 2) if _text(row[at])]
    if not labels or any(len(label) > _LONGEST_LABEL for label in labels):
        return False
    ended = sum(bool(_LABEL_END.search(label)) for label in labels)
    if ended * 5 >= len(labels) * 3:
        return True
    distinct = len(set(labels)) == len(labels) and len(labels) * 5 >= len(rows) * 4
    if loose or any("•" in label for label in labels):
        return False
    return width == 2 and distinct and not any(_NUMBER.fullmatch(label) for label in labels)


def _write_pairs(builder: BlockBuilder, rows: Sequence[Row]) -> None:
    for row in rows:
        for at in range(0, len(row), 2):
            label, value = _text(row[at]), _text(row[at + 1])
            name = _LABEL_END.sub("", label)
            if label and value:
                builder.labelled(
                    name, value, label[len(name) :].strip() + " " if name != label else ": "
                )
            elif label or value:
                builder.paragraph(label or value)
