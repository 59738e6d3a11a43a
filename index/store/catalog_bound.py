"""Reading a catalog through a bound: every statement sees the articles of the scopes alone."""

from __future__ import annotations

import copy
import sqlite3
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence, Sized
from datetime import date, timedelta
from itertools import chain
from typing import Any, Self

from index.models import Article
from index.scope import Scope, collection_of
from language.published import published

# With these names in front, a statement that says `articles` reads those in scope; what is
# `{whole}.` is the whole. Nothing is copied: they are read as if they were written in place. The
# names of collections alone are listed once, since they may be thousands.
_SEEN = """WITH {named}articles AS NOT MATERIALIZED (SELECT * FROM {whole}.articles a WHERE {seen}),
chunks AS NOT MATERIALIZED (SELECT c.* FROM {whole}.chunks c WHERE EXISTS
    (SELECT 1 FROM {whole}.articles a WHERE a.number = c.article AND {seen})),
texts AS NOT MATERIALIZED (SELECT t.* FROM {whole}.texts t WHERE EXISTS
    (SELECT 1 FROM {whole}.articles a WHERE a.number = t.article AND {seen})),
bands AS NOT MATERIALIZED (SELECT b.* FROM {whole}.bands b WHERE EXISTS
    (SELECT 1 FROM {whole}.articles a WHERE a.number = b.article AND {seen})),
documents AS NOT MATERIALIZED (SELECT d.* FROM {whole}.documents d WHERE EXISTS
    (SELECT 1 FROM {whole}.articles a WHERE a.source = d.source AND {seen})),
failures AS NOT MATERIALIZED (SELECT f.source, f.part, f.reason, f.rowid FROM {whole}.failures f
    WHERE EXISTS (SELECT 1 FROM {whole}.articles a WHERE a.source = f.source AND {seen})),
facts AS NOT MATERIALIZED (SELECT * FROM {whole}.facts WHERE name <> 'counts')
"""
_YEAR = timedelta(days=365)
# SQLite's own limit on variables in one statement is 32,766; this keeps statements small.
_MOST_VALUES = 500


