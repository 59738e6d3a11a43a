"""The vectors of a catalog, in its own file: they come and go with its commits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from index.store.catalog import Catalog
from index.store.vectors import Matrix


class VectorTable:
    """Reads and writes vectors through the connection of a catalog, in the state that it sees."""

    def __init__(self, catalog: Catalog) -> None:
        """Take an open catalog; one that writes may change what is here."""
        self._catalog = catalog

    def put(self, vectors: Mapping[str, Matrix]) -> None:
        """Store vectors (dimensions,) of passages that have none."""
        rows = [(key, np.asarray(row, dtype="<f4").tobytes()) for key, row in vectors.items()]
        self._catalog.write_many("INSERT INTO vectors (key, vector) VALUES (?, ?)", rows)

    def remove(self, keys: Sequence[str]) -> None:
        """Delete the vectors of these keys."""
        rows = [(key,) for key in keys]
        self._catalog.write_many("DELETE FROM vectors WHERE key = ?", rows)

    def fetch(self, keys: Sequence[str]) -> dict[str, Matrix]:
        """Return the vectors of those keys that have one."""
        query = "SELECT key, vector FROM vectors WHERE key IN (...)"
        rows = self._catalog.select_for(query, keys)
        return {key: np.frombuffer(row, dtype="<f4") for key, row in rows}

    def after(self, number: int, most: int = -1) -> tuple[list[str], Matrix, int]:
        """Return the keys and vectors (n, dimensions) that came in after a number, and the last."""
        query = "SELECT number, key, vector FROM vectors WHERE number > ? ORDER BY number LIMIT ?"
        rows = self._catalog.select(query, (number, most))
        if not rows:
            return [], np.zeros((0, 0), dtype=np.float32), number
        matrix = np.frombuffer(b"".join(row for _, _, row in rows), dtype="<f4")
        return [key for _, key, _ in rows], matrix.reshape(len(rows), -1), rows[-1][0]

    def keys(self) -> set[str]:
        """Return every key that has a vector."""
        return {key for (key,) in self._catalog.select("SELECT key FROM vectors")}

    def count(self, up_to: int | None = None) -> int:
        """Return how many there are, of all or up to a number."""
        # The plus keeps SQLite from reading the vectors themselves instead of the index of keys.
        where, values = ("WHERE +number <= ?", (up_to,)) if up_to is not None else ("", ())
        return int(self._catalog.select(f"SELECT count(*) FROM vectors {where}", values)[0][0])
