"""An embedded collection through Chroma's engine itself, without its Python client.

Importing the client takes a second of processor time, as much as a question in the terminal or a
run over a thousand passages. The engine is what the client calls; Chroma's version is pinned.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

# What Chroma's client uses where no other are named.
_WHERE = ("default_tenant", "default_database")
# Each open graph has five files; Chroma derives the number from the limit of open files.
_OPEN_GRAPHS = 16


class EngineCollection:
    """The few calls of Chroma's `Collection` that are needed, with its arguments and results."""

    def __init__(self, folder: Path, name: str, graph: Mapping[str, object] | None = None) -> None:
        """Open a collection in its folder.

        With `graph`, its settings, it is made if need be; otherwise raises
        chromadb.errors.NotFoundError if it is not there.
        """
        import chromadb_rust_bindings as engine  # type: ignore[import-untyped]

        self._engine = engine.Bindings(
            allow_reset=False,
            sqlite_db_config=engine.SqliteDBConfig(
                url=str(folder / "chroma.sqlite3"),
                hash_type=engine.MigrationHash.MD5,
                migration_mode=engine.MigrationMode.Apply,
            ),
            persist_path=str(folder),
            hnsw_cache_size=_OPEN_GRAPHS,
        )
        if graph:
            kind = {"embedding_function": {"type": "legacy"}}
            settings = json.dumps({"hnsw": dict(graph), "spann": None, **kind})
            made = self._engine.create_collection(name, settings, None, None, True, *_WHERE)
        else:
            made = self._engine.get_collection(name, *_WHERE)
        self._id = str(made.id)

    def query(
        self, query_embeddings: Any, n_results: int, include: Sequence[str]
    ) -> dict[str, Any]:
        """Return the ids and distances of the nearest vectors, a list for each query."""
        found = self._engine.query(
            self._id, None, list(query_embeddings), n_results, None, None, list(include), *_WHERE
        )
        return {"ids": found.ids, "distances": found.distances}

    def get(
        self,
        ids: list[str] | None = None,
        include: Sequence[str] = (),
        limit: int | None = None,
        offset: int = 0,
    ) -> dict[str, Any]:
        """Return vectors by their ids, or a page of all."""
        found = self._engine.get(self._id, ids, None, limit, offset, None, list(include), *_WHERE)
        return {"ids": found.ids, "embeddings": np.asarray(found.embeddings or [])}

    def count(self) -> int:
        """Return how many vectors are stored."""
        return int(self._engine.count(self._id, *_WHERE))

    def upsert(self, ids: list[str], embeddings: Any) -> None:
        """Store vectors under their ids."""
        self._engine.upsert(self._id, ids, list(embeddings), None, None, None, *_WHERE)

    def delete(self, ids: list[str]) -> None:
        """Delete what stands under these ids."""
        self._engine.delete(self._id, ids, None, None, None, *_WHERE)

    def modify(self, configuration: Mapping[str, object]) -> None:
        """Change settings of the graph."""
        settings = {**configuration, "spann": None, "embedding_function": None}
        self._engine.update_collection(self._id, None, None, json.dumps(settings))

    def get_max_batch_size(self) -> int:
        """Return how many vectors may be stored or deleted at a time."""
        return int(self._engine.get_max_batch_size())

    def close(self) -> None:
        """Let go of the files."""
        del self._engine
