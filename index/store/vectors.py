"""The one door to Chroma: vectors under keys, embedded in a folder or on a server.

Scores are cosine similarities, higher is better; distances stay inside this file.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from index.encoders.transformer import Matrix
from index.errors import StoreUnusable
from index.models import Hit
from index.store.vector_engine import EngineCollection

# Chroma rewrites its whole graph to disk after so many changes, and replays fewer than that from
# its log at every opening. At its least, a finished index replays nothing and is only read.
ALWAYS_REWRITE = 2
# At 100,000 passages these find 98 in a hundred of the true ten nearest, in 4 ms; Chroma's own
# (16, 100, 100) find 74. At 5,000 they find all.
GRAPH = {"space": "cosine", "max_neighbors": 32, "ef_construction": 100, "ef_search": 400}
_PAGE = 5_000
# Chroma's own client waits for a server without end.
_SERVER_PATIENCE_SECONDS = 30.0
_PING_PATIENCE_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class ChromaAddress:
    """Where a Chroma server is; the key is Chroma Cloud's."""

    host: str
    port: int = 8000
    ssl: bool = False
    api_key: str = field(default="", repr=False)

    def __str__(self) -> str:
        """Return how people write it."""
        return f"{'https' if self.ssl else 'http'}://{self.host}:{self.port}"


class Vectors:
    """One collection of Chroma. Reading is safe from any thread."""

    def __init__(self, client: Any, collection: Any, where: str) -> None:
        """Wrap an open collection; `where` names it in error messages."""
        self._client = client
        self._collection = collection
        self._where = where

    def close(self) -> None:
        """Give Chroma's files and connections back."""
        self._client.close()

    def nearest(self, vector: Matrix, limit: int) -> list[Hit]:
        """Return the keys whose vectors are nearest to this one (dimensions,), best first."""
        if limit <= 0:
            return []
        with wrap_errors(self._where):
            found = self._collection.query(
                query_embeddings=vector.reshape(1, -1), n_results=limit, include=["distances"]
            )
        pairs = zip(found["ids"][0], found["distances"][0], strict=True)
        return [Hit(key, 1.0 - float(distance)) for key, distance in pairs]

    def fetch(self, keys: Sequence[str]) -> dict[str, Matrix]:
        """Return the vectors of those keys that are stored."""
        found: dict[str, Matrix] = {}
        for start in range(0, len(keys), _PAGE):
            with wrap_errors(self._where):
                page = self._collection.get(
                    ids=list(keys[start : start + _PAGE]), include=["embeddings"]
                )
            rows = np.asarray(page["embeddings"], dtype=np.float32)
            found.update(zip(page["ids"], rows, strict=True))
        return found

    def replay(self) -> None:
        """Read once what Chroma's log holds beyond its graph: a single change, in a finished index.

        Two threads that came first together would each replay it, which makes two changes and so
        has the graph written to disk anew, in a folder that nobody may change.
        """
        with wrap_errors(self._where):
            self._collection.get(limit=1, include=["embeddings"])

    def count(self) -> int:
        """Return how many vectors are stored."""
        with wrap_errors(self._where):
            return int(self._collection.count())

    def keys(self) -> set[str]:
        """Return every key."""
        found: set[str] = set()
        while True:
            with wrap_errors(self._where):
                page = self._collection.get(include=[], limit=_PAGE, offset=len(found))["ids"]
            found.update(page)
            if len(page) < _PAGE:
                return found

    def add(self, keys: Sequence[str], vectors: Matrix) -> None:
        """Store vectors (n, dimensions) under their keys, in place of any that stand there."""
        with wrap_errors(self._where):
            step = min(self._client.get_max_batch_size(), _PAGE)
            for start in range(0, len(keys), step):
                self._collection.upsert(
                    ids=list(keys[start : start + step]), embeddings=vectors[start : start + step]
                )

    def delete(self, keys: Sequence[str]) -> None:
        """Delete what stands under these keys."""
        with wrap_errors(self._where):
            step = min(self._client.get_max_batch_size(), _PAGE)
            for start in range(0, len(keys), step):
                self._collection.delete(ids=list(keys[start : start + step]))

    def rewrite_after(self, changes: int) -> None:
        """Let the embedded Chroma write its graph to disk after so many changes.

        It heeds this when it loads the graph, which is at the first reading or writing.
        """
        with wrap_errors(self._where):
            self._collection.modify(configuration={"hnsw": {"sync_threshold": changes}})


def open_embedded(
    folder: Path, name: str, *, create: bool = False, rewrite_after: int = ALWAYS_REWRITE
) -> Vectors:
    """Open a collection kept in a folder, where Chroma notes every opening.

    Raises StoreUnusable if it is damaged, or the folder is full or for reading alone.

    One that is made is written to disk after so many changes.
    """
    graph = GRAPH | {"sync_threshold": rewrite_after} if create else None
    with wrap_errors(str(folder)):
        if create:
            folder.mkdir(parents=True, exist_ok=True)
        collection = EngineCollection(folder, name, graph)
    return Vectors(collection, collection, str(folder))