class BoundCatalog:
    """What every reading of a catalog goes through."""

    _db: sqlite3.Connection
    # The schema that the tables stand in.
    _whole = "main"
    _seen = ""
    _seen_values: tuple[object, ...] = ()

    def within(self, scopes: Sequence[Scope]) -> Self:
        """Return the same state of the same file, seen through all of these scopes at once."""
        bounded = copy.copy(self)
        lists = [_names(scope) for scope in scopes]
        named = "".join(
            f"named{at} (name) AS (VALUES {', '.join(['(CAST(? AS TEXT))'] * len(names))}), "
            for at, names in enumerate(lists)
            if names
        )
        conditions = [
            _condition(scope, f"named{at}" if names else "")
            for at, (scope, names) in enumerate(zip(scopes, lists, strict=True))
        ]
        seen = " AND ".join(f"({condition})" for condition, _ in conditions)
        values = [value for _, values in conditions for value in values]
        bounded._seen = _SEEN.format(whole=self._whole, seen=seen, named=named) if scopes else ""
        bounded._seen_values = (*chain.from_iterable(lists), *(values * _SEEN.count("{seen}")))
        return bounded

    def _read(self, query: str, values: Sequence[object] = ()) -> sqlite3.Cursor:
        return self._db.execute(self._seen + query, (*self._seen_values, *values))

    def select(self, query: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Return the rows of a statement, which sees the articles of the scopes alone."""
        return list(self._read(query, values))

    def select_for(self, query: str, values: Iterable[object]) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a statement for many values, which stand where `(...)` does."""
        return rows_for(self._read, query, values)

    def counts(self) -> tuple[int, int, int]:
        """Return the numbers of documents, articles and passages."""
        if self._seen:
            return self.counted()
        row = self._read("SELECT value FROM facts WHERE name = 'counts'").fetchone()
        return _three(row[0].split()) if row else (0, 0, 0)

    def counted(self) -> tuple[int, int, int]:
        """Return the same numbers, counted one by one."""
        query = "SELECT count(DISTINCT source), count(*), coalesce(sum(passages), 0) FROM articles"
        return _three(self._read(query).fetchone())

    def collections(self) -> list[str]:
        """Return the names of the collections that hold an article, in order."""
        rows = self._read("SELECT DISTINCT collection FROM articles ORDER BY collection")
        return [name for (name,) in rows]

    def ids_by_key(self, most: int) -> dict[str, str] | None:
        """Return the first chunk id of every key, in the folder's order; None if they are more."""
        rows = self._read(
            "SELECT c.key, c.id FROM articles a JOIN chunks c ON c.article = a.number "
            "ORDER BY a.source DESC, a.position DESC, c.ordinal DESC LIMIT ?",
            (most + 1,),
        ).fetchall()
        return None if len(rows) > most else dict(rows)


def _three(values: Sequence[object]) -> tuple[int, int, int]:
    documents, articles, passages = (int(str(value)) for value in values)
    return documents, articles, passages


def bound_columns(article: Article) -> dict[str, object]:
    """Return the columns of an article that a bound asks for."""
    days = published(article.date, article.source) or (None, None, None)
    dated = dict(zip(("year", "first_day", "last_day"), days, strict=True))
    source = article.source
    return {"collection": collection_of(source), "path": folded_path(source), **dated}


def folded_path(source: str) -> str:
    """Return a path, or a part of one, as it is compared."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", source).casefold())


def rows_for(
    read: Callable[[str, Sequence[object]], Iterable[Any]], query: str, values: Iterable[object]
) -> Iterator[Any]:
    """Yield the rows of a statement for any number of values, which stand where `(...)` does."""
    listed = list(values)
    for start in range(0, len(listed), _MOST_VALUES):
        some = listed[start : start + _MOST_VALUES]
        yield from read(query.replace("(...)", marks(some)), some)


def marks(values: Sized) -> str:
    """Return a list of SQL with a variable for each value."""
    return f"({', '.join('?' * len(values))})"


def _names(scope: Scope) -> list[str]:
    """Return the collections that a scope names, in order."""
    return sorted(name for name in scope.collections or () if _may_be_a_path(name))


def _condition(scope: Scope, named: str) -> tuple[str, list[object]]:
    """Return what is true of an article `a` in the scope, as SQL with its values.

    `named` is the table of the scope's collections, empty if none of them can be.
    """
    parts, values = ["1 = 1"], list[object]()
    if scope.collections is not None:
        parts.append(f"a.collection IN (SELECT name FROM {named})" if named else "1 = 0")
    if scope.source:
        # What a path holds is missing once it is taken out: the engines both have `replace`.
        part = folded_path(scope.source)
        parts.append("replace(a.path, ?, '') <> a.path" if _may_be_a_path(part) else "1 = 0")
        values += [part] if _may_be_a_path(part) else []
    if scope.after or scope.before:
        parts.append(f"({_in_time(scope.after, scope.before)})")
    return " AND ".join(parts), values


def _may_be_a_path(text: str) -> bool:
    """Return True for what an engine takes and a path can hold: no NUL, no half of a character."""
    return not any(letter == "\0" or "\ud800" <= letter <= "\udfff" for letter in text)


def _in_time(after: date | None, before: date | None) -> str:
    """Return what is true of an article whose days meet the bound, as SQL.

    Days without a year are held against a bound of less than a year, since they are one day of it.
    """
    dated = ["a.year > 0"]
    if after:
        dated.append(f"a.year * 10000 + a.last_day >= {_number(after)}")
    if before:
        dated.append(f"a.year * 10000 + a.first_day <= {_number(before)}")
    parts = [" AND ".join(dated)]
    if after and before and after <= before < after + _YEAR:
        first, last = _number(after) % 10_000, _number(before) % 10_000
        joint = "AND" if first <= last else "OR"
        parts.append(f"a.year = 0 AND (a.last_day >= {first} {joint} a.first_day <= {last})")
    return " OR ".join(parts)


def _number(day: date) -> int:
    return day.year * 10_000 + day.month * 100 + day.day
