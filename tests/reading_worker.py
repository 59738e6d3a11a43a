"""A process that reads an index without end, for a test that kills it."""

from __future__ import annotations

import time
from pathlib import Path

from index.library import Library
from tests.fakes import HashEmbedder


def read(data: Path, database: str) -> None:
    """Ask for passages, and stay within the reading for a while."""
    embedder = HashEmbedder()
    library = Library.open(data, embedder, database=database)
    vector = embedder.encode_queries(["Town 3 has 21 lamps"])[0]
    while True:
        with library.reading():
            hits = library.nearest(vector, 8) + library.matching([("terms", "lamps", 1.0)], 8)
            library.chunks([hit.chunk_id for hit in hits])
            time.sleep(0.05)


def write_for_ever(data: Path, database: str) -> None:
    """Hold the writer's lock in one statement that does not end."""
    library = Library.open(data, HashEmbedder(), database=database)
    with library.writing("writing for ever") as writer:
        writer.ledger._db.execute("SELECT pg_sleep(3600)")
