"""Notes of the last change of the access rules in other files, to notice a lost or older file.

They stand in the bot's memory and in the index's ledger. The rules may be ahead of a note, where a
crash came between the two, and never behind it.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from bot.storage.answers import MEMORY_FILE
from index.store.sqlite import connect, connect_for_reading
from index.store.writer import LEDGER

_log = logging.getLogger(__name__)
_NAME = "access-rules"
# The table of each file that has room for small facts.
_TABLES = {MEMORY_FILE: "facts", LEDGER: "about"}
_FACTS = "CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL)"
Found = TypeVar("Found")
Rows = Sequence[Sequence[object]]


def check_notes(data_dir: Path, rows: Rows) -> None:
    """Raise ValueError where these changes are not all that were noted, in the order they came.

    Without any change it is one too where none of the files that are there can be read.
    """
    silent: list[str] = []
    found = 0
    for file in _TABLES:
        found += os.path.lexists(data_dir / file)
        try:
            note = _note_in(data_dir / file)
        except (OSError, sqlite3.Error, ValueError) as error:
            _log.warning("%s cannot be compared with the access rules: %s", file, error)
            silent.append(file)
            continue
        if note is None:
            continue
        count, digest = note
        if count > len(rows):
            raise ValueError(f"it holds {len(rows)} changes, and {file} tells of {count}")
        if _digest(rows[:count]) != digest:
            raise ValueError(f"its changes are not those that {file} tells of")
    if not rows and silent and len(silent) >= found:
        raise ValueError(f"{' and '.join(silent)} cannot tell whether there were rules")


def note_last(data_dir: Path, rows: Rows) -> None:
    """Note how many changes there are, and their digest."""
    note = (len(rows), _digest(rows))
    _in_each(data_dir, lambda path: _write(path, note))


def forget_notes(data_dir: Path) -> None:
    """Remove every note."""
    _in_each(data_dir, lambda path: _write(path, None))


def _in_each(data_dir: Path, write: Callable[[Path], None]) -> None:
    for file in _TABLES:
        try:
            write(data_dir / file)
        except (OSError, sqlite3.Error, ValueError) as error:
            _log.warning("%s cannot tell of the access rules: %s", file, error)


def _note_in(path: Path) -> tuple[int, str] | None:
    """Return the number and digest that a file notes. Raises OSError, sqlite3.Error, ValueError."""
    try:
        path.lstat()
    except FileNotFoundError:
        return None
    with contextlib.closing(connect_for_reading(path)) as connection:
        return _noted(connection, _TABLES[path.name])


def _noted(connection: sqlite3.Connection, table: str) -> tuple[int, str] | None:
    known = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?"
    if not connection.execute(known, (table,)).fetchone():
        return None
    wanted = f"SELECT value FROM {table} WHERE name = ?"
    row = connection.execute(wanted, (_NAME,)).fetchone()
    if row is None:
        return None
    count, digest = json.loads(row[0])
    return int(count), str(digest)


def _write(path: Path, note: tuple[int, str] | None) -> None:
    """Write a note where it is not there yet, or remove it."""
    table = _TABLES[path.name]
    # The ledger is made with the index.
    if not path.exists() and (path.name == LEDGER or note is None):
        return
    if path.exists():
        if _note_in(path) == note:
            return
    else:
        # Never for one that is there: closing it would free the locks that SQLite holds on it.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    with contextlib.closing(connect(path)) as connection:
        if path.name == MEMORY_FILE:
            connection.execute(_FACTS)
        if note is None:
            connection.execute(f"DELETE FROM {table} WHERE name = ?", (_NAME,))
        else:
            values = (_NAME, json.dumps(note))
            connection.execute(f"INSERT OR REPLACE INTO {table} VALUES (?, ?)", values)


def _digest(rows: Rows) -> str:
    return hashlib.sha256(json.dumps([list(row) for row in rows]).encode()).hexdigest()
