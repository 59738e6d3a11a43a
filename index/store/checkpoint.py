"""Encoded vectors set aside while a run goes on, so that one that is cut off need not begin anew.

Only slow models are worth it. They lie in a file of SQLite, with a commit for each batch.
"""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from index.encoders.transformer import Matrix
from index.store.catalog_bound import rows_for
from index.store.lock import wrap_file_errors
from index.store.sqlite import connect, wrap_errors

_SCHEMA = "CREATE TABLE IF NOT EXISTS vectors (key TEXT PRIMARY KEY, vector BLOB NOT NULL)"


class EmbeddingCheckpoint:
    """The vectors of one model that no finished run has taken over yet."""

    def __init__(self, folder: Path, model: str, dimensions: int) -> None:
        """Name the file after the model."""
        name = hashlib.blake2b(f"{model}|{dimensions}".encode(), digest_size=8).hexdigest()
        self._folder = folder
        self._path = folder / f"encoded-{name}.sqlite"

    def fetch(self, keys: Sequence[str]) -> dict[str, Matrix]:
        """Return the vectors of those keys that were set aside; of a damaged file, none."""
        if not self._path.exists():
            return {}
        query = "SELECT key, vector FROM vectors WHERE key IN (...)"
        try:
            with contextlib.closing(connect(self._path)) as database:
                rows = list(rows_for(database.execute, query, keys))
        except sqlite3.DatabaseError:
            self.clear()
            return {}
        return {key: np.frombuffer(row, dtype="<f4") for key, row in rows}

    def append(self, keys: Sequence[str], vectors: Matrix) -> None:
        """Set vectors (n, dimensions) aside."""
        rows = [row.tobytes() for row in np.asarray(vectors, dtype="<f4")]
        with wrap_errors(self._folder), contextlib.closing(connect(self._path)) as database:
            database.execute(_SCHEMA)
            database.execute("BEGIN")
            insert = "INSERT OR REPLACE INTO vectors VALUES (?, ?)"
            database.executemany(insert, zip(keys, rows, strict=True))
            database.execute("COMMIT")

    def clear(self) -> None:
        """Delete what is set aside, of this model and of any other."""
        with wrap_file_errors(self._folder):
            for path in self._folder.glob("encoded-*.*"):
                path.unlink(missing_ok=True)
