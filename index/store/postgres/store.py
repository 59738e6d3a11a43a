"""The index in a PostgreSQL database, which any number of bots read and one at a time writes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import psycopg

from index.embedder import Embedder
from index.store.engine import Store
from index.store.lock import wrap_file_errors
from index.store.postgres.connection import Database, Statements, wrap_errors
from index.store.postgres.tables import LEDGER, PostgresCatalog, PostgresManifest
from index.store.postgres.view import PostgresView
from index.store.postgres.writer import PLACE, PostgresWriter, open_ledger

# What a reading sets for its own transaction. A server that hangs must not hold a thread for ever;
# the graph finds as much as Chroma's does, and goes on where a bound leaves too few.
_SETTINGS = {
    "statement_timeout": "'30s'",
    "hnsw.ef_search": "'400'",
    "hnsw.iterative_scan": "'relaxed_order'",
    # The planner does not know what it costs to unpack the terms of every passage.
    "enable_seqscan": "'off'",
    # Before version 18 a reading of a whole table that is left seems to cost so much by this that
    # the server would compile the statement first, which takes longer than any of ours.
    "jit": "'off'",
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


class PostgresStore(Store):
    """The index of one database and one model. Safe to use from any thread."""

    def __init__(self, url: str, data_dir: Path, embedder: Embedder) -> None:
        """Open nothing yet. Raises StoreUnusable where the address cannot be read."""
        self._database = Database(url)
        super().__init__(data_dir, embedder, PLACE, self._database.where)

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
    def _opened_view(self) -> Iterator[PostgresView | None]:
        """Give one state of the index."""
        with self._session() as db:
            try:
                number, made_with, _ = db.execute(_USE).fetchone() or (0, "", "")
            except _NO_LEDGER:
                # Before the first run.
                made_with = ""
            if made_with != self._shape:
                yield None
                return
            catalog = PostgresCatalog(db, number)
            yield PostgresView(number, catalog, db, self.name, self._embedder.dimensions)

    @contextmanager
    def _ledger(self) -> Iterator[PostgresManifest | None]:
        """Give the ledger for reading; None before the first run."""
        with self._session() as db:
            ((is_there,),) = db.execute("SELECT to_regclass('docent.about') IS NOT NULL")
            yield PostgresManifest(db) if is_there else None

    def stay(self, doing: str) -> None:
        """Do nothing: any number of processes answer from a database."""

    @contextmanager
    def writing(self, doing: str, *, repair: bool) -> Iterator[PostgresWriter]:
        """Give the writing side. Raises StoreLocked if another process writes, on any machine.

        There is nothing to `repair`.
        """
        with wrap_file_errors(self._data_dir):
            self._data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        with wrap_errors(self.name), closing(self._database.connect()) as connection:
            ledger = open_ledger(Statements(connection), self.name, doing)
            try:
                yield PostgresWriter(ledger, self._database, self._data_dir, self._embedder)
            finally:
                # A server may miss a closed connection only after the next run has begun.
                with suppress(psycopg.Error):
                    connection.execute("SELECT pg_advisory_unlock_all()")

    def probe(self) -> None:
        """Ask the server whether it is there. Raises StoreUnusable."""
        with self._database.pooled() as connection:
            connection.execute("SELECT 1")

    def size(self) -> int:
        """Return the bytes of the database."""
        with self._database.pooled() as connection:
            row = connection.execute("SELECT pg_database_size(current_database())").fetchone()
            return int(row[0]) if row else 0
