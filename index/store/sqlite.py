"""How SQLite is opened everywhere: write-ahead log, patient, and damage told in one sentence."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.errors import StoreUnusable

_PATIENCE_SECONDS = 10.0
_LARGEST_LOG_LEFT = 64 * 1024 * 1024


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
        # With WAL this loses no consistency, only the last commit if the power fails.
        db.execute("PRAGMA synchronous = NORMAL")
        db.execute("PRAGMA query_only = ON" if read_only else "PRAGMA query_only = OFF")
    except sqlite3.Error:
        db.close()
        raise
    return db


def connect_immutable(path: Path) -> sqlite3.Connection:
    """Open a file that nobody changes, for reading, without its log and without any lock."""
    return sqlite3.connect(
        f"file:{_quoted(path)}?mode=ro&immutable=1", uri=True, check_same_thread=False
    )


def _quoted(path: Path) -> str:
    """Return the path as the file part of an SQLite URI."""
    return str(path.absolute()).replace("%", "%25").replace("?", "%3f").replace("#", "%23")


@contextmanager
def explained(folder: Path) -> Iterator[None]:
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
