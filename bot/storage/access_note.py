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

from bot.storage.memory import FACTS, MEMORY_FILE
from index.store.manifest import LEDGER
from index.store.sqlite import connect, connect_for_reading

_log = logging.getLogger(__name__)
NAME = "access-rules"
# The table of each file that has room for small facts.
_TABLES = {MEMORY_FILE: "facts", LEDGER: "about"}
Found = TypeVar("Found")
Rows = Sequence[Sequence[object]]
# How many changes, their digest, and how often rules that are shared were begun anew, if ever.
Note = tuple[int, str] | tuple[int, str, int]


def check_notes(data_dir: Path, rows: Rows, begun: int | None = None) -> None:
    """Raise ValueError where these changes are not all that were noted, in the order they came.

    Without any change it is one too where none of the files that are there can be read. `begun` is
    how often rules that are shared were begun anew; notes of the rules before that do not count.
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
        if note is not None:
            compare(file, note, rows, begun)
    if not rows and silent and len(silent) >= found:
        raise ValueError(f"{' and '.join(silent)} cannot tell whether there were rules")


def compare(where: str, note: Note, rows: Rows, begun: int | None) -> None:
    """Raise ValueError where a note tells of other changes than these, or of more."""
    count, digest, *before = note
    if begun is not None and (noted := before[0] if before else 0) != begun:
        if noted > begun:
            raise ValueError(f"it is older than what {where} tells of")
        return
    if count > len(rows):
        raise ValueError(f"it holds {len(rows)} changes, and {where} tells of {count}")
    if _digest(rows[:count]) != digest:
        raise ValueError(f"its changes are not those that {where} tells of")


def note_of(rows: Rows, begun: int = 0) -> Note:
    """Return how many changes there are, their digest, and how often they were begun anew."""
    return (len(rows), _digest(rows), begun) if begun else (len(rows), _digest(rows))


def note_last(data_dir: Path, rows: Rows, begun: int = 0) -> None:
    """Note how many changes there are, and their digest."""
    note = note_of(rows, begun)
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


def _note_in(path: Path) -> Note | None:
    """Return the number and digest that a file notes. Raises OSError, sqlite3.Error, ValueError."""
    try:
        path.lstat()
    except FileNotFoundError:
        return None
    with contextlib.closing(connect_for_reading(path)) as connection:
        return _noted(connection, _TABLES[path.name])


def _noted(connection: sqlite3.Connection, table: str) -> Note | None:
    known = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?"
    if not connection.execute(known, (table,)).fetchone():
        return None
    wanted = f"SELECT value FROM {table} WHERE name = ?"
    row = connection.execute(wanted, (NAME,)).fetchone()
    if row is None:
        return None
    return read_note(row[0])


def read_note(written: str) -> Note:
    """Return a note as it was written. Raises ValueError."""
    count, digest, *begun = json.loads(written)
    if begun:
        return int(count), str(digest), int(begun[0])
    return int(count), str(digest)


def _write(path: Path, note: Note | None) -> None:
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
            connection.execute(FACTS)
        if note is None:
            connection.execute(f"DELETE FROM {table} WHERE name = ?", (NAME,))
        else:
            values = (NAME, json.dumps(note))
            connection.execute(f"INSERT OR REPLACE INTO {table} VALUES (?, ?)", values)


def _digest(rows: Rows) -> str:
    return hashlib.sha256(json.dumps([list(row) for row in rows]).encode()).hexdigest()
