"""The writing side of the database: one at a time on any machine, by a lock of the server."""

from __future__ import annotations

import contextlib
import json
import os
import socket
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import psycopg

from index.embedder import Embedder
from index.errors import StoreLocked, StoreUnusable
from index.store.catalog import Catalog
from index.store.checkpoint import EmbeddingCheckpoint
from index.store.encoder import Encoder, Fetch
from index.store.fingerprint import OTHER_RULES, fingerprint, shape
from index.store.lock import wrap_file_errors
from index.store.manifest import GenerationEntry
from index.store.postgres.connection import Connection, Database, Statements, wrap_errors
from index.store.postgres.schema import (
    LEDGER,
    LEDGER_VERSION,
    TABLES_VERSION,
    create_ledger,
    drop_generation,
    schema_of,
    use,
)
from index.store.postgres.tables import PostgresCatalog, PostgresManifest
from index.store.postgres.transaction import PostgresTransaction
from index.store.postgres.view import vectors_of

PLACE = f"postgresql, tables {TABLES_VERSION}"
# The name of the lock among the server's numbers: "docent" in letters.
_LOCK = int.from_bytes(b"docent", "big")


class PostgresWriter:
    """Holds the server's lock on the connection that writes. Use it as a context manager."""

    def __init__(self, database: Database, data_dir: Path, embedder: Embedder, doing: str) -> None:
        """Remember where; vectors of slow models are set aside in the data folder."""
        self._database = database
        self._data_dir = data_dir
        self._embedder = embedder
        self._doing = doing
        self._connection: Connection | None = None
        self._run = 0
        self._outcome = "failed"
        self._counts: dict[str, object] = {}
        self._generation = 0

    def __enter__(self) -> PostgresWriter:
        """Take the lock and open the ledger. Raises StoreLocked, StoreUnusable."""
        with wrap_file_errors(self._data_dir):
            self._data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        with wrap_errors(self._database.where), contextlib.ExitStack() as unless_opened:
            self._connection = self._database.connect()
            unless_opened.callback(self._connection.close)
            self._db = Statements(self._connection)
            self.ledger = PostgresManifest(self._db)
            self._prepare()
            self._remove_half_made()
            self._generation = self.ledger.current()
            unless_opened.pop_all()
        return self

    def _prepare(self) -> None:
        """Take the lock, see that the tables are there, and sign."""
        (mine,) = self._db.execute("SELECT pg_try_advisory_lock(?)", (_LOCK,)).fetchone() or (0,)
        if not mine:
            raise StoreLocked("errors.store_locked", **self._holder())
        # A run may think for long between two statements, and one whose machine is gone must not
        # hold the lock for hours.
        for setting, value in (
            ("idle_in_transaction_session_timeout", "0"),
            ("statement_timeout", "0"),
            ("tcp_keepalives_idle", "30"),
            ("tcp_keepalives_interval", "10"),
            ("tcp_keepalives_count", "3"),
            ("client_connection_check_interval", "10s"),
        ):
            self._db.execute("SELECT set_config(?, ?, false)", (setting, value))
        try:
            create_ledger(self._db)
        except (psycopg.errors.FeatureNotSupported, psycopg.errors.UndefinedFile) as error:
            where = self._database.where
            raise StoreUnusable("errors.database_no_vector", where=where) from error
        self._db.execute(
            "SELECT set_config('search_path', ? || ', ' || current_setting('search_path'), false)",
            (LEDGER,),
        )
        if int(self.ledger.noted("version")) > LEDGER_VERSION:
            raise StoreUnusable("errors.store_newer", folder=self._database.where)
        since = datetime.now().astimezone().isoformat(timespec="seconds")
        process = f"{os.getpid()} on {socket.gethostname()}"
        entry = {"pid": process, "doing": self._doing, "since": since}
        self.ledger.note("writer", json.dumps(entry))

    def _holder(self) -> dict[str, object]:
        """Return the `pid`, `doing` and `since` of the process that writes."""
        unknown: dict[str, object] = {"pid": "?", "doing": "?", "since": "?"}
        with contextlib.suppress(psycopg.Error, ValueError):
            row = self._db.execute(
                f"SELECT value FROM {LEDGER}.about WHERE name = 'writer'"
            ).fetchone()
            return unknown | (json.loads(row[0]) if row else {})
        return unknown

    def __exit__(self, *_: object) -> None:
        """Write down how the run ended, and give the lock back with the connection."""
        if self._connection is None:
            return
        try:
            if self._run:
                # If even this cannot be written, the run looks like one that was cut off.
                with contextlib.suppress(psycopg.Error):
                    self.ledger.end_run(self._run, self._generation, self._outcome, **self._counts)
        finally:
            self._connection.close()

    def _remove_half_made(self) -> None:
        """Delete the generations that were never finished."""
        for entry in self.ledger.generations():
            if not entry.ready:
                self._remove(entry.number)

    def _remove(self, number: int) -> None:
        # Whoever still reads it lets the next run try again.
        with contextlib.suppress(psycopg.errors.LockNotAvailable):
            drop_generation(self._db, number)
            self.ledger.forget_generation(number)

    @property
    def _current(self) -> GenerationEntry | None:
        """Return the generation that answers, if it can be read with this model and schema."""
        entry = self.ledger.generation(self.ledger.current())
        return entry if entry and entry.shape == shape(self._embedder, PLACE) else None

    @property
    def is_up_to_date(self) -> bool:
        """Return True if the current generation was made by the same rules, and need not be new."""
        current = self._current
        return current is not None and current.fingerprint == fingerprint(self._embedder, PLACE)

    @contextlib.contextmanager
    def base(self) -> Iterator[Catalog | None]:
        """Give the catalog of the current generation, if this version can read it."""
        entry = self.ledger.generation(self.ledger.current())
        if entry is None or not entry.shape.endswith(PLACE):
            yield None
            return
        # Another connection, since a new generation is begun while this one is read.
        with self._database.pooled() as connection:
            db = Statements(connection)
            db.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            db.execute("SELECT set_config('idle_in_transaction_session_timeout', '0', true)")
            use(db, schema_of(entry.number))
            yield PostgresCatalog(db, entry.number)

    @contextlib.contextmanager
    def old_vectors(self) -> Iterator[Fetch | None]:
        """Give the vectors of the current generation by their keys, if they are of this model."""
        entry = self.ledger.generation(self.ledger.current())
        if entry is None or entry.model != self._embedder.name:
            yield None
            return
        schema = schema_of(entry.number)
        yield lambda keys: vectors_of(self._db, schema, keys)

    def _transaction(self, number: int, *, fresh: bool) -> PostgresTransaction:
        dimensions = self._embedder.dimensions
        checkpoint = EmbeddingCheckpoint(self._data_dir, self._embedder.name, dimensions)
        encoder = Encoder(self._embedder, checkpoint)
        where = self._database.where
        return PostgresTransaction(self._db, where, number, dimensions, encoder, fresh=fresh)

    def begin(self) -> PostgresTransaction:
        """Begin changing the current generation."""
        current = self._current
        if current is None:
            raise ValueError("there is no generation to change")
        self._run = self.ledger.begin_run(current.number)
        return self._transaction(current.number, fresh=False)

    def begin_generation(self, *, is_current: bool = True) -> PostgresTransaction:
        """Begin a generation beside the current one; `is_current`: by the rules of today."""
        self._run = self.ledger.begin_run(0)
        made_with = fingerprint(self._embedder, PLACE) if is_current else OTHER_RULES
        self._generation = self.ledger.add_generation(
            made_with, self._embedder.name, shape(self._embedder, PLACE)
        )
        return self._transaction(self._generation, fresh=True)

    def switch(self) -> None:
        """Let the new generation answer."""
        self.ledger.switch(self._generation)

    def earlier(self) -> int | None:
        """Return the generation before the current one, if this model and version can read it."""
        current = self.ledger.current()
        entries = [e for e in self.ledger.generations() if e.ready and e.number < current]
        if entries and entries[-1].shape == shape(self._embedder, PLACE):
            return entries[-1].number
        return None

    def switch_to(self, number: int) -> None:
        """Let another finished generation answer."""
        self.ledger.switch(number)

    def end(self, outcome: str, **counts: object) -> None:
        """Remember how the run ended; it is written down when the lock is given back."""
        self._outcome = outcome
        self._counts = counts

    def forget_old(self) -> None:
        """Delete every generation but the current one and the one before it."""
        current = self.ledger.current()
        older = [e.number for e in self.ledger.generations() if e.number < current]
        newer = [e.number for e in self.ledger.generations() if e.number > current]
        for number in [*older[:-1], *newer]:
            self._remove(number)
