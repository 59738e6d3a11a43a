"""How SQLite is opened everywhere: write-ahead log, patient, and damage told in one sentence."""

from __future__ import annotations

import contextlib
import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from index.errors import StoreUnusable

_PATIENCE_SECONDS = 10.0
_LARGEST_LOG_LEFT = 64 * 1024 * 1024
# What SQLite says where it cannot make the log and its index beside a file: no room, no right.
_NO_LOG = ("SQLITE_CANTOPEN", "SQLITE_READONLY", "SQLITE_IOERR", "SQLITE_FULL")

_log = logging.getLogger(__name__)
Opened = TypeVar("Opened", bound=sqlite3.Connection)


class FrozenConnection(sqlite3.Connection):
    """A connection to a file without its log and locks, for a disk that nothing can be written to.

    It reads rightly for as long as the file is the one that was opened: `is_stale` tells.
    """

    path: Path
    opened: tuple[int, ...]

    @property
    def is_stale(self) -> bool:
        """Return True if the file has been written to since it was opened, or has a log again."""
        return _signature(self.path) != self.opened


def connect_for_reading(path: Path) -> sqlite3.Connection:
    """Open a file for reading, also where its disk is full or for reading alone.

    There it is a FrozenConnection, which is not to be kept. Raises sqlite3.Error.
    """
    try:
        return connect(path, read_only=True)
    except sqlite3.OperationalError as error:
        signature = _signature(path)
        # What the log holds alone can be read by its own way only.
        if not error.sqlite_errorname.startswith(_NO_LOG) or not signature or signature[-1]:
            raise
        _log.debug("%s is read without its log: %s", path, error)
    db = connect_immutable(path, FrozenConnection)
    db.path, db.opened = path, signature
    with contextlib.ExitStack() as unless_read:
        unless_read.callback(db.close)
        db.execute("PRAGMA schema_version").fetchone()
        unless_read.pop_all()
    return db


def _signature(path: Path) -> tuple[int, ...]:
    """Return what changes with the content of a file, and the size of its log; () without it."""
    try:
        found = path.stat()
    except OSError:
        return ()
    try:
        logged = path.with_name(f"{path.name}-wal").stat().st_size
    except OSError:
        logged = 0
    return found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns, logged


def connect(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """Open a file in autocommit mode; the caller begins and commits by name.

    Readers and one writer do not wait for each other (WAL). The connection may move between
    threads, but serves one at a time.
    """
    mode = "rw" if read_only else "rwc"
    db = sqlite3.connect(
        f"file:{_quoted(path)}?mode={mode}",
        uri=True,
        timeout=_PATIENCE_SECONDS,
        isolation_level=None,
        check_same_thread=False,
    )
    try:
        if not read_only:
            db.execute("PRAGMA journal_mode = WAL")
            # A large run's log does not stay on disk for ever.
            db.execute(f"PRAGMA journal_size_limit = {_LARGEST_LOG_LEFT}")
        # What is committed outlives a power cut: what comes after it in other files relies on it.
        db.execute("PRAGMA synchronous = FULL")
        db.execute("PRAGMA query_only = ON" if read_only else "PRAGMA query_only = OFF")
        if read_only:
            # The first reading is what makes the log.
            db.execute("PRAGMA schema_version").fetchone()
    except sqlite3.Error:
        db.close()
        raise
    return db


def connect_immutable(path: Path, kind: type[Opened]) -> Opened:
    """Open a file that nobody changes, for reading, without its log and without any lock."""
    address = f"file:{_quoted(path)}?mode=ro&immutable=1"
    return sqlite3.connect(
        address, uri=True, check_same_thread=False, isolation_level=None, factory=kind
    )


def _quoted(path: Path) -> str:
    """Return the path as the file part of an SQLite URI."""
    return str(path.absolute()).replace("%", "%25").replace("?", "%3f").replace("#", "%23")


@contextmanager
def wrap_errors(folder: Path) -> Iterator[None]:
    """Turn what SQLite raises inside into StoreUnusable."""
    try:
        yield
    except sqlite3.Error as error:
        raise store_error(folder, error) from error


def store_error(folder: Path, error: sqlite3.Error) -> StoreUnusable:
    """Return the sentence for an SQLite error: no room, no right to write, or damage."""
    name = getattr(error, "sqlite_errorname", "") or ""
    reason = str(error)
    if name.startswith(("SQLITE_FULL", "SQLITE_READONLY", "SQLITE_IOERR", "SQLITE_CANTOPEN")):
        return StoreUnusable("errors.store_unwritable", folder=folder, reason=reason)
    if name.startswith("SQLITE_BUSY"):
        return StoreUnusable("errors.store_busy", folder=folder)
    return StoreUnusable("errors.store_damaged", folder=folder, reason=reason)
