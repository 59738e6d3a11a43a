"""The access rules in the database: a rule that one bot sets closes at once for all of them.

In doubt everything is closed here too: where the server is away, and where a bot, the memory or
the index has noted more changes than there are. Each bot notes in its own data folder what it saw
last, so that neither an older dump nor an empty database opens anything.
"""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bot.storage.access import (
    AccessRules,
    AccessUnusable,
    Change,
    Rules,
    Subject,
    rows_of,
    rules_of,
)
from bot.storage.access_note import (
    NAME,
    Note,
    check_notes,
    compare,
    forget_notes,
    note_last,
    note_of,
    read_note,
)
from bot.storage.memory import FACTS, Statements
from index.errors import StoreUnusable
from index.store.restoring import is_under_way

if TYPE_CHECKING:
    from bot.storage.shared import SharedMemory

_TABLE = "access_changes"
_SCHEMA = (
    FACTS,
    f"""CREATE TABLE IF NOT EXISTS {_TABLE} (
    number INTEGER PRIMARY KEY,
    made_at INTEGER NOT NULL,
    made_by INTEGER NOT NULL,
    guild_id INTEGER NOT NULL,
    collection TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject_id INTEGER NOT NULL,
    effect TEXT NOT NULL
)""",
    """CREATE OR REPLACE FUNCTION changes_stay() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'changes are never changed or removed'; END $$""",
    f"""CREATE OR REPLACE TRIGGER changes_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON {_TABLE}
    FOR EACH STATEMENT EXECUTE FUNCTION changes_stay()""",
)
_CHANGES = (
    "(SELECT json_agg(json_build_array(number, made_at, made_by, guild_id, collection, kind, "
    f"subject_id, effect) ORDER BY number) FROM {_TABLE})"
)
_INSERT = f"INSERT INTO {_TABLE} VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
# How often the rules were begun anew, among the bot's facts.
_BEGUN = "access-rules begun anew"
_NOTED = (
    f"(SELECT json_object_agg(name, value) FROM {{table}} WHERE name IN ('{NAME}', '{_BEGUN}'))"
)
# Where the last change is noted beside the rules: in the bots' memory, and in the index's ledger.
_NOTES = ("docent_bot.facts", "docent.about")
# What is wrong with the server, and not with what it keeps.
_AWAY = ("errors.database_away", "errors.database_busy", "errors.database_refuses")
# The changes, how often they were begun anew, and the notes of them by the tables that hold them.
_Kept = tuple[list[Change], int, dict[str, Note]]


class DatabaseAway(AccessUnusable):
    """The rules cannot be asked for, which says nothing about them."""