def open_server(address: ChromaAddress, name: str, *, create: bool = False) -> Vectors:
    """Open a collection on a server. Raises StoreUnusable if it cannot be reached."""
    with wrap_errors(str(address)), contextlib.ExitStack() as unless_opened:
        client = _server_client(address)
        unless_opened.callback(client.close)
        if create:
            collection = client.get_or_create_collection(
                name, embedding_function=None, configuration={"hnsw": GRAPH}
            )
        else:
            collection = client.get_collection(name, embedding_function=None)
        unless_opened.pop_all()
    return Vectors(client, collection, str(address))


def ping(address: ChromaAddress) -> None:
    """Ask a server whether it is there. Raises StoreUnusable."""
    import httpx  # chromadb's own

    headers = {"X-Chroma-Token": address.api_key} if address.api_key else {}
    with wrap_errors(str(address)):
        url = f"{address}/api/v2/heartbeat"
        httpx.get(url, headers=headers, timeout=_PING_PATIENCE_SECONDS).raise_for_status()


def drop_on_server(address: ChromaAddress, name: str) -> None:
    """Delete a collection of a server, if it is there."""
    import chromadb.errors

    with wrap_errors(str(address)):
        client = _server_client(address)
        try:
            with contextlib.suppress(chromadb.errors.NotFoundError):
                client.delete_collection(name)
        finally:
            client.close()


def _server_client(address: ChromaAddress) -> Any:
    """Return a client that does not wait for ever. Raises StoreUnusable."""
    # The client that Chroma makes waits without end while it is being made.
    ping(address)
    import chromadb
    from chromadb.config import Settings

    # Nothing is told to its makers, and our `.env` is not its own.
    values: dict[str, Any] = {"_env_file": None, "anonymized_telemetry": False}
    if address.api_key:
        values |= {
            "chroma_client_auth_provider": "chromadb.auth.token_authn.TokenAuthClientProvider",
            "chroma_client_auth_credentials": address.api_key,
            "chroma_auth_token_transport_header": "X-Chroma-Token",
            "chroma_overwrite_singleton_tenant_database_access_from_auth": True,
        }
    client: Any = chromadb.HttpClient(
        host=address.host, port=address.port, ssl=address.ssl, settings=Settings(**values)
    )
    # There are no public settings for these.
    session = client._server._session
    session.timeout = _SERVER_PATIENCE_SECONDS
    session.event_hooks = {"response": [_refuse_foreign]}
    return client


def _refuse_foreign(response: Any) -> None:
    """Raise httpx.HTTPStatusError for a failure that is not told in Chroma's own words.

    Chroma's client raises a bare Exception for those, of a proxy that has lost the server, say.
    """
    import chromadb.errors

    if response.status_code < 400:
        return
    response.read()
    try:
        kind = response.json()["error"]
    except (ValueError, KeyError, TypeError):
        kind = ""
    if kind not in chromadb.errors.error_types:
        response.raise_for_status()


@contextlib.contextmanager
def wrap_errors(where: str) -> Iterator[None]:
    """Turn what Chroma raises into StoreUnusable."""
    # What stands after `except` is only worked out when something was raised: importing it
    # takes long.
    try:
        yield
    except _refusals() as error:
        raise StoreUnusable("errors.store_refuses", where=where, reason=str(error)) from error
    except _connection_errors() as error:
        status = getattr(getattr(error, "response", None), "status_code", None)
        reason = f"HTTP {status}" if status else " ".join(str(error).split())
        key = "errors.store_refuses" if status in (401, 403) else "errors.store_away"
        reason = reason or type(error).__name__
        raise StoreUnusable(key, where=where, reason=reason) from error
    except _chroma_errors() as error:
        raise StoreUnusable("errors.vectors_unusable", where=where, reason=str(error)) from error
    except ValueError as error:
        # Chroma's client tells these apart by their words alone.
        keys = {"connect": "errors.store_away", "token": "errors.store_refuses"}
        fitting = (key for word, key in keys.items() if word in str(error))
        key = next(fitting, "errors.vectors_unusable")
        raise StoreUnusable(key, where=where, reason=str(error)) from error


def _refusals() -> tuple[type[Exception], ...]:
    import chromadb.errors

    return (chromadb.errors.ChromaAuthError, chromadb.errors.AuthorizationError)


def _connection_errors() -> tuple[type[Exception], ...]:
    import httpx  # chromadb's own

    return (httpx.HTTPError, httpx.InvalidURL)


def _chroma_errors() -> tuple[type[Exception], ...]:
    import chromadb.errors

    return (chromadb.errors.ChromaError, OSError, sqlite3.Error)
