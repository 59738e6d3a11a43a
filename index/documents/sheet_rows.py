"""What the rows of a sheet are, as far as their cells tell: names, data, titles, labels, forms."""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import ceil

# A row of cells; None is a cell that the cell to its left spans too.
Row = list[str | None]

_LONGEST_NAME = 80
_LONGEST_TITLE = 100
_MARKS = r"\s$€£¥₩₹₽%‰~≈<>≤≥+\-−–—()°"
_NUMBER = re.compile(
    rf"[{_MARKS}]*(?:[A-Z]{{3}}\s)?\d[\d.,:/'’\u00a0\u202f\s]*+(?:[{_MARKS}]|\b[A-Za-z]{{1,3}}\b)*"
)
_YEAR = re.compile(r"(?:1[5-9]|20|21)\d\d(?:[/–-]\d{2,4})?")
_DAY = re.compile(r"\d{4}-\d\d-\d\d(?: \d\d:\d\d)?|\d{1,2}[./]\d{1,2}[./](?:\d{2}|\d{4})")
_CLOSED = re.compile(r"[.。!！?？;；,，]$")
# A form has few lines: a longer list of pairs is a table.
_LONGEST_FORM = 12


def filled(row: Row) -> list[tuple[int, str]]:
    """Return the cells that hold something, with their columns; a spanned cell counts once."""
    return [(at, cell.strip()) for at, cell in enumerate(row) if cell and cell.strip()]


def cell_at(row: Row, column: int) -> str:
    """Return the words of a cell, nothing where there is none."""
    return (row[column] or "").strip() if column < len(row) else ""


def used_columns(rows: Sequence[Row]) -> list[int]:
    """Return the columns in which some cell holds something."""
    return sorted({at for row in rows for at, _ in filled(row)})


def is_number(text: str) -> bool:
    """Return True if a cell holds a number, an amount, a time or a day."""
    return bool(_NUMBER.fullmatch(text))


def is_title(text: str) -> bool:
    """Return True if a line is short and open enough for the name of something."""
    return len(text) <= _LONGEST_TITLE and not _CLOSED.search(text) and not is_number(text)


def is_label(row: Row, columns: Sequence[int]) -> str:
    """Return the words of a row that names the rows below it or is said under a table; else ""."""
    cells = filled(row)
    if len(cells) != 1:
        return ""
    ((at, text),) = cells
    spanned = len(row) > at + 1 and row[at + 1] is None
    first = at == columns[0] and len(columns) > 2
    return text if (spanned or first) and not is_number(text) else ""


def header_rows(rows: Sequence[Row], columns: Sequence[int], *, named: bool = False) -> int:
    """Return how many rows at the top hold the names of the columns, at most two."""
    if len(rows) < 2:
        return 0
    names = [text for _, text in filled(rows[0])]
    spans = any(cell is None for cell in rows[0])
    if any(len(name) > _LONGEST_NAME for name in names) or len(names) < 2:
        return 0
    if spans and len(rows) > 2 and _are_names(rows[1], rows[2]) and len(filled(rows[1])) > 1:
        return 2
    if named:
        return 1
    enough = len(names) + sum(cell is None for cell in rows[0]) >= max(2, ceil(0.6 * len(columns)))
    if not enough or not _are_names(rows[0], rows[1]) or len(set(names)) < len(names):
        return 0
    if any(name.endswith((":", "：")) for name in names) and not _stand_above(rows[:2]):
        return 0
    return int(len(columns) > 2 or _names_a_pair(rows, columns))


def column_names(header: Sequence[Row]) -> dict[int, str]:
    """Return the name of each column: what stands above it, from the top."""
    names: dict[int, list[str]] = {}
    for row in header:
        text = ""
        for at, cell in enumerate(row):
            text = cell.strip() if cell is not None else text
            if text and text not in names.setdefault(at, []):
                names[at].append(text)
    return {at: " ".join(parts) for at, parts in names.items()}


def dense_pairs(rows: Sequence[Row], columns: Sequence[int]) -> bool:
    """Return True if rows are a form: labels, each with its value to the right of it."""
    if len(columns) % 2:
        return False
    labels = [cell for row in rows for column in columns[::2] if (cell := cell_at(row, column))]
    if not labels or any(len(label) > _LONGEST_NAME or is_number(label) for label in labels):
        return False
    if any("•" in label for label in labels):
        return False
    ended = sum(label.endswith((":", "：")) for label in labels)
    few = len(columns) == 2 and len(rows) <= _LONGEST_FORM and len(set(labels)) == len(labels)
    return ended * 5 >= len(labels) * 3 or few


def _are_names(row: Row, below: Row) -> bool:
    """Return True if no cell is data; a year or day is a name where no such one stands below."""
    for at, text in filled(row):
        under = cell_at(below, at)
        dated = _YEAR.fullmatch(text) or _DAY.fullmatch(text)
        if dated and (_YEAR.fullmatch(under) or _DAY.fullmatch(under)):
            return False
        if is_number(text) and not dated:
            return False
    return True


def _stand_above(rows: Sequence[Row]) -> bool:
    """Return True if what stands below labels is their values, and nothing stands beside them."""
    first, second = ([at for at, _ in filled(row)] for row in rows)
    return first == second and not any(text.endswith((":", "：")) for _, text in filled(rows[1]))


def _names_a_pair(rows: Sequence[Row], columns: Sequence[int]) -> bool:
    """Return True if the first row of two columns names them, and is no label with its value.

    The values below are numbers of one kind, or what stands on their left is too long for a label.
    """
    values = [cell_at(row, columns[-1]) for row in rows[1:]]
    alike = len({re.sub(r"[\d\s]+", "\0", value) for value in values}) == 1
    figures = alike and all(re.search(r"\d", value) for value in values)
    named = not re.search(r"\d", cell_at(rows[0], columns[-1]))
    if len(values) > 1 and (all(map(is_number, values)) or (figures and named)):
        return True
    long = any(len(cell_at(row, columns[0])) > _LONGEST_NAME for row in rows[1:])
    return long or len(rows) > _LONGEST_FORM
