"""The ledger: which generation of the index answers, when the last run ended, and more.

It is the one file that outlives generations. A generation answers from the moment the ledger
names it as the current one, which is a single commit.
"""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from index.errors import StoreUnusable
from index.store.catalog_schema import SQLITE, tables
from index.store.sqlite import FrozenConnection, connect, connect_for_reading

# The ledger of a data folder, and the folder of its generations.
LEDGER = "docent.db"
GENERATIONS = "generations"
# Raised with every change of the tables; each needs a way up from the one before.
_VERSION = 1


@dataclass(frozen=True, slots=True)
class GenerationEntry:
    """A finished generation: it can be read where `shape` is equal, kept where `fingerprint` is."""

    number: int
    fingerprint: str
    model: str
    shape: str


class IndexManifest:
    """One connection to the ledger file. Use it from one thread at a time."""

    def __init__(self, path: Path, *, reading: bool = False) -> None:
        """Open the file, or make it; for `reading` it may stand where nothing can be written."""
        try:
            self._db = connect(path)
        except sqlite3.OperationalError:
            if not reading:
                raise
            self._db = connect_for_reading(path)
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        if version > _VERSION:
            self._db.close()
            raise StoreUnusable("errors.store_newer", folder=path.parent)
        if version < _VERSION:
            self._create()

    def _create(self) -> None:
        """Make the tables, or find them made by another who came first."""
        with self._commit():
            for statement in tables(SQLITE, of_ledger=True):
                self._db.execute(statement)
            name = secrets.token_hex(4)
            self._db.execute("INSERT OR IGNORE INTO about VALUES ('library', ?)", (name,))
            self._db.execute(f"PRAGMA user_version = {_VERSION}")

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    @property
    def is_stale(self) -> bool:
        """Return True if the file has changed, and this connection cannot see it."""
        return isinstance(self._db, FrozenConnection) and self._db.is_stale

    @contextmanager
    def _commit(self) -> Iterator[None]:
        """Make what happens inside one commit."""
        self._db.execute("BEGIN IMMEDIATE")
        # The connection itself commits at the end of the block, or undoes what failed.
        with self._db:
            yield

    def note(self, name: str, value: str) -> None:
        """Write something down under a name."""
        self._db.execute(
            "INSERT INTO about VALUES (?, ?) "
            "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (name, value),
        )

    def noted(self, name: str) -> str:
        """Return what is written down under a name, or nothing."""
        row = self._db.execute("SELECT value FROM about WHERE name = ?", (name,)).fetchone()
        return row[0] if row else ""

    @property
    def library(self) -> str:
        """Return the random name of this index, which keeps two apart on one Chroma server."""
        return self.noted("library")

    def current(self) -> int:
        """Return the generation that answers; 0 if there is none."""
        return int(self.noted("current") or 0)

    def generations(self) -> list[GenerationEntry]:
        """Return every finished generation, oldest first."""
        rows = self._db.execute(
            "SELECT number, fingerprint, model, shape FROM generations WHERE ready = 1 "
            "ORDER BY number"
        )
        return [GenerationEntry(*row) for row in rows]

    def unfinished(self) -> list[int]:
        """Return the numbers of generations that were begun and not finished."""
        rows = self._db.execute("SELECT number FROM generations WHERE ready = 0")
        return [number for (number,) in rows.fetchall()]

    def generation(self, number: int) -> GenerationEntry | None:
        """Return one finished generation."""
        return next((entry for entry in self.generations() if entry.number == number), None)

    def add_generation(self, fingerprint: str, model: str, shape: str) -> int:
        """Write down a generation that is begun; return its number, which is never given twice."""
        ((number,),) = self._db.execute(
            "INSERT INTO generations (fingerprint, model, shape, created) VALUES (?, ?, ?, ?) "
            "RETURNING number",
            (fingerprint, model, shape, now()),
        ).fetchall()
        return int(number)

    def switch(self, number: int) -> None:
        """Let a generation answer from now on: the one commit that makes it exist."""
        with self._commit():
            self._db.execute("UPDATE generations SET ready = 1 WHERE number = ?", (number,))
            self.note("current", str(number))

    def forget_generation(self, number: int) -> None:
        """Strike out a generation that is gone."""
        self._db.execute("DELETE FROM generations WHERE number = ?", (number,))


def now() -> str:
    """Return the time as the ledger writes it."""
    return datetime.now().astimezone().isoformat(timespec="seconds")
