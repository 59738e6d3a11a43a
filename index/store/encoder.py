"""Vectors for passages: fetched where they are known, encoded where they are not.

Those of a slow model are set aside while a run goes on, so that one that is cut off need not begin
anew: in a file of SQLite, with a commit for each batch.
"""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from index.embedder import Embedder
from index.encoders.transformer import Matrix
from index.store.catalog_bound import rows_for
from index.store.lock import wrap_file_errors
from index.store.sqlite import connect, wrap_errors

# The head and text that each key stands for.
Texts = Mapping[str, tuple[str, str]]
# Returns those vectors that it knows.
Fetch = Callable[[Sequence[str]], dict[str, Matrix]]

# Vectors of a model that needs longer for a passage are set aside until the run is complete.
_SLOW_SECONDS = 0.002
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


class Encoder:
    """Encodes the passages of one run, and counts them."""

    def __init__(self, embedder: Embedder, folder: Path) -> None:
        """Take the model, and the folder where the vectors of a slow one are set aside."""
        self._embedder = embedder
        self.checkpoint = EmbeddingCheckpoint(folder, embedder.name, embedder.dimensions)
        self.encoded = 0

    def vectors(self, keys: Sequence[str], texts: Texts, fetch: Fetch | None) -> dict[str, Matrix]:
        """Return a vector for every key; `fetch` may know some."""
        found = fetch(keys) if fetch else {}
        found.update(self.checkpoint.fetch([key for key in keys if key not in found]))
        found.update(self._encoded([key for key in keys if key not in found], texts))
        return found

    def _encoded(self, keys: Sequence[str], texts: Texts) -> dict[str, Matrix]:
        if not keys:
            return {}
        began = time.monotonic()
        listed = ["\n".join(texts[key]) for key in keys]
        rows = np.asarray(self._embedder.encode_documents(listed), dtype=np.float32)
        self.encoded += len(keys)
        if time.monotonic() - began > _SLOW_SECONDS * len(keys):
            self.checkpoint.append(keys, rows)
        return dict(zip(keys, rows, strict=True))
