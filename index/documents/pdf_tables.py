"""Tables whose lines are drawn on a PDF page: the lines give the grid, the words fill it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.documents.columns import Box, merged, rows_of
from index.documents.grids import Grid
from index.documents.pdf_words import turned
from index.documents.sheet_rows import Row

if TYPE_CHECKING:
    from pypdfium2 import PdfPage

_MOST_LINES = 4000  # of one page; a drawing has more
_THIN = 3.0  # points: a filled bar no thicker is a line
_SHORTEST = 4.0
_NEAR = 3.0
_MOST_LINES_ACROSS = 5
_FILLED = 0.75  # of the cells: rows told by their height alone are no table below that
_LONGEST_CELL = 400  # characters on average: what holds more is a page's frame


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line: `at` is where it lies across its direction, from `start` to `end` along."""

    upright: bool
    at: float
    start: float
    end: float


def rules_of(page: PdfPage, turn: int) -> list[Rule]:
    """Return the straight lines of a page; none if it holds a drawing of many."""
    import pypdfium2.raw as pdfium

    rules: list[Rule] = []
    for drawn in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_PATH], max_depth=3):
        if pdfium.FPDFPath_CountSegments(drawn) > 400:
            continue
        left, bottom, right, top = drawn.get_bounds()
        one, other = turned(left, bottom, turn), turned(right, top, turn)
        (left, right), (bottom, top) = sorted((one[0], other[0])), sorted((one[1], other[1]))
        rules.extend(_sides(left, bottom, right, top))
        if len(rules) > _MOST_LINES:
            return []
    return rules


def _sides(left: float, bottom: float, right: float, top: float) -> Iterator[Rule]:
    """Yield a line as itself, and a box as its four sides."""
    width, height = right - left, top - bottom
    if height <= _THIN < _SHORTEST <= width:
        yield Rule(False, (bottom + top) / 2, left, right)
    elif width <= _THIN < _SHORTEST <= height:
        yield Rule(True, (left + right) / 2, bottom, top)
    elif width >= _SHORTEST and height >= _SHORTEST:
        yield Rule(False, bottom, left, right)
        yield Rule(False, top, left, right)
        yield Rule(True, left, bottom, top)
        yield Rule(True, right, bottom, top)


def take_tables(words: list[Box], rules: Sequence[Rule]) -> tuple[list[Box], list[Box]]:
    """Return the tables that the lines of a page draw, as pieces, and the words outside them."""
    tables: list[Box] = []
    for group in _joined(rules):
        across = _places(rule.at for rule in group if not rule.upright)
        along = _places(rule.at for rule in group if rule.upright)
        if len(across) < 3 or len(along) < 3:
            continue
        inside = [word for word in words if _lies_in(word, along, across)]
        table = _table(inside, group, along, across[::-1])
        if table is not None:
            tables.append(table)
            taken = set(map(id, inside))
            words = [word for word in words if id(word) not in taken]
    return tables, words


def _joined(rules: Sequence[Rule]) -> list[list[Rule]]:
    """Return the lines in groups that touch each other."""
    parent = list(range(len(rules)))

    def root(at: int) -> int:
        while parent[at] != at:
            parent[at] = parent[parent[at]]
            at = parent[at]
        return at

    uprights = [at for at, rule in enumerate(rules) if rule.upright]
    levels = sorted((at for at, r in enumerate(rules) if not r.upright), key=lambda i: rules[i].at)
    for at in uprights:
        for other in levels:
            one, two = rules[at], rules[other]
            if two.at > one.end + _NEAR:
                break
            if two.at >= one.start - _NEAR and two.start - _NEAR <= one.at <= two.end + _NEAR:
                parent[root(at)] = root(other)
    groups: dict[int, list[Rule]] = {}
    for at, rule in enumerate(rules):
        groups.setdefault(root(at), []).append(rule)
    return [group for group in groups.values() if len(group) > 4]


def _places(values: Iterable[float]) -> list[float]:
    """Return the places of lines in order; those that nearly fall together are one."""
    places: list[float] = []
    for value in sorted(values):
        if not places or value - places[-1] > _NEAR:
            places.append(value)
    return places


def _lies_in(word: Box, along: Sequence[float], across: Sequence[float]) -> bool:
    x, y = (word.left + word.right) / 2, (word.bottom + word.top) / 2
    return along[0] <= x <= along[-1] and across[0] <= y <= across[-1]


