"""One run's changes in the database: one transaction, which a killed writer leaves undone."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import suppress

import numpy as np
import psycopg

from index.store.encoder import Encoder, Fetch, Texts
from index.store.engine_writer import Switch, Transaction
from index.store.postgres.connection import Statements
from index.store.postgres.tables import PostgresCatalogWriter, create_search_indexes
from index.store.postgres.terms import Lengths, Stage, count_terms
from index.store.postgres.view import literals
from language.terms import index_terms

# Passages whose terms are counted anew at a time.
_BATCH = 500


class PostgresTransaction(Transaction):
    """The changes of one run. Use it as a context manager: what is not committed is undone."""

    def __init__(
        self,
        db: Statements,
        number: int,
        dimensions: int,
        encoder: Encoder,
        switch: Switch | None,
    ) -> None:
        """Take the writer's connection, in a transaction that uses the generation's tables."""
        super().__init__(PostgresCatalogWriter(db, number), encoder, switch)
        self._db = db
        self._dimensions = dimensions
        self._stage = Stage()
        self._added: list[str] = []

    def __exit__(self, *_: object) -> None:
        """Undo what is not committed."""
        self._stage.close()
        # Where the connection is broken, the server does so itself.
        with suppress(psycopg.Error):
            self._db.connection.rollback()

    def _write(self, keys: Sequence[str], texts: Texts, fetch: Fetch | None) -> None:
        vectors = self._encoder.vectors(keys, texts, fetch)
        rows = literals(np.stack([vectors[key] for key in keys]))
        self._db.copy("vectors (key, vector)", zip(keys, rows, strict=True))
        for key in keys:
            self._stage.add(key, index_terms(*texts[key]))
        if not self._switch:
            self._added += keys

    def commit(self) -> None:
        """Let the changes answer, all at once; a new generation takes the place of the old."""
        self._store_terms(self._delete_stale())
        if self._switch:
            create_search_indexes(self._db, self._dimensions)
            self._switch()
        if self._changed or self._switch:
            self.catalog.set_counts()
            # A copy of the server that is behind may take over: no number comes twice.
            self.catalog.set_fact("revision", str(max(self.catalog.revision + 1, time.time_ns())))
        self._db.execute("COMMIT")

    def _delete_stale(self) -> Lengths:
        """Delete what no passage refers to; return its lengths."""
        gone = Lengths()
        if stale := self._unreferenced():
            count_terms(self._db, stale, -1)
            self._db.execute("DELETE FROM vectors WHERE key = ANY(?)", (stale,))
            deleted = "DELETE FROM postings WHERE key = ANY(?) RETURNING lengths"
            for (lengths,) in self._db.execute(deleted, (stale,)):
                gone = gone.plus(1, lengths)
        return gone

    def _store_terms(self, gone: Lengths) -> None:
        """Store the counted terms, all of them anew where the fields have become much longer."""
        before = Lengths.read(self.catalog.fact("lengths"))
        lengths = before.plus(self._stage.count, self._stage.totals)
        lengths = lengths.plus(-gone.passages, [-total for total in gone.totals])
        anew = lengths.are_off()
        if anew:
            lengths = lengths.measured()
            self._count_others()
        rows = self._stage.rows(lengths.averages)
        self._db.copy("postings (key, ids, lengths, weights)", rows)
        count_terms(self._db, None if anew else self._added)
        self.catalog.set_fact("lengths", lengths.written())

    def _count_others(self) -> None:
        """Count the terms of all that is stored already, in place of its weights."""
        rows = self._db.execute("DELETE FROM postings RETURNING key").fetchall()
        keys = [key for (key,) in rows]
        for start in range(0, len(keys), _BATCH):
            for key, text in self.catalog.keyed_texts(keys[start : start + _BATCH]).items():
                self._stage.add(key, index_terms(*text))
