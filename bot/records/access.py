"""The access rules in a file of their own: every change with its maker and its time, none lost.

The file is never begun anew: where it is damaged, nothing is answered until it is mended.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from config.errors import DocentError

ACCESS_FILE = "access-rules.sqlite3"
_VERSION = 1
_SCHEMA = f"""
CREATE TABLE changes (
    id INTEGER PRIMARY KEY,
    made_at INTEGER NOT NULL,
    made_by INTEGER NOT NULL,
    guild_id INTEGER NOT NULL,
    collection TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject_id INTEGER NOT NULL,
    effect TEXT NOT NULL,
    seal TEXT NOT NULL
);
CREATE TRIGGER changes_stay BEFORE UPDATE ON changes
    BEGIN SELECT RAISE(ABORT, 'changes are never changed'); END;
CREATE TRIGGER changes_are_kept BEFORE DELETE ON changes
    BEGIN SELECT RAISE(ABORT, 'changes are never removed'); END;
PRAGMA user_version = {_VERSION};
"""
_COLUMNS = "made_at, made_by, guild_id, collection, kind, subject_id, effect, seal"
_SELECT = f"SELECT id, {_COLUMNS} FROM changes ORDER BY id"  # noqa: S608
_INSERT = f"INSERT INTO changes ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608

Kind = Literal["server", "role", "channel", "all"]
Effect = Literal["allow", "deny", "lift", "open"]


class AccessUnusable(DocentError):
    """The rules cannot be read or written; until they can, nothing may be shown."""


class NotOurs(DocentError):
    """A collection belongs to another server."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a rule names: the whole server, those with a role, or those who can read a channel."""

    kind: Kind
    id: int


@dataclass(frozen=True, slots=True)
class Restriction:
    """The rules of one collection, which belongs to one server."""

    guild_id: int
    allowed: frozenset[Subject] = frozenset()
    denied: frozenset[Subject] = frozenset()


@dataclass(frozen=True, slots=True)
class Change:
    """One change of the rules. `open` lifts all of a collection's rules at once."""

    made_at: int
    made_by: int
    guild_id: int
    collection: str
    subject: Subject
    effect: Effect


Rules = Mapping[str, Restriction]


class AccessRules:
    """The rules as they are now, and how they came about. Every method blocks.

    Each looks into the file anew, so that damage is noticed at once. Raises AccessUnusable.
    """

    def __init__(self, data_dir: Path) -> None:
        """Name the file; it is made with the first rule."""
        self._path = data_dir / ACCESS_FILE
        self._lock = threading.Lock()
        self._seen = False

    def current(self) -> Rules:
        """Return the restricted collections by name; all others are open."""
        return rules_of(self.changes())

    def changes(self) -> list[Change]:
        """Return every change, oldest first."""
        with self._lock, _explained(self._path):
            if not self._is_there():
                return []
            with contextlib.closing(self._opened()) as connection:
                return _read(connection)[0]

    def make(self, *made: Change) -> Rules:
        """Keep changes, all or none, and return the rules after them. Raises NotOurs."""
        with self._lock, _explained(self._path):
            if not self._is_there():
                _begin(self._path)
            with contextlib.closing(self._opened()) as connection:
                connection.execute("BEGIN IMMEDIATE")
                changes, seal = _read(connection)
                for change in made:
                    restriction = rules_of(changes).get(change.collection)
                    if restriction is not None and restriction.guild_id != change.guild_id:
                        raise NotOurs("access.not_ours", collection=change.collection)
                    row = _row(change)
                    seal = _seal(seal, row)
                    connection.execute(_INSERT, (*row, seal))
                    changes.append(change)
                connection.execute("COMMIT")
            self._seen = True
            return rules_of(changes)

    def _is_there(self) -> bool:
        """Tell whether there is a file. Raises OSError for one that went away meanwhile."""
        there = self._path.exists()
        if self._seen and not there:
            raise OSError("it was there and is gone")
        self._seen = there
        return there

    def _opened(self) -> sqlite3.Connection:
        address = f"{self._path.absolute().as_uri()}?mode=rw"
        return sqlite3.connect(address, uri=True, timeout=10, isolation_level=None)


def rules_of(changes: Iterable[Change]) -> Rules:
    """Return the rules that these changes leave, the oldest first.

    A collection stays restricted when its last rule is lifted, so that taking somebody's right
    away never opens it to all; `open` alone does.
    """
    found: dict[str, Restriction] = {}
    for change in changes:
        if change.effect == "open":
            found.pop(change.collection, None)
            continue
        before = found.get(change.collection, Restriction(change.guild_id))
        one = {change.subject}
        allowed = before.allowed | one if change.effect == "allow" else before.allowed - one
        denied = before.denied | one if change.effect == "deny" else before.denied - one
        found[change.collection] = Restriction(before.guild_id, allowed, denied)
    return found


@contextlib.contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, sqlite3.Error, ValueError, OverflowError) as error:
        raise AccessUnusable("access.unusable_file", file=path, reason=error) from error


def _begin(path: Path) -> None:
    """Make the file whole: a crash leaves either none, or one with its tables."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".new")
    unfinished.unlink(missing_ok=True)
    with contextlib.closing(sqlite3.connect(unfinished)) as connection:
        connection.executescript(f"BEGIN; {_SCHEMA} COMMIT;")
    os.replace(unfinished, path)


def _read(connection: sqlite3.Connection) -> tuple[list[Change], str]:
    """Return every change and the last seal. Raises ValueError where they are not as written."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version != _VERSION:
        raise ValueError(f"it is of version {version}, and {_VERSION} is known")
    (sound,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if sound != "ok":
        raise ValueError(sound)
    changes: list[Change] = []
    seal = ""
    for number, *row, sealed in connection.execute(_SELECT):
        seal = _seal(seal, row)
        if seal != sealed or number != len(changes) + 1:
            raise ValueError(f"change {number} is not as it was written")
        made_at, made_by, guild_id, collection, kind, subject_id, effect = row
        subject = Subject(kind, subject_id)
        changes.append(Change(made_at, made_by, guild_id, collection, subject, effect))
    return changes, seal


def _row(change: Change) -> tuple[object, ...]:
    about = change.subject
    who = (change.made_at, change.made_by, change.guild_id)
    return (*who, change.collection, about.kind, about.id, change.effect)


def _seal(before: str, row: Sequence[object]) -> str:
    """Return a digest of a change and of all before it."""
    return hashlib.sha256(f"{before}{json.dumps([*row])}".encode()).hexdigest()
