"""The keys of the passages of a catalog: the names under which their vectors and terms stand."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from index.blocks import unpack_blocks
from index.models import Chunk
from index.store.catalog_bound import BoundCatalog
from index.units import window_of

# What `as_chunk` reads, of a chunk `c` and its article `a`.
CHUNK = "c.id, a.id, c.ordinal, c.text, c.start, c.end, c.path, c.blocks"
# SQLite's own limit on variables in one statement is 32,766; this keeps statements small.
_MOST_VALUES = 500


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
    """What a catalog knows of the keys of its passages."""

    def keys_of(self, article_id: str) -> dict[str, str]:
        """Return the first chunk id of every key of an article."""
        rows = self._read(
            "SELECT c.key, c.id FROM articles a JOIN chunks c ON c.article = a.number "
            "WHERE a.id = ? ORDER BY c.ordinal DESC",
            (article_id,),
        )
        return dict(rows.fetchall())

    def expand(self, keys: Sequence[str]) -> dict[str, str]:
        """Return the chunk id of every key that exists: the first in the folder's order."""
        found: dict[str, str] = {}
        for some in batches(keys):
            rows = self._read(
                "SELECT c.key, c.id FROM chunks c JOIN articles a ON a.number = c.article "
                f"WHERE c.key IN ({marks(some)}) "
                "ORDER BY a.source DESC, a.position DESC, c.ordinal DESC",
                some,
            )
            # The last one of a key stays.
            found.update(rows.fetchall())
        return found

    def known(self, keys: Sequence[str]) -> set[str]:
        """Return those of the keys that some passage has."""
        found: set[str] = set()
        for some in batches(keys):
            rows = self._read(f"SELECT DISTINCT key FROM chunks WHERE key IN ({marks(some)})", some)
            found.update(key for (key,) in rows)
        return found

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
        for some in batches(keys):
            rows = self._read(
                f"SELECT c.key, a.title, {CHUNK} FROM chunks c JOIN articles a "
                f"ON a.number = c.article WHERE c.key IN ({marks(some)})",
                some,
            )
            for key, title, *row in rows:
                window = window_of(as_chunk(row), title)
                found[key] = window.head, window.text
        return found


def as_chunk(row: Sequence[Any]) -> Chunk:
    """Return the passage that a row of `CHUNK` holds."""
    path, blocks = tuple(json.loads(row[-2])), unpack_blocks(row[-1])
    return replace(Chunk(*row[:-2]), path=path, blocks=blocks)


def batches(values: Iterable[str]) -> Iterator[list[str]]:
    """Yield the values in lists that one statement can take."""
    listed = list(values)
    for start in range(0, len(listed), _MOST_VALUES):
        yield listed[start : start + _MOST_VALUES]


def marks(values: Sequence[object]) -> str:
    """Return a variable of a statement for each value."""
    return ", ".join("?" * len(values))
