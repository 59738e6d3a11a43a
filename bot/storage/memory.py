"""Where the bot keeps what it remembers: a file of its data folder, or a database it shares."""

from __future__ import annotations

import contextlib
import logging
import sqlite3
import threading
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from config.errors import DocentError
from index.errors import StoreUnusable

if TYPE_CHECKING:
    from bot.storage.shared import SharedMemory

_log = logging.getLogger(__name__)
MEMORY_FILE = "bot.sqlite3"
# What keeping something raises where there is no room, no right or no server.
NOT_KEPT = (sqlite3.Error, StoreUnusable)
# Small things under names, which several parts of the bot keep.
FACTS = "CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL)"
Found = TypeVar("Found")
Prepare = Callable[[sqlite3.Connection], None]


class MemoryUnusable(DocentError):
    """The file of given answers cannot be opened or written."""


class Statements(Protocol):
    """A connection inside a transaction; a question mark stands for a value."""

    def execute(self, query: str, values: Sequence[Any] = (), /) -> Any:
        """Send one statement and return a cursor."""

    def executemany(self, query: str, rows: Iterable[Sequence[Any]], /) -> Any:
        """Send one statement with many rows of values."""


class Memory(Protocol):
    """Tables, each change of which is one transaction. Safe to use from any thread."""

    def run(self, work: Callable[[Statements], Found]) -> Found:
        """Return what `work` does in one transaction. Raises what `NOT_KEPT` names."""

    def create(self, statements: Sequence[str]) -> None:
        """Make tables where they are not there yet; they are written as SQLite reads them."""

    def close(self) -> None:
        """Close what is open."""


class FileMemory:
    """The tables of one bot in a file of its data folder."""

    def __init__(self, data_dir: Path, prepare: Prepare) -> None:
        """Open the file, or begin a new one where it is damaged; `prepare` makes its tables.

        Raises MemoryUnusable where nothing can be written.
        """
        path = data_dir / MEMORY_FILE
        self._lock = threading.Lock()
        try:
            data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._connection = _opened_or_begun_anew(path, prepare)
        except (OSError, sqlite3.Error) as error:
            raise MemoryUnusable("discord.memory_unusable", file=path, reason=error) from error

    def run(self, work: Callable[[Statements], Found]) -> Found:
        """Return what `work` does in one transaction. Raises sqlite3.Error."""
        with self._lock, self._connection:
            return work(self._connection)

    def create(self, statements: Sequence[str]) -> None:
        """Make tables where they are not there yet."""
        self.run(lambda c: [c.execute(statement) for statement in statements])

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()


def open_shared(url: str) -> SharedMemory | None:
    """Return the memory in the database of an address; None without an address.

    Nothing is opened yet. Raises StoreUnusable where the address cannot be used.
    """
    if not url:
        return None
    # An extra, which those who keep a folder do without.
    try:
        from bot.storage.shared import SharedMemory
    except ImportError as error:
        raise StoreUnusable("errors.database_extra") from error
    return SharedMemory(url)


def _opened_or_begun_anew(path: Path, prepare: Prepare) -> sqlite3.Connection:
    try:
        return _opened(path, prepare)
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorname not in {"SQLITE_CORRUPT", "SQLITE_NOTADB"}:
            raise
    aside = path.with_suffix(".damaged")
    _log.warning("%s cannot be read; it is kept as %s and a new one begun", path, aside)
    path.replace(aside)
    for rest in (path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")):
        rest.unlink(missing_ok=True)
    return _opened(path, prepare)


def _opened(path: Path, prepare: Prepare) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=10, check_same_thread=False)
    with contextlib.ExitStack() as unless_opened:
        unless_opened.callback(connection.close)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA foreign_keys = ON")
        with connection:
            prepare(connection)
        unless_opened.pop_all()
    return connection
