"""The steps of `scale.py` that need a PostgreSQL server: Docent's store in it, and LangChain's.

Each starts a server of its own, from the package that the tests use, and keeps what it writes safe
on disk as an installed one does.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.scale_steps import (  # noqa: E402
    Asked,
    Figures,
    asked_in_turn,
    filled,
    held,
    indexed,
    passages,
    plain_embeddings,
    run_step,
)
from index.embedder import Embedder  # noqa: E402
from index.library import Library  # noqa: E402
from retrieval.retriever import Retriever  # noqa: E402
from tests.postgres_server import PostgresServer  # noqa: E402

_BOTS = 4


@contextlib.contextmanager
def _server() -> Iterator[PostgresServer]:
    server = PostgresServer(fsync="on", shared_buffers="512MB")
    try:
        yield server
    finally:
        server.close()


def postgres(work: Path, embedder: Embedder) -> Figures:
    """Index the documents into a server, ask it, and let four bots ask at once."""
    with _server() as server:
        url = server.database()
        library = Library.open(work / "beside", embedder, database=url)
        figures = indexed(library, work) | {"disk_mb": round(library.status().size_bytes / 1e6)}
        known = Asked(embedder)
        search = Retriever(library, known).search
        figures |= asked_in_turn({"": lambda question: search(question, 10)})
        figures |= held(lambda question: search(question, 10))
        library.close()
        bots = [
            subprocess.Popen(
                [sys.executable, __file__, "bot", str(work), embedder.name.split("@")[0], url],
                stdout=subprocess.PIPE,
                text=True,
            )
            for _ in range(_BOTS)
        ]
        told = [json.loads(bot.communicate()[0].splitlines()[-1]) for bot in bots]
    for name in ("p50_ms", "p95_ms"):
        figures[f"bots_{name}"] = round(sum(each[name] for each in told) / _BOTS, 2)
    return figures


def bot(work: Path, embedder: Embedder, url: str) -> Figures:
    """Ask as one of several bots of a database."""
    known = Asked(embedder)
    search = Retriever(Library.open(work / "beside", embedder, database=url), known).search
    return asked_in_turn({"": lambda question: search(question, 10)})


def plain_postgres(work: Path, embedder: Embedder) -> Figures:
    """Put the same passages with the same vectors into LangChain's PostgreSQL store, and ask it."""
    if find_spec("langchain_postgres") is None:
        return {}
    from langchain_postgres import PGEngine, PGVectorStore

    with _server() as server:
        url = server.database().replace("postgresql://", "postgresql+psycopg://")
        engine = PGEngine.from_connection_string(url)
        engine.init_vectorstore_table("plain", embedder.dimensions)
        known = Asked(embedder)
        store: Any = PGVectorStore.create_sync(engine, plain_embeddings(known), "plain")
        figures = filled(lambda: store, passages(Library.open(work / "data", embedder)))
        return figures | asked_in_turn({"": lambda q: store.similarity_search(q, k=10)})


if __name__ == "__main__":
    run_step({"postgres": postgres, "bot": bot, "plain_postgres": plain_postgres}, sys.argv)
