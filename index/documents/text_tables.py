"""Read tables of plain text: cells apart by wide gaps, dots or bars."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

from index.documents.builder import BlockBuilder

_LEADER = re.compile(r"[ ]?(?:\.{4,}|…{2,}|·{4,})[ ]?")
_BETWEEN = re.compile(rf" {{3,}}|\t+|\u3000{{2,}}|{_LEADER.pattern}")
_CELLS = re.compile(r"(?:(?<![ \t])[ \t]+)?\|[ \t]*| {3,}|\t+|\u3000{2,}")
_DIGIT = re.compile(r"\d")
_LONGEST_CELL = 60


def barred(text: str) -> str:
    """Return a text whose aligned lines have bars between their cells.

    Lines are a table if at least two follow one another whose parts, two or more and short, have
    wide gaps or dots between them. Dots join a label and its value, if not all are figures.
    """
    lines = text.split("\n")
    cells = [_aligned(line) for line in lines]
    figures = _all_figures(cells)
    for place, parts in enumerate(cells):
        near = (place and cells[place - 1]) or (place + 1 < len(cells) and cells[place + 1])
        if parts and near:
            labelled = len(parts) == 2 and _LEADER.search(lines[place]) and not figures[place]
            lines[place] = (": " if labelled else " | ").join(parts)
    return "\n".join(lines)


def add_rows(builder: BlockBuilder, rows: Sequence[str], *, ruled: bool) -> None:
    """Add the rows of a table; `ruled` says that a line stands under the first one.

    The first row names the columns if it is ruled off, or if it alone has no figures.
    """
    table = [_CELLS.split(row.strip("| \t")) for row in rows]
    figures = [any(_DIGIT.search(cell) for cell in cells) for cells in table]
    headed = len(table) > 1 and (ruled or (not figures[0] and all(figures[1:])))
    names = table[0] if headed else []
    group = builder.new_group()
    for place, cells in enumerate(table):
        builder.row(cells, names, group=group, header=headed and place == 0)


def cells_of(row: str) -> int:
    """Return how many cells a row has."""
    return len(_CELLS.split(row.strip("| \t")))


def _all_figures(cells: Sequence[list[str]]) -> list[bool]:
    """Return for each line whether the last cells of all lines around it hold figures."""
    found: list[bool] = []
    for aligned, run in groupby(cells, key=bool):
        lines = list(run)
        alike = aligned and all(_DIGIT.search(parts[-1]) for parts in lines)
        found += [alike] * len(lines)
    return found


def _aligned(line: str) -> list[str]:
    """Return the cells of a line with wide gaps; none if it has no gaps or is prose."""
    body = line.strip()
    if not body or "|" in body or len(body) > 400:
        return []
    parts = [part.strip() for part in _BETWEEN.split(body)]
    short = all(part and len(part) <= _LONGEST_CELL for part in parts)
    return parts if len(parts) > 1 and short else []
