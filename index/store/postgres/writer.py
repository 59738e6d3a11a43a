"""The writing side of the database: one at a time on any machine, by a lock of the server."""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import psycopg

from index.embedder import Embedder
from index.errors import StoreLocked, StoreUnusable
from index.store.catalog import Catalog
from index.store.encoder import Encoder, Fetch
from index.store.engine_writer import StoreWriter, Switch
from index.store.lock import signed, signer
from index.store.postgres.connection import Database, Statements
from index.store.postgres.tables import (
    LEDGER,
    LEDGER_VERSION,
    TABLES_VERSION,
    PostgresCatalog,
    PostgresManifest,
    create_generation,
    create_ledger,
    drop_generation,
    schema_of,
    use,
)
from index.store.postgres.transaction import PostgresTransaction

PLACE = f"postgresql, tables {TABLES_VERSION}"
# The name of the lock among the server's numbers: "docent" in letters.
_LOCK = int.from_bytes(b"docent", "big")
# A run may think for long between two statements, and one whose machine is gone must not hold the
# lock for hours.
_SETTINGS = {
    "idle_in_transaction_session_timeout": "0",
    "statement_timeout": "0",
    "tcp_keepalives_idle": "30",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "3",
    "client_connection_check_interval": "10s",
}


def open_ledger(db: Statements, where: str, doing: str) -> PostgresManifest:
    """Take the server's lock, which goes with the connection; see that the ledger is there; sign.

    Raises StoreLocked, StoreUnusable.
    """
    ledger = PostgresManifest(db)
    (mine,) = db.execute("SELECT pg_try_advisory_lock(?)", (_LOCK,)).fetchone() or (0,)
    if not mine:
        raise StoreLocked("errors.store_locked", **_holder(db))
    for setting, value in _SETTINGS.items():
        db.execute("SELECT set_config(?, ?, false)", (setting, value))
    try:
        create_ledger(db)
    except (psycopg.errors.FeatureNotSupported, psycopg.errors.UndefinedFile) as error:
        raise StoreUnusable("errors.database_no_vector", where=where) from error
    if int(ledger.noted("version")) > LEDGER_VERSION:
        raise StoreUnusable("errors.store_newer", folder=where)
    process = f"{os.getpid()} on {socket.gethostname()}"
    ledger.note("writer", signed(process, doing))
    return ledger


def _holder(db: Statements) -> dict[str, object]:
    """Return the `pid`, `doing` and `since` of the process that writes."""
    row = None
    with contextlib.suppress(psycopg.Error):
        row = db.execute(f"SELECT value FROM {LEDGER}.about WHERE name = 'writer'").fetchone()
    return signer(row[0] if row else "")


class PostgresWriter(StoreWriter):
    """Writes on the connection that holds the server's lock."""

    ledger: PostgresManifest

    def __init__(
        self, ledger: PostgresManifest, database: Database, data_dir: Path, embedder: Embedder
    ) -> None:
        """Take the ledger, and the database for reading beside it."""
        self._db = ledger.db
        self._database = database
        super().__init__(ledger, data_dir, embedder, PLACE)

    def _remove(self, number: int) -> None:
        # Whoever still reads it lets the next run try again. A rollback must not find a
        # generation in the ledger whose tables are gone.
        self._db.execute("BEGIN")
        try:
            drop_generation(self._db, number)
            self.ledger.forget_generation(number)
            self._db.execute("COMMIT")
        except psycopg.errors.LockNotAvailable:
            self._db.execute("ROLLBACK")

    @contextlib.contextmanager
    def base(self) -> Iterator[Catalog | None]:
        """Give the catalog of the current generation, if this version can read it."""
        entry = self._current
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
        entry = self._current
        is_ours = entry and entry.model == self._embedder.name
        yield PostgresCatalog(self._db, entry.number).fetch_vectors if entry and is_ours else None

    def _begin(self, number: int, encoder: Encoder, switch: Switch | None) -> PostgresTransaction:
        self._db.execute("BEGIN")
        if switch:
            create_generation(self._db, number, self._embedder.dimensions)
        else:
            use(self._db, schema_of(number))
        return PostgresTransaction(self._db, number, self._embedder.dimensions, encoder, switch)