def _table(
    words: Sequence[Box], rules: Sequence[Rule], along: Sequence[float], across: Sequence[float]
) -> Box | None:
    """Return the table of a grid, or None if the lines frame no table; `across` is from the top."""
    width, height = len(along) - 1, len(across) - 1
    cells: dict[tuple[int, int], list[Box]] = {}
    origin = _merged_cells(rules, along, across)
    for word in words:
        x, y = (word.left + word.right) / 2, (word.bottom + word.top) / 2
        column = sum(place < x for place in along) - 1
        row = sum(place > y for place in across) - 1
        place = origin[min(max(row, 0), height - 1)][min(max(column, 0), width - 1)]
        cells.setdefault(place, []).append(word)
    if len(cells) < 4 or len({column for _, column in cells}) < 2:
        return None
    if sum(len(word.text) for word in words) > _LONGEST_CELL * len(cells):
        return None
    if any(_lays_out(place, found, origin) for place, found in cells.items()):
        return None
    rows: list[Row] = []
    for row in range(height):
        own = {at: cells.get(origin[row][at], []) for at in range(width)}
        rows.extend(_rows_within(own, origin[row], row))
    texts = [cell for row in rows for cell in row if cell is not None]
    sparse = len(rows) > height and sum(map(bool, texts)) < _FILLED * len(texts)
    first = [word for column in range(width) for word in cells.get(origin[0][column], [])]
    later = [word for place, found in cells.items() if place[0] for word in found]
    is_bold = bool(first) and all(w.bold for w in first) and not all(w.bold for w in later)
    size = min((word.size for word in words), default=10.0)
    return Box(
        along[0],
        across[-1],
        along[-1],
        across[0],
        size,
        "",
        grid=Grid(rows, 0 if sparse else -1, is_bold),
    )


def _lays_out(
    place: tuple[int, int], words: Sequence[Box], origin: Sequence[Sequence[tuple[int, int]]]
) -> bool:
    """Return True if a cell over several columns holds lines of columns of its own."""
    columns = {at for row in origin for at, start in enumerate(row) if start == place}
    return len(columns) > 1 and len(list(rows_of(words))) > _MOST_LINES_ACROSS


def _merged_cells(
    rules: Sequence[Rule], along: Sequence[float], across: Sequence[float]
) -> list[list[tuple[int, int]]]:
    """Return for each place of the grid the first place of the cell that it belongs to."""
    width, height = len(along) - 1, len(across) - 1
    uprights = [rule for rule in rules if rule.upright]
    levels = [rule for rule in rules if not rule.upright]
    origin = [[(row, column) for column in range(width)] for row in range(height)]
    for row in range(height):
        middle = (across[row] + across[row + 1]) / 2
        for column in range(width):
            centre = (along[column] + along[column + 1]) / 2
            if column and not _drawn(uprights, along[column], middle):
                origin[row][column] = origin[row][column - 1]
            elif row and not _drawn(levels, across[row], centre):
                origin[row][column] = origin[row - 1][column]
    return origin


def _drawn(rules: Sequence[Rule], at: float, through: float) -> bool:
    return any(
        abs(rule.at - at) <= _NEAR and rule.start - _NEAR <= through <= rule.end + _NEAR
        for rule in rules
    )


def _rows_within(
    own: dict[int, list[Box]], origin: Sequence[tuple[int, int]], row: int
) -> list[Row]:
    """Return the rows of one row of the grid: several where no lines part the rows of a table."""
    width = len(own)
    starts = [at for at in range(width) if not at or origin[at] != origin[at - 1]]
    lines = [list(rows_of(own[at])) for at in starts]
    texts: list[Row] = []
    split = sum(len(found) > 2 for found in lines) > 1 and _level(lines)
    if not split:
        cell_row: Row = [None] * width
        for at, found in zip(starts, lines, strict=True):
            cell_row[at] = " ".join(_line(line) for line in found)
        return [cell_row]
    every = list(rows_of([word for at in starts for word in own[at]]))
    column_of = {id(word): at for at in starts for word in own[at]}
    for line in every:
        cell_row = [None] * width
        for at in starts:
            cell_row[at] = _line([word for word in line if column_of[id(word)] == at])
        texts.append(cell_row)
    return texts


def _level(lines: Sequence[Sequence[Sequence[Box]]]) -> bool:
    """Return True if the lines of cells stand at the same heights, as rows do."""
    tall = sorted(lines, key=len, reverse=True)[:2]
    one = [line[0].bottom for line in tall[0]]
    other = [line[0].bottom for line in tall[1]]
    near = sum(any(abs(y - place) < 2 for place in one) for y in other)
    return near * 4 >= len(other) * 3


def _line(words: Sequence[Box]) -> str:
    """Return words of one line as text."""
    if not words:
        return ""
    line = words[0]
    for word in words[1:]:
        tight = word.left - line.right < 0.05 * line.size
        line = merged(line, word, "" if tight else " ")
    return line.text
