"""The keys of a catalog's passages, under which terms and vectors stand, and the vectors."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from index.blocks import unpack_blocks
from index.encoders.transformer import Matrix
from index.models import Chunk
from index.store.catalog_bound import BoundCatalog
from index.units import window_of

# What `as_chunk` reads, of a chunk `c` and its article `a`.
CHUNK = "c.id, a.id, c.ordinal, c.text, c.start, c.end, c.path, c.blocks"
# Every chunk `c` joined with its article `a`, to select from.
CHUNKS = "articles a JOIN chunks c ON c.article = a.number"


def passage_key(head: str, text: str) -> str:
    """Return the name under which the vector and terms of a passage are stored.

    They are made of its window: `head` is the title and the headings above, `text` what is read.
    """
    return hashlib.blake2b(f"{head}\0{text}".encode(), digest_size=12).hexdigest()


def passage_key_of(chunk: Chunk, title: str) -> str:
    """Return the key of a passage of an article of this title."""
    window = window_of(chunk, title)
    return passage_key(window.head, window.text)


class KeyedCatalog(BoundCatalog):
    """What a catalog knows of the keys of its passages, and their vectors."""

    def keys_of(self, article_id: str) -> dict[str, str]:
        """Return the first chunk id of every key of an article."""
        query = f"SELECT c.key, c.id FROM {CHUNKS} WHERE a.id = ? ORDER BY c.ordinal DESC"
        return dict(self.select(query, (article_id,)))

    def expand(self, keys: Sequence[str]) -> dict[str, str]:
        """Return the chunk id of every key that exists: the first in the folder's order."""
        # The last one of a key stays.
        return dict(
            self.select_for(
                f"SELECT c.key, c.id FROM {CHUNKS} WHERE c.key IN (...) "
                "ORDER BY a.source DESC, a.position DESC, c.ordinal DESC",
                keys,
            )
        )

    def known(self, keys: Sequence[str]) -> set[str]:
        """Return those of the keys that some passage has."""
        query = "SELECT DISTINCT key FROM chunks WHERE key IN (...)"
        return {key for (key,) in self.select_for(query, keys)}

    def having_vectors(self, keys: Sequence[str]) -> set[str]:
        """Return those of the keys that have a vector."""
        query = "SELECT key FROM vectors WHERE key IN (...)"
        return {key for (key,) in self.select_for(query, keys)}

    def keys(self) -> Iterator[str]:
        """Yield every key once, in order."""
        for (key,) in self._read("SELECT DISTINCT key FROM chunks ORDER BY key"):
            yield key

    def keys_since(self, row: int = 0) -> tuple[list[str], int]:
        """Return every key once that came in after a row, as they came, and the last row."""
        rows = self._read(
            "SELECT key, rowid FROM chunks c WHERE rowid > ? AND NOT EXISTS "
            "(SELECT 1 FROM chunks e WHERE e.key = c.key AND e.rowid < c.rowid) ORDER BY rowid",
            (row,),
        ).fetchall()
        (last,) = self._read("SELECT coalesce(max(rowid), 0) FROM chunks").fetchone()
        return [key for key, _ in rows], last

    def key_count(self) -> int:
        """Return the number of different keys."""
        return int(self._read("SELECT count(DISTINCT key) FROM chunks").fetchone()[0])

    def keyed_texts(self, keys: Sequence[str]) -> dict[str, tuple[str, str]]:
        """Return the head and the text that each key stands for, as a model reads them."""
        found: dict[str, tuple[str, str]] = {}
        query = f"SELECT c.key, a.title, {CHUNK} FROM {CHUNKS} WHERE c.key IN (...)"
        for key, title, *row in self.select_for(query, keys):
            window = window_of(as_chunk(row), title)
            found[key] = window.head, window.text
        return found

    def fetch_vectors(self, keys: Sequence[str]) -> dict[str, Matrix]:
        """Return the vectors of those keys that have one."""
        rows = self.select_for("SELECT key, vector FROM vectors WHERE key IN (...)", keys)
        return {key: np.frombuffer(row, dtype="<f4") for key, row in rows}

    def vectors_after(self, number: int, most: int = -1) -> tuple[list[str], Matrix, int]:
        """Return the keys and vectors (n, dimensions) that came in after a number, and the last."""
        query = "SELECT number, key, vector FROM vectors WHERE number > ? ORDER BY number LIMIT ?"
        rows = self.select(query, (number, most))
        if not rows:
            return [], np.zeros((0, 0), dtype=np.float32), number
        matrix = np.frombuffer(b"".join(row for _, _, row in rows), dtype="<f4")
        return [key for _, key, _ in rows], matrix.reshape(len(rows), -1), rows[-1][0]

    def vector_count(self, up_to: int | None = None) -> int:
        """Return how many vectors there are, of all or up to a number."""
        # The plus keeps SQLite from reading the vectors themselves instead of the index of keys.
        where, values = ("WHERE +number <= ?", (up_to,)) if up_to is not None else ("", ())
        return int(self.select(f"SELECT count(*) FROM vectors {where}", values)[0][0])


def as_chunk(row: Sequence[Any]) -> Chunk:
    """Return the passage that a row of `CHUNK` holds."""
    path, blocks = tuple(json.loads(row[-2])), unpack_blocks(row[-1])
    return replace(Chunk(*row[:-2]), path=path, blocks=blocks)
