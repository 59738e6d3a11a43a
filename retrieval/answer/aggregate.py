"""Answer what only a whole table tells: its cheapest or largest row, its total.

The row that wins is quoted, or the total that stands there. What takes more than one column, or
figures that stand in sentences apart, is beyond this, and is refused with the rows that are near.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from index.library import Library
from index.models import BlockKind
from index.units import window_of
from language.text import fold, pieces
from retrieval.answer.reader import UnitReading
from retrieval.answer.verdict import Evidence, held_back
from retrieval.proof.numbers import facts
from retrieval.search.query import analyse

# Words of a question, in English and Chinese; what of two is compared; 1 for the largest and -1
# for the smallest; and which columns are meant where the question names none.
_MONEY = re.compile(r"price|cost|fee|\brate|fare|rent|hire|[€$£¥元价费]|租金")
_LENGTH = re.compile(r"length|long|duration|distance|metre|hour|minute|长|时间|分钟|小时|米")
_EXTREMES = (
    (r"\bcheapest\b|\bleast expensive\b|最便宜|最划算", r"\bcheaper\b|更便宜", -1, _MONEY),
    (r"\bdearest\b|\bmost expensive\b|最贵", r"\bdearer\b|\bmore expensive\b|更贵", 1, _MONEY),
    (r"\blongest\b|最长|最久", r"\blonger\b|更长", 1, _LENGTH),
    (r"\bshortest\b|最短", r"\bshorter\b|更短", -1, _LENGTH),
    (r"\bfewest\b|\blowest\b|\bsmallest\b|\bleast\b|最少|最低|最小",
     r"\bfewer\b|\blower\b|\bsmaller\b|更少|更低|更小", -1, None),
    (r"\bmost\b|\bhighest\b|\blargest\b|\bbiggest\b|最多|最高|最大",
     r"\bmore\b|\bhigher\b|\blarger\b|\bbigger\b|更多|更高|更大", 1, None),
)  # fmt: skip
_TOTAL = re.compile(
    r"\b(?:in all|in total|altogether|total|combined)\b|一共|总共|共计|合计|总计|总数"
)
_TOTAL_ROW = re.compile(r"(?:grand |sub)?total\b|sum\b|overall\b|合计|总计|共计|小计|总数|全部")
# What the row that wins is given as log-odds.
_SURE = 4.0
_MOST_TIES = 3
# How near to the best another figure makes it one of several.
_NEAR = 2.5

# The direction, the columns meant, and whether only two are compared.
_Extreme = tuple[int, re.Pattern[str] | None, bool]


@dataclass(frozen=True, slots=True)
class _Table:
    """A whole table: the windows and units of its rows, without its totals."""

    rows: tuple[UnitReading, ...]
    totals: tuple[UnitReading, ...]
    columns: tuple[str, ...]


def aggregated(question: str, found: Evidence, library: Library) -> Evidence:
    """Return the evidence with the row that a question for an extreme or a total means first."""
    asked = fold(question)
    extreme = _extreme_of(asked)
    if (extreme is None and not _TOTAL.search(asked)) or not found.readings:
        return found
    ranked = sorted(found.readings, key=lambda reading: -reading.rank)
    stems = {term for field, term, _ in analyse(asked).terms if field == "stems"}
    table = _table_of(asked, stems, ranked, library)
    winners: Sequence[UnitReading] = ()
    if table:
        winners = _winners(asked, stems, table, extreme) if extreme else table.totals
    if winners and len(winners) <= _MOST_TIES:
        return _led_by(winners, found)
    is_row = ranked[0].unit.block.kind is BlockKind.TABLE_ROW
    says = _states(ranked[0].text, total=extreme is None)
    if (is_row or _is_one_of_several(ranked)) and not says:
        return replace(found, readings=[held_back(reading) for reading in ranked])
    return found


def _extreme_of(asked: str) -> _Extreme | None:
    """Return what a question for an extreme asks for; None for any other."""
    for widest, of_two, direction, columns in _EXTREMES:
        if re.search(widest, asked):
            return direction, columns, False
        if re.search(of_two, asked):
            return direction, columns, True
    return None


def _states(text: str, *, total: bool) -> bool:
    """Return True if a text itself says which is the most, or the total."""
    folded = fold(text)
    if total:
        return bool(_TOTAL.search(folded) or _TOTAL_ROW.search(folded))
    return any(re.search(widest, folded) for widest, *_ in _EXTREMES)


def _table_of(
    asked: str, stems: set[str], ranked: Sequence[UnitReading], library: Library
) -> _Table | None:
    """Return the table that shares most words with a question, whole."""
    best: tuple[int, UnitReading] | None = None
    for reading in ranked:
        block = reading.unit.block
        if block.kind is not BlockKind.TABLE_ROW or not block.group or not any(block.columns):
            continue
        shared = len(_shared(asked, stems, (*block.columns, reading.window.head)))
        if shared and (best is None or shared > best[0]):
            best = shared, reading
    if best is None:
        return None
    chosen = best[1]
    article_id, group = chosen.window.chunk.article_id, chosen.unit.block.group
    title = library.heads([article_id])[article_id].title
    rows = [
        UnitReading(window, unit, chosen.score)
        for window in (window_of(chunk, title) for chunk in library.chunks_of(article_id))
        for unit in window.units
        if unit.block.group == group and unit.block.kind is BlockKind.TABLE_ROW
    ]
    totals = [row for row in rows if row.cells and _TOTAL_ROW.match(fold(row.cells[0]))]
    return _Table(
        tuple(row for row in rows if row not in totals), tuple(totals), chosen.unit.block.columns
    )


def _winners(asked: str, stems: set[str], table: _Table, extreme: _Extreme) -> list[UnitReading]:
    """Return the rows with the largest or smallest value; [] if it takes more than one column."""
    if not all(row.cells for row in table.rows):
        # A row that is cut over two passages may hold more or less than every other.
        return []
    direction, meant, of_two = extreme
    rows = [row for row in table.rows if len(row.unit.block.cells) == len(table.columns)]
    named = [row for row in rows if (name := row.cells[0]) and fold(name) in asked]
    if of_two or len(named) > 1:
        rows = named
    column = _column(asked, stems, table.columns, meant)
    if len(rows) < 2 or column is None or any(c.isdecimal() for c in asked):
        return []
    values: list[tuple[Fraction, UnitReading]] = []
    for row in rows:
        cell = row.cells[column]
        value = _value(cell)
        if value is not None:
            values.append((direction * value, row))
        elif any(character.isalpha() for character in cell):
            # "on request" may be more or less than every number.
            return []
    most = max((value for value, _ in values), default=Fraction(0))
    return [row for value, row in values if value == most]


def _column(
    asked: str, stems: set[str], columns: Sequence[str], meant: re.Pattern[str] | None
) -> int | None:
    """Return the one column of values that a question speaks of; None for none or several."""
    # The first column names the rows.
    named = [n for n, name in enumerate(columns) if n and _shared(asked, stems, (name,))]
    if meant is None:
        return named[0] if len(named) == 1 else None
    fitting = [n for n, name in enumerate(columns) if n and meant.search(fold(name))]
    if any(n not in fitting for n in named):
        return None
    return next(iter([n for n in fitting if n in named] or fitting), None)


def _value(cell: str) -> Fraction | None:
    """Return the one number of a cell."""
    found = {f.value for f in facts(cell) if f.kind in ("number", "percent") and not f.weak}
    value = found.pop() if len(found) == 1 else None
    return value if isinstance(value, Fraction) else None


def _shared(asked: str, stems: set[str], names: Sequence[str]) -> set[str]:
    """Return the words of names that stand in a question, or whose stems do."""
    return {word for name in names for word in _words(name) if word in stems or word in asked}


def _words(name: str) -> Iterator[str]:
    """Yield the stems of a name, and its runs of Han of two characters and more, in pairs."""
    for field, term, _ in analyse(name).terms:
        if field == "stems" and len(term) > 2:
            yield term
    for piece, is_run in pieces(fold(name)):
        if is_run:
            yield from (piece[at : at + 2] for at in range(len(piece) - 1))


def _led_by(winners: Sequence[UnitReading], found: Evidence) -> Evidence:
    """Return evidence whose best readings are these rows, and which quotes no others."""
    first = max(reading.rank for reading in found.readings)
    led = [replace(row, score=_SURE, rank=first) for row in winners]
    return replace(found, readings=[*led, *(held_back(reading) for reading in found.readings)])


def _is_one_of_several(ranked: Sequence[UnitReading]) -> bool:
    """Return True if several units give figures nearly as surely as the best."""
    near = [r for r in ranked if r.rank >= ranked[0].rank - _NEAR and not r.unit.items]
    return len([r for r in near if facts(r.text)]) > 1