class SharedAccessRules(AccessRules):
    """The rules in the database, read anew each time. Every method blocks.

    Raises AccessUnusable.
    """

    def __init__(self, data_dir: Path, shared: SharedMemory) -> None:
        """Name the database; the tables are made with the first rule."""
        super().__init__(data_dir)
        self._shared = shared
        self._noted: tuple[list[Change], int] | None = None

    def _latest(self) -> tuple[list[Change], Rules]:
        """Return all changes and the resulting rules."""
        with self._explained():
            try:
                changes, begun = self._looked_at()
            except ValueError:
                # Another thread may have noted a change that was not there yet.
                changes, begun = self._looked_at()
            self._note_here(changes, begun)
        return changes, rules_of(changes)

    def _looked_at(self) -> tuple[list[Change], int]:
        kept = self._shared.run(_kept)
        self._check(kept)
        return kept[0], kept[1]

    def _add(self, chosen: Callable[[list[Change]], Sequence[Change]], *, trusting: bool) -> Rules:
        """Add what is `chosen` by the changes before; `trusting`, only the result is checked."""

        def work(db: Statements) -> tuple[list[Change], int]:
            db.execute(f"LOCK TABLE {_TABLE} IN EXCLUSIVE MODE")
            changes, begun, notes = _kept(db)
            if not trusting:
                self._check((changes, begun, notes))
            added = chosen(changes)
            numbered = enumerate(rows_of(added), len(changes) + 1)
            db.executemany(_INSERT, [(number, *row) for number, row in numbered])
            changes += added
            self._check((changes, begun, notes))
            _note(db, note_of(rows_of(changes), begun))
            return changes, begun

        with self._explained():
            self._shared.create(_SCHEMA)
            changes, begun = self._shared.run(work)
            self._note_here(changes, begun)
        return rules_of(changes)

    def begin_anew(self) -> None:
        """Open everything: put the table aside, damaged or not; earlier notes count no more."""

        def work(db: Statements) -> None:
            db.execute(f"ALTER TABLE {_TABLE} RENAME TO {_TABLE}_{time.time_ns()}")
            db.execute(
                "INSERT INTO facts VALUES (?, '1') ON CONFLICT (name) DO UPDATE "
                "SET value = (facts.value::int + 1)::text",
                (_BEGUN,),
            )
            _note(db, None)

        with self._explained():
            self._shared.create(_SCHEMA)
            self._shared.run(work)
            forget_notes(self._data_dir)
            self._noted = None

    def _check(self, kept: _Kept) -> None:
        """Raise ValueError where more was noted than there is."""
        changes, begun, notes = kept
        rows = rows_of(changes)
        for where, note in notes.items():
            compare(where, note, rows, begun)
        if self._noted != (changes, begun):
            check_notes(self._data_dir, rows, begun)

    def _note_here(self, changes: list[Change], begun: int) -> None:
        """Have this bot's own folder tell of the last change."""
        if changes and self._noted != (changes, begun):
            with contextlib.suppress(OSError):
                self._data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
            note_last(self._data_dir, rows_of(changes), begun)
        self._noted = (changes, begun)

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        if is_under_way(self._data_dir):
            raise AccessUnusable("access.restoring", folder=self._data_dir)
        try:
            yield
        except (OSError, StoreUnusable, ValueError) as error:
            if isinstance(error, StoreUnusable) and error.key in _AWAY:
                raise DatabaseAway(error.key, **error.values) from error
            where = self._shared.where
            raise AccessUnusable("access.unusable_database", where=where, reason=error) from error


def access_rules(data_dir: Path, shared: SharedMemory | None = None) -> AccessRules:
    """Return the rules of a database that bots share, or those of a data folder."""
    return SharedAccessRules(data_dir, shared) if shared else AccessRules(data_dir)


def _kept(db: Statements) -> _Kept:
    """Return all that the database tells. Raises ValueError where a change is missing."""
    there = _there(db)
    parts = [_CHANGES if _TABLE in there else "NULL"]
    parts += [_NOTED.format(table=table) if table in there else "NULL" for table in _NOTES]
    # One statement, so that all of it is of one moment.
    rows, *noted = db.execute(f"SELECT {', '.join(parts)}").fetchone()
    changes: list[Change] = []
    for number, made_at, made_by, guild_id, collection, kind, subject_id, effect in rows or ():
        if number != len(changes) + 1:
            raise ValueError(f"change {len(changes) + 1} is missing")
        subject = Subject(kind, subject_id)
        changes.append(Change(made_at, made_by, guild_id, collection, subject, effect))
    facts = {table: found or {} for table, found in zip(_NOTES, noted, strict=True)}
    notes = {table: read_note(found[NAME]) for table, found in facts.items() if NAME in found}
    return changes, int(facts[_NOTES[0]].get(_BEGUN, 0)), notes


def _there(db: Statements) -> set[str]:
    """Return which of the tables are there."""
    names = (_TABLE, *_NOTES)
    questions = ", ".join("to_regclass(?)::text" for _ in names)
    found = db.execute(f"SELECT {questions}", names).fetchone()
    return {name for name, one in zip(names, found, strict=True) if one is not None}


def _note(db: Statements, note: Note | None) -> None:
    """Write a note, or remove it; the index has a table for it after its first run."""
    there = _there(db)
    for table in _NOTES:
        if table in there:
            db.execute(f"DELETE FROM {table} WHERE name = ?", (NAME,))
            if note is not None:
                db.execute(f"INSERT INTO {table} VALUES (?, ?)", (NAME, json.dumps(note)))
