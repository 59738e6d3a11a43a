"""The index in a PostgreSQL database, which any number of bots read and one at a time writes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg

from index.embedder import Embedder
from index.store.fingerprint import shape
from index.store.manifest import Run
from index.store.postgres.connection import Database, Statements, wrap_errors
from index.store.postgres.schema import LEDGER
from index.store.postgres.tables import PostgresCatalog, PostgresManifest
from index.store.postgres.view import PostgresView
from index.store.postgres.writer import PLACE, PostgresWriter
from index.store.protocol import StoreWriter

# What a reading sets for its own transaction. A server that hangs must not hold a thread for ever;
# the graph finds as much as Chroma's does, and goes on where a bound leaves too few.
_SETTINGS = {
    "statement_timeout": "'30s'",
    "hnsw.ef_search": "'400'",
    "hnsw.iterative_scan": "'relaxed_order'",
    "search_path": f"'{LEDGER}, ' || current_setting('search_path')",
}
# One message to the server: each costs a question its way there and back.
_BEGIN = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SELECT " + ", ".join(
    f"set_config('{name}', {value}, true)" for name, value in _SETTINGS.items()
)
# The generation that answers, whose tables are read from then on.
_USE = f"""SELECT g.number, g.shape, set_config(
    'search_path', '{LEDGER}_g' || g.number || ', ' || current_setting('search_path'), true
) FROM generations g JOIN about a ON a.name = 'current' AND a.value = g.number::text"""
_NO_LEDGER = (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName)


class PostgresStore:
    """The index of one database and one model. Safe to use from any thread."""

    def __init__(self, url: str, data_dir: Path, embedder: Embedder) -> None:
        """Open nothing yet. Raises StoreUnusable where the address cannot be read."""
        self._database = Database(url)
        self._data_dir = data_dir
        self._embedder = embedder
        self._thread = threading.local()

    @property
    def name(self) -> str:
        """Return the address without name and password."""
        return str(self._database)

    def close(self) -> None:
        """Give the connections back."""
        self._database.close()

    @contextmanager
    def _session(self) -> Iterator[Statements]:
        """Give a connection that sees one state of the ledger."""
        with self._database.pooled() as connection:
            db = Statements(connection)
            db.execute(_BEGIN)
            yield db
            db.execute("ROLLBACK")

    @contextmanager
    def view(self) -> Iterator[PostgresView | None]:
        """Give one state of the index, the same to whoever asks inside the block."""
        outer: PostgresView | None = getattr(self._thread, "view", None)
        if outer is not None:
            with wrap_errors(self.name):
                yield outer
            return
        with self._session() as db:
            view = self._viewed(db)
            self._thread.view = view
            try:
                yield view
            finally:
                self._thread.view = None

    def _viewed(self, db: Statements) -> PostgresView | None:
        try:
            number, made_with, _ = db.execute(_USE).fetchone() or (0, "", "")
        except _NO_LEDGER:
            # Before the first run.
            return None
        if made_with != shape(self._embedder, PLACE):
            return None
        catalog = PostgresCatalog(db, number)
        return PostgresView(db, self.name, number, self._embedder.dimensions, catalog)

    def current(self) -> int:
        """Return the number of the generation that answers; 0 if there is none."""
        with self.view() as view:
            return view.number if view else 0

    def has_any(self) -> bool:
        """Return True if a finished generation is there, whatever it was made with."""
        with self._session() as db, suppress(*_NO_LEDGER):
            return bool(PostgresManifest(db).current())
        return False

    def last_run(self) -> Run | None:
        """Return the latest indexing run that has ended."""
        outer: PostgresView | None = getattr(self._thread, "view", None)
        if outer is not None:
            return PostgresManifest(outer.db).last_run()
        with self._session() as db, suppress(*_NO_LEDGER):
            return PostgresManifest(db).last_run()
        return None

    def stay(self, doing: str) -> None:
        """Do nothing: any number of processes answer from a database."""

    @contextmanager
    def writing(self, doing: str, *, repair: bool) -> Iterator[StoreWriter]:
        """Give the writing side. Raises StoreLocked if another process writes, on any machine."""
        writer = PostgresWriter(self._database, self._data_dir, self._embedder, doing)
        with wrap_errors(self.name), writer:
            yield writer

    def probe(self) -> None:
        """Ask the server whether it is there. Raises StoreUnusable."""
        with self._database.pooled() as connection:
            connection.execute("SELECT 1")

    def size(self) -> int:
        """Return the bytes of the database."""
        with self._database.pooled() as connection:
            row = connection.execute("SELECT pg_database_size(current_database())").fetchone()
            return int(row[0]) if row else 0
