"""The access rules in a file of their own: every change with its maker and its time, none lost.

In doubt everything is closed: where the file is damaged, where it is gone or behind what other
files of the data folder note of its last change, and while a backup is put back.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bot.storage.access_note import check_notes, forget_notes, note_last
from config.errors import DocentError
from index.store.restoring import is_under_way

ACCESS_FILE = "access-rules.sqlite3"
_VERSION = 2
_SCHEMA = f"""
CREATE TABLE changes (
    id INTEGER PRIMARY KEY,
    made_at INTEGER NOT NULL,
    made_by INTEGER NOT NULL,
    guild_id INTEGER NOT NULL,
    collection TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject_id INTEGER NOT NULL,
    effect TEXT NOT NULL
);
CREATE TRIGGER changes_stay BEFORE UPDATE ON changes
    BEGIN SELECT RAISE(ABORT, 'changes are never changed'); END;
CREATE TRIGGER changes_are_kept BEFORE DELETE ON changes
    BEGIN SELECT RAISE(ABORT, 'changes are never removed'); END;
PRAGMA user_version = {_VERSION};
"""
# Version 1 had a digest beside every change.
_UPGRADE = f"BEGIN; ALTER TABLE changes DROP COLUMN seal; PRAGMA user_version = {_VERSION}; COMMIT;"
_COLUMNS = "made_at, made_by, guild_id, collection, kind, subject_id, effect"
_SELECT = f"SELECT id, {_COLUMNS} FROM changes ORDER BY id"
_INSERT = f"INSERT INTO changes ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)"
# A file that changed this shortly before it was read may change again within one tick of its clock.
_RACY_NS = 2_000_000_000

Kind = Literal["server", "role", "channel", "all"]
Effect = Literal["allow", "deny", "lift", "open"]


class AccessUnusable(DocentError):
    """The rules cannot be read or written; until they can, nothing may be shown."""


class DifferentRules(DocentError):
    """Two places hold rules of which neither are the earlier ones of the other."""


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
# What tells one state of a file from another; None for a file that is not there.
_State = tuple[int, ...] | None


class AccessRules:
    """The rules as they are now, and how they came about. Every method blocks.

    The file is looked at each time and read when it has changed. Raises AccessUnusable.
    """

    def __init__(self, data_dir: Path) -> None:
        """Name the file; it is made with the first rule."""
        self._data_dir = data_dir
        self._path = data_dir / ACCESS_FILE
        self._lock = threading.Lock()
        self._read: tuple[_State, list[Change], Rules] | None = None
        self._seen = False

    def current(self) -> Rules:
        """Return the restricted collections by name; all others are open."""
        return self._latest()[1]

    def changes(self) -> list[Change]:
        """Return every change, oldest first."""
        return list(self._latest()[0])

    def make(self, *made: Change) -> Rules:
        """Keep changes, all or none, and return the rules after them. Raises NotOurs."""
        return self._add(lambda before: _owned(before, made), trusting=False)

    def take_over(self, changes: Sequence[Change]) -> None:
        """Go on from the changes of another place. Raises DifferentRules where none here fit."""
        # The notes tell of the other place already.
        self._add(lambda before: _missing_in(before, changes), trusting=True)

    def _add(self, chosen: Callable[[list[Change]], Sequence[Change]], *, trusting: bool) -> Rules:
        """Add what is `chosen` by the changes before; `trusting`, only the result is checked."""
        with self._lock, _explained(self._path):
            if self._state() is None:
                if not trusting:
                    check_notes(self._data_dir, [])
                _begin(self._path)
            self._read = None
            with contextlib.closing(self._opened()) as connection:
                _upgrade(connection)
                connection.execute("BEGIN IMMEDIATE")
                changes = changes_in(connection)
                if not trusting:
                    check_notes(self._data_dir, rows_of(changes))
                added = chosen(changes)
                connection.executemany(_INSERT, rows_of(added))
                changes += added
                check_notes(self._data_dir, rows_of(changes))
                connection.execute("COMMIT")
            self._note(changes)
            return rules_of(changes)

    def begin_anew(self) -> None:
        """Open everything: put the file aside, damaged or not, and forget that there was one."""
        with self._lock, _explained(self._path):
            if os.path.lexists(self._path):
                self._path.rename(self._path.with_suffix(f".aside-{time.time_ns()}"))
            forget_notes(self._data_dir)
            self._read, self._seen = None, False

    def _latest(self) -> tuple[list[Change], Rules]:
        """Return all changes and the resulting rules, read again if the file changed."""
        with self._lock, _explained(self._path):
            state = self._state()
            if self._read is None or self._read[0] != state:
                self._read = None
                changes: list[Change] = []
                if state:
                    with contextlib.closing(self._opened()) as connection:
                        changes = changes_in(connection)
                check_notes(self._data_dir, rows_of(changes))
                self._note(changes)
                self._read = (state, changes, rules_of(changes))
            found = self._read[1:]
            if state and not _is_settled(state):
                self._read = None
            return found

    def _state(self) -> _State:
        """Return the state of the file. Raises OSError for one that went away or leads nowhere."""
        if is_under_way(self._data_dir):
            raise AccessUnusable("access.restoring", folder=self._data_dir)
        try:
            self._path.lstat()
        except FileNotFoundError:
            if self._seen:
                raise OSError("it was there and is gone") from None
            return None
        self._seen = True
        found = self._path.stat()
        return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns

    def _note(self, changes: list[Change]) -> None:
        """Have other files tell of the last change, so that its loss is noticed."""
        if changes:
            note_last(self._data_dir, rows_of(changes))

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
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = path.with_suffix(".new")
    unfinished.unlink(missing_ok=True)
    os.close(os.open(unfinished, os.O_CREAT | os.O_EXCL, 0o600))
    with contextlib.closing(sqlite3.connect(unfinished)) as connection:
        connection.executescript(f"BEGIN; {_SCHEMA} COMMIT;")
    os.replace(unfinished, path)


def _upgrade(connection: sqlite3.Connection) -> None:
    if connection.execute("PRAGMA user_version").fetchone() == (1,):
        connection.executescript(_UPGRADE)


def changes_in(connection: sqlite3.Connection) -> list[Change]:
    """Return every change of a file. Raises ValueError where it is not sound, sqlite3.Error."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version not in (1, _VERSION):
        raise ValueError(f"it is of version {version}, and {_VERSION} is known")
    (sound,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if sound != "ok":
        raise ValueError(sound)
    changes: list[Change] = []
    for number, *row in connection.execute(_SELECT):
        if number != len(changes) + 1:
            raise ValueError(f"change {len(changes) + 1} is missing")
        made_at, made_by, guild_id, collection, kind, subject_id, effect = row
        subject = Subject(kind, subject_id)
        changes.append(Change(made_at, made_by, guild_id, collection, subject, effect))
    return changes


def rows_of(changes: Iterable[Change]) -> list[tuple[object, ...]]:
    """Return the changes as rows of their table, without the number."""
    return [_row(change) for change in changes]


def _row(change: Change) -> tuple[object, ...]:
    about = change.subject
    who = (change.made_at, change.made_by, change.guild_id)
    return (*who, change.collection, about.kind, about.id, change.effect)


def _owned(before: Iterable[Change], made: Sequence[Change]) -> Sequence[Change]:
    """Return what is `made`. Raises NotOurs where the collection is another server's."""
    changes = list(before)
    for change in made:
        restriction = rules_of(changes).get(change.collection)
        if restriction is not None and restriction.guild_id != change.guild_id:
            raise NotOurs("access.not_ours", collection=change.collection)
        changes.append(change)
    return made


def _missing_in(here: Sequence[Change], there: Sequence[Change]) -> Sequence[Change]:
    """Return what a place lacks of the changes of another.

    Raises DifferentRules where those of neither begin with all of the other's.
    """
    both = min(len(here), len(there))
    if list(here[:both]) != list(there[:both]):
        raise DifferentRules("access.different")
    return there[both:]


def _is_settled(state: tuple[int, ...]) -> bool:
    """Return True where a later change of the file would surely show in its times."""
    return max(state[-2:]) < time.time_ns() - _RACY_NS
