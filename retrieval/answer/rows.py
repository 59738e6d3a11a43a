"""Which rows of a table a question names: those with its words that the other rows lack."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from index.models import BlockKind
from language.terms import index_terms
from retrieval.answer.reader import UnitReading
from retrieval.search.query import analyse

# What a row costs, in log-odds, beside one of its table that has words of the question it lacks.
_UNNAMED = 4.0

Term = tuple[str, str]


def by_named_rows(
    readings: Sequence[UnitReading], question: str, before: str = ""
) -> list[UnitReading]:
    """Return the readings; the rows that a question names are as sure as the best of their table.

    Of a follow-up its own words decide; where they name no row, those of the question `before`
    decide with them.

    The reader sees that a table answers, and at times takes the wrong one of its rows. Named are
    the rows that hold every word of the question which some row holds and another does not: where
    one row has the name and another the value, as in a form, nothing is decided.
    """
    tables: dict[tuple[str, int], list[UnitReading]] = defaultdict(list)
    for reading in readings:
        block = reading.unit.block
        if block.kind is BlockKind.TABLE_ROW and not reading.unit.items:
            tables[reading.window.chunk.id, block.group].append(reading)
    if not tables:
        return list(readings)
    changed = _changed(tables.values(), question)
    if before and not changed:
        changed = _changed(tables.values(), f"{before} {question}")
    return [changed.get(id(reading), reading) for reading in readings]


def _changed(tables: Iterable[list[UnitReading]], question: str) -> dict[int, UnitReading]:
    """Return the new readings of the rows of tables in which a question names some."""
    asked = {(field, term) for field, term, _ in analyse(question).terms if field != "title"}
    changed: dict[int, UnitReading] = {}
    for rows in tables:
        held = [asked & _terms(row) for row in rows]
        telling = held[0].union(*held) - held[0].intersection(*held)
        named = [terms >= telling for terms in held]
        if telling and any(named):
            best = max(row.score for row in rows)
            changed |= {
                id(row): replace(row, score=best if is_named else row.score - _UNNAMED)
                for row, is_named in zip(rows, named, strict=True)
            }
    return changed


def _terms(row: UnitReading) -> set[Term]:
    """Return the terms of a row's cells, without its column names and lone characters of Han."""
    found = index_terms("", "\n".join(dict.fromkeys(row.cells)))
    return {
        (field, term)
        for field, terms in found.items()
        for term in terms
        if len(term) > 1 or term.isalnum() and term.isascii()
    }
