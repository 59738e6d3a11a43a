"""The catalog of one generation: a passage exists when this file's last commit says so.

Vectors and terms are stored under a passage's `key`, a function of what they are made from, so
that equal passages share them, a renamed file keeps them, and an old and a new version of an
article stand beside each other until the commit decides.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from config.phrases import LocalizedText
from index.errors import StoreUnusable
from index.models import Article, ArticleHead, Chunk, FailedSource
from index.store.catalog_bound import marks
from index.store.catalog_keys import CHUNK, CHUNKS, KeyedCatalog, as_chunk
from index.store.copies import ALIKE, bands, likeness
from index.store.sqlite import FrozenConnection, connect_for_reading

_ARTICLE = (
    "a.id, a.source, a.title, t.text, a.kicker, a.subtitle, a.byline, a.date, a.section, a.url"
)
_HEAD = "a.id, a.source, a.title, a.kicker, a.subtitle, a.byline, a.date, a.section, a.url"
_ARTICLES = "articles a JOIN texts t ON t.article = a.number"
# The version of the schema from which on passages hold their blocks.
_BLOCKS_SINCE = 3


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


class Catalog(KeyedCatalog):
    """One connection for reading. Use it from one thread at a time."""

    def __init__(self, path: Path) -> None:
        """Open the file."""
        self._path = path
        self._db = connect_for_reading(path)
        # Whether a later reading sees what is committed until then.
        self.may_stay_open = not isinstance(self._db, FrozenConnection)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def pin(self) -> None:
        """Begin to see one state of the catalog, whatever is committed meanwhile."""
        self._db.execute("BEGIN")
        # The state is fixed by the first reading, not by BEGIN.
        self._db.execute("SELECT 1 FROM facts LIMIT 1").fetchone()

    def unpin(self) -> None:
        """See the latest state again. Raises StoreUnusable where what was seen was no one state."""
        self._db.execute("ROLLBACK")
        if isinstance(self._db, FrozenConnection) and self._db.is_stale:
            raise StoreUnusable("errors.store_busy", folder=self._path.parent)

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
        return next(iter(self._articles("a.id = ?", article_id)), None)

    def articles(self) -> list[ArticleEntry]:
        """Return every article in the order of the folder and its files."""
        rows = self._read(f"SELECT {_HEAD}, a.passages FROM articles a ORDER BY source, position")
        return [ArticleEntry(ArticleHead(*row[:-1]), row[-1]) for row in rows]

    def heads(self, ids: Iterable[str]) -> dict[str, ArticleHead]:
        """Return the heads of those of the articles that exist, by their ids."""
        rows = self.select_for(f"SELECT {_HEAD} FROM articles a WHERE a.id IN (...)", ids)
        return {row[0]: ArticleHead(*row) for row in rows}

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
            f"(SELECT article FROM bands WHERE band IN {marks(meeting)}) "
            "ORDER BY a.source, a.position",
            (row[0], *meeting),
        )
        return [other for other, signed in rows if likeness(row[1], signed) >= ALIKE]

    def chunks(self, ids: Sequence[str]) -> dict[str, Chunk]:
        """Return those of the passages that exist."""
        rows = self.select_for(f"SELECT {CHUNK} FROM {CHUNKS} WHERE c.id IN (...)", ids)
        return {row[0]: as_chunk(row) for row in rows}

    def chunks_of(self, article_id: str) -> list[Chunk]:
        """Return the passages of an article in their order."""
        query = f"SELECT {CHUNK} FROM {CHUNKS} WHERE a.id = ? ORDER BY c.ordinal"
        return [as_chunk(row) for row in self._read(query, (article_id,))]

    def chunk_at(self, article_id: str, ordinal: int) -> Chunk | None:
        """Return the passage at a place of an article."""
        query = f"SELECT {CHUNK} FROM {CHUNKS} WHERE a.id = ? AND c.ordinal = ?"
        row = self._read(query, (article_id, ordinal)).fetchone()
        return as_chunk(row) if row else None

    def documents(self) -> dict[str, DocumentEntry]:
        """Return every known file by its source."""
        rows = self._read("SELECT source, size, mtime_ns, ctime_ns, seen_ns, hash FROM documents")
        return {row[0]: DocumentEntry(*row) for row in rows}

    def failures(self) -> dict[str, tuple[FailedSource, ...]]:
        """Return what could not be read, by the file it belongs to."""
        found: dict[str, tuple[FailedSource, ...]] = {}
        rows = self._read("SELECT source, part, reason FROM failures ORDER BY rowid")
        for source, part, reason in rows:
            found[source] = (
                *found.get(source, ()),
                FailedSource(part, LocalizedText.from_kept(reason)),
            )
        return found

    def article_counts(self) -> dict[str, int]:
        """Return the number of articles of every file that has any."""
        rows = self._read("SELECT source, count(*) FROM articles GROUP BY source")
        return dict(rows.fetchall())

    def articles_of(self, source: str) -> list[Article]:
        """Return the articles of a file in their order."""
        return self._articles("a.source = ? ORDER BY a.position", source)

    def stored(self, source: str) -> list[tuple[Article, int, str]]:
        """Return the articles of a file without their blocks, each with its place and hash."""
        query = f"SELECT {_ARTICLE}, a.position, a.hash FROM {_ARTICLES} WHERE a.source = ?"
        rows = self.select(f"{query} ORDER BY a.position", (source,))
        return [(Article(*row[:-2]), row[-2], row[-1]) for row in rows]

    def _articles(self, where: str, value: str) -> list[Article]:
        """Return articles with the blocks that their passages hold."""
        rows = self.select(f"SELECT {_ARTICLE} FROM {_ARTICLES} WHERE {where}", (value,))
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

    @property
    def schema(self) -> int:
        """Return the version of the schema that the file was made with."""
        return int(self._db.execute("PRAGMA user_version").fetchone()[0])

    def check(self) -> None:
        """Read the whole file through. Raises sqlite3.DatabaseError where it is damaged."""
        (found,) = self._db.execute("PRAGMA quick_check(1)").fetchone()
        if found != "ok":
            raise sqlite3.DatabaseError(found)
