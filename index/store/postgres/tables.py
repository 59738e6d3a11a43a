"""Catalog and ledger in PostgreSQL: the same statements as in SQLite, over another connection."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from index.encoders.transformer import Matrix
from index.store.catalog import Catalog
from index.store.catalog_schema import SCHEMA_VERSION
from index.store.catalog_writer import CatalogWriter
from index.store.manifest import IndexManifest
from index.store.postgres.connection import Statements
from index.store.postgres.schema import schema_of


class PostgresCatalog(Catalog):
    """The catalog of one generation, in the transaction of a connection."""

    def __init__(self, db: Statements, number: int) -> None:
        """Take a connection that uses the tables of the generation."""
        self._db: Any = db
        self._whole = schema_of(number)

    def close(self) -> None:
        """Leave the connection to whoever opened it."""

    @property
    def schema(self) -> int:
        """Return the version that the columns have the meaning of."""
        return SCHEMA_VERSION

    def fetch_vectors(self, keys: Sequence[str]) -> dict[str, Matrix]:
        """Return the vectors of those keys that have one."""
        query = f"SELECT key, vector::real[] FROM {self._whole}.vectors WHERE key = ANY(?)"
        rows = self._db.execute(query, (list(keys),))
        return {key: np.asarray(vector, dtype=np.float32) for key, vector in rows}


class PostgresCatalogWriter(PostgresCatalog, CatalogWriter):
    """The catalog of the generation that a run changes; its transaction is the run's."""


class PostgresManifest(IndexManifest):
    """The ledger. The connection uses its tables."""

    def __init__(self, db: Statements) -> None:
        """Take an open connection."""
        self.db = db
        self._db: Any = db

    def close(self) -> None:
        """Leave the connection to whoever opened it."""

    @contextmanager
    def _commit(self) -> Iterator[None]:
        with self._db.connection.transaction():
            yield
