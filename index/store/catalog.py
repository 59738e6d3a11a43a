"""The catalog of one generation: a passage exists when this file's last commit says so.

Vectors and terms are stored under a passage's `key`, a function of what they are made from, so
that equal passages share them, a renamed file keeps them, and an old and a new version of an
article stand beside each other until the commit decides.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from config.phrases import Told
from index.blocks import unpack_blocks
from index.models import Article, ArticleHead, Chunk, FailedSource
from index.store.catalog_bound import BoundCatalog
from index.store.copies import ALIKE, bands, likeness
from index.store.sqlite import connect
from index.units import window_of

_ARTICLE = (
    "a.id, a.source, a.title, t.text, a.kicker, a.subtitle, a.byline, a.date, a.section, a.url"
)
_HEAD = "a.id, a.source, a.title, a.kicker, a.subtitle, a.byline, a.date, a.section, a.url"
_ARTICLES = "articles a JOIN texts t ON t.article = a.number"
_CHUNK = "c.id, a.id, c.ordinal, c.text, c.start, c.end, c.path, c.blocks"
# The version of the schema from which on passages hold their blocks.
_BLOCKS_SINCE = 3
# SQLite's own limit on variables in one statement is 32,766; this keeps statements small.
_MOST_VALUES = 500


@dataclass(frozen=True, slots=True)
class DocumentEntry:
    """A file as the last run saw it; `hash` is that of its bytes."""

    source: str
    size: int
    mtime_ns: int
    ctime_ns: int
    seen_ns: int
    hash: str


@dataclass(frozen=True, slots=True)
class ArticleEntry:
    """An article and how many passages it has."""

    article: ArticleHead
    passages: int


def passage_key(head: str, text: str) -> str:
    """Return the name under which the vector and terms of a passage are stored.

    They are made of its window: `head` is the title and the headings above, `text` what is read.
    """
    return hashlib.blake2b(f"{head}\0{text}".encode(), digest_size=12).hexdigest()


def passage_key_of(chunk: Chunk, title: str) -> str:
    """Return the key of a passage of an article of this title."""
    window = window_of(chunk, title)
    return passage_key(window.head, window.text)


class Catalog(BoundCatalog):
    """One connection for reading. Use it from one thread at a time."""

    def __init__(self, path: Path) -> None:
        """Open the file."""
        self._db = connect(path, read_only=True)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def pin(self) -> None:
        """Begin to see one state of the catalog, whatever is committed meanwhile."""
        self._db.execute("BEGIN")
        # The state is fixed by the first reading, not by BEGIN.
        self._db.execute("SELECT 1 FROM facts LIMIT 1").fetchone()

    def unpin(self) -> None:
        """See the latest state again."""
        self._db.execute("ROLLBACK")

    def fact(self, name: str) -> str:
        """Return a fact about this content, or nothing."""
        row = self._read("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return row[0] if row else ""

    @property
    def revision(self) -> int:
        """Return the number of the content: it grows with every change."""
        return int(self.fact("revision") or 0)

    def article(self, article_id: str) -> Article | None:
        """Return an article."""
        row = self._read(
            f"SELECT {_ARTICLE} FROM {_ARTICLES} WHERE a.id = ?", (article_id,)
        ).fetchone()
        return self._with_blocks([row])[0] if row else None

    def articles(self) -> list[ArticleEntry]:
        """Return every article in the order of the folder and its files."""
        rows = self._read(f"SELECT {_HEAD}, a.passages FROM articles a ORDER BY source, position")
        return [ArticleEntry(ArticleHead(*row[:-1]), row[-1]) for row in rows]

    def heads(self, ids: Iterable[str]) -> dict[str, ArticleHead]:
        """Return the heads of those of the articles that exist, by their ids."""
        found: dict[str, ArticleHead] = {}
        for some in _batches(ids):
            rows = self._read(
                f"SELECT {_HEAD} FROM articles a WHERE a.id IN ({_marks(some)})", some
            )
            found.update((row[0], ArticleHead(*row)) for row in rows)
        return found

    def copies_of(self, article_id: str) -> list[str]:
        """Return the ids of the articles that say the same, but for a little, in their order."""
        row = self._read(
            "SELECT number, signature FROM articles WHERE id = ?", (article_id,)
        ).fetchone()
        meeting = bands(row[1]) if row else []
        if not meeting:
            return []
        rows = self._read(
            "SELECT a.id, a.signature FROM articles a WHERE a.number <> ? AND a.number IN "
            f"(SELECT article FROM bands WHERE band IN ({_marks(meeting)})) "
            "ORDER BY a.source, a.position",
            (row[0], *meeting),
        )
        return [other for other, signed in rows if likeness(row[1], signed) >= ALIKE]

    def chunks(self, ids: Sequence[str]) -> dict[str, Chunk]:
        """Return those of the passages that exist."""
        found: dict[str, Chunk] = {}
        for some in _batches(ids):
            rows = self._read(
                f"SELECT {_CHUNK} FROM chunks c JOIN articles a ON a.number = c.article "
                f"WHERE c.id IN ({_marks(some)})",
                some,
            )
            found.update((row[0], _chunk(row)) for row in rows)
        return found

    def chunks_of(self, article_id: str) -> list[Chunk]:
        """Return the passages of an article in their order."""
        rows = self._read(
            f"SELECT {_CHUNK} FROM articles a JOIN chunks c ON c.article = a.number "
            "WHERE a.id = ? ORDER BY c.ordinal",
            (article_id,),
        )
        return [_chunk(row) for row in rows]

    def chunk_at(self, article_id: str, ordinal: int) -> Chunk | None:
        """Return the passage at a place of an article."""
        row = self._read(
            f"SELECT {_CHUNK} FROM articles a JOIN chunks c ON c.article = a.number "
            "WHERE a.id = ? AND c.ordinal = ?",
            (article_id, ordinal),
        ).fetchone()
        return _chunk(row) if row else None

    def beside(self, ids: Sequence[str]) -> dict[str, list[Chunk]]:
        """Return the neighbours of each passage in its article, the one before it first."""
        found: dict[str, list[Chunk]] = {}
        for some in _batches(ids):
            rows = self._read(
                "SELECT h.id, " + _CHUNK + " FROM chunks h JOIN chunks c ON c.article = h.article "
                "AND c.ordinal IN (h.ordinal - 1, h.ordinal + 1) "
                "JOIN articles a ON a.number = c.article "
                f"WHERE h.id IN ({_marks(some)}) ORDER BY h.id, c.ordinal",
                some,
            )
            for row in rows:
                found.setdefault(row[0], []).append(_chunk(row[1:]))
        return found

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
        for some in _batches(keys):
            rows = self._read(
                "SELECT c.key, c.id FROM chunks c JOIN articles a ON a.number = c.article "
                f"WHERE c.key IN ({_marks(some)}) "
                "ORDER BY a.source DESC, a.position DESC, c.ordinal DESC",
                some,
            )
            # The last one of a key stays.
            found.update(rows.fetchall())
        return found

    def known(self, keys: Sequence[str]) -> set[str]:
        """Return those of the keys that some passage has."""
        found: set[str] = set()
        for some in _batches(keys):
            rows = self._read(
                f"SELECT DISTINCT key FROM chunks WHERE key IN ({_marks(some)})", some
            )
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
        for some in _batches(keys):
            rows = self._read(
                f"SELECT c.key, a.title, {_CHUNK} FROM chunks c JOIN articles a "
                f"ON a.number = c.article WHERE c.key IN ({_marks(some)})",
                some,
            )
            for key, title, *row in rows:
                window = window_of(_chunk(row), title)
                found[key] = window.head, window.text
        return found

    def documents(self) -> dict[str, DocumentEntry]:
        """Return every known file by its source."""
        rows = self._read("SELECT source, size, mtime_ns, ctime_ns, seen_ns, hash FROM documents")
        return {row[0]: DocumentEntry(*row) for row in rows}

    def failures(self) -> dict[str, tuple[FailedSource, ...]]:
        """Return what could not be read, by the file it belongs to."""
        found: dict[str, tuple[FailedSource, ...]] = {}
        rows = self._read("SELECT source, part, reason FROM failures ORDER BY rowid")
        for source, part, reason in rows:
            found[source] = (*found.get(source, ()), FailedSource(part, Told.from_kept(reason)))
        return found

    def article_counts(self) -> dict[str, int]:
        """Return the number of articles of every file that has any."""
        rows = self._read("SELECT source, count(*) FROM articles GROUP BY source")
        return dict(rows.fetchall())

    def articles_of(self, source: str) -> list[Article]:
        """Return the articles of a file in their order."""
        rows = self._read(
            f"SELECT {_ARTICLE} FROM {_ARTICLES} WHERE a.source = ? ORDER BY a.position",
            (source,),
        )
        return self._with_blocks(rows.fetchall())

    def _with_blocks(self, rows: Sequence[Sequence[Any]]) -> list[Article]:
        """Return articles with the blocks that their passages hold."""
        if self.schema < _BLOCKS_SINCE:
            return [Article(*row) for row in rows]
        found = []
        for row in rows:
            blocks = [block for chunk in self.chunks_of(row[0]) for block in chunk.blocks]
            places = {block.start: place for place, block in enumerate(blocks)}
            indexed = (replace(block, lead=places.get(block.lead, -1)) for block in blocks)
            found.append(replace(Article(*row), blocks=tuple(indexed)))
        return found

    def article_hashes(self, source: str | None = None) -> dict[str, str]:
        """Return the content hash of each article, of one file or of all."""
        where, values = ("WHERE source = ?", (source,)) if source is not None else ("", ())
        return dict(self._read(f"SELECT id, hash FROM articles {where}", values).fetchall())

    def content(self) -> Iterator[tuple[str, ...]]:
        """Yield a line for every article and passage, equal for equal content."""
        yield from self._read("SELECT id, CAST(position AS TEXT), hash FROM articles ORDER BY id")
        yield from self._read(
            "SELECT a.id, CAST(c.ordinal AS TEXT), c.id, c.key, CAST(c.start AS TEXT), "
            "CAST(c.end AS TEXT) FROM chunks c JOIN articles a ON a.number = c.article "
            "ORDER BY a.id, c.ordinal"
        )

    @property
    def schema(self) -> int:
        """Return the version of the schema that the file was made with."""
        return int(self._db.execute("PRAGMA user_version").fetchone()[0])

    def check(self) -> None:
        """Read the whole file through. Raises sqlite3.DatabaseError where it is damaged."""
        (found,) = self._db.execute("PRAGMA quick_check(1)").fetchone()
        if found != "ok":
            raise sqlite3.DatabaseError(found)


def _chunk(row: Sequence[Any]) -> Chunk:
    chunk_id, article_id, ordinal, text, start, end, path, blocks = row
    return Chunk(
        chunk_id, article_id, ordinal, text, start, end, tuple(json.loads(path)),
        unpack_blocks(blocks),
    )  # fmt: skip


def _batches(values: Iterable[str]) -> Iterator[list[str]]:
    listed = list(values)
    for start in range(0, len(listed), _MOST_VALUES):
        yield listed[start : start + _MOST_VALUES]


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))
