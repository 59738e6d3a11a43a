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
from index.store.encoder import Fetch
from index.store.ledger_writer import LedgerWriter
from index.store.lock import wrap_file_errors
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


class PostgresWriter(LedgerWriter):
    """Holds the server's lock on the connection that writes. Use it as a context manager."""

    ledger: PostgresManifest

    def __init__(self, database: Database, data_dir: Path, embedder: Embedder, doing: str) -> None:
        """Remember where; vectors of slow models are set aside in the data folder."""
        super().__init__(data_dir, embedder, PLACE)
        self._database = database
        self._doing = doing
        self._connection: Connection | None = None

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

    def _remove(self, number: int) -> None:
        # Whoever still reads it lets the next run try again.
        with contextlib.suppress(psycopg.errors.LockNotAvailable):
            drop_generation(self._db, number)
            self.ledger.forget_generation(number)

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
        dimensions, where = self._embedder.dimensions, self._database.where
        encoder = self._encoder()
        return PostgresTransaction(self._db, where, number, dimensions, encoder, fresh=fresh)

    def begin(self) -> PostgresTransaction:
        """Begin changing the current generation."""
        return self._transaction(self._begin_run(), fresh=False)

    def begin_generation(self, *, is_current: bool = True) -> PostgresTransaction:
        """Begin a generation beside the current one; `is_current`: by the rules of today."""
        return self._transaction(self._add_generation(is_current=is_current), fresh=True)
