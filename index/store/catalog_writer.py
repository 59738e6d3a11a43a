"""The writing side of a catalog: one transaction, invisible until it is committed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import astuple, fields
from pathlib import Path

import numpy as np

from config.phrases import kept
from index.blocks import pack_blocks
from index.encoders.transformer import Matrix
from index.models import Article, ArticleHead, Chunk, FailedSource
from index.store.catalog import Catalog, DocumentEntry
from index.store.catalog_bound import bound_columns, marks
from index.store.catalog_keys import passage_key_of
from index.store.copies import bands, signature
from index.store.sqlite import connect


class CatalogWriter(Catalog):
    """The one connection that writes; reading through it sees what is not committed yet."""

    def __init__(self, path: Path) -> None:
        """Open the file and begin a transaction."""
        self._db = connect(path)
        self._db.execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        """Make everything written so far visible at once, and begin anew."""
        self._db.execute("COMMIT")
        self._db.execute("BEGIN IMMEDIATE")

    def close(self) -> None:
        """Undo what is not committed, and close the file."""
        if self._db.in_transaction:
            self._db.execute("ROLLBACK")
        self._db.close()

    def set_counts(self) -> None:
        """Store the numbers of documents, articles and passages, which are asked for often."""
        self.set_fact("counts", " ".join(map(str, self.counted())))

    def set_fact(self, name: str, value: str) -> None:
        """Store a fact about the content."""
        self._db.execute(
            "INSERT INTO facts VALUES (?, ?) "
            "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (name, value),
        )

    def put_document(self, entry: DocumentEntry, failures: Sequence[FailedSource]) -> None:
        """Store what is known of a file, and what of it could not be read."""
        self._db.execute(
            "INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (source) DO UPDATE SET "
            "size = excluded.size, mtime_ns = excluded.mtime_ns, ctime_ns = excluded.ctime_ns, "
            "seen_ns = excluded.seen_ns, hash = excluded.hash",
            astuple(entry),
        )
        self._db.execute("DELETE FROM failures WHERE source = ?", (entry.source,))
        self._db.executemany(
            "INSERT INTO failures VALUES (?, ?, ?)",
            [(entry.source, failure.source, kept(failure.reason)) for failure in failures],
        )

    def put_article(
        self, article: Article, position: int, chunks: Sequence[Chunk], told: str = ""
    ) -> list[str]:
        """Store an article that is not there and its passages; return their keys.

        `told` is its hash where it is known already: blocks that were stored are cut to passages.
        """
        keys = [passage_key_of(chunk, article.title) for chunk in chunks]
        signed = signature(article.text)
        row = {field.name: getattr(article, field.name) for field in fields(ArticleHead)}
        row |= {"position": position, "hash": told or article_hash(article)}
        row |= {"passages": len(chunks), "signature": signed, **bound_columns(article)}
        ((number,),) = self._db.execute(
            f"INSERT INTO articles ({', '.join(row)}) VALUES {marks(row)} RETURNING number",
            tuple(row.values()),
        ).fetchall()
        self._db.executemany(
            "INSERT INTO bands VALUES (?, ?) ON CONFLICT DO NOTHING",
            [(band, number) for band in bands(signed)],
        )
        self._db.execute("INSERT INTO texts VALUES (?, ?)", (number, article.text))
        rows = [
            (number, c.ordinal, c.id, key, c.start, c.end, c.text)
            + (json.dumps(c.path, ensure_ascii=False), pack_blocks(c.blocks))
            for c, key in zip(chunks, keys, strict=True)
        ]
        self._db.executemany(
            'INSERT INTO chunks (article, ordinal, id, key, start, "end", text, path, blocks) '
            f"VALUES {marks(range(9))}",
            rows,
        )
        return keys

    def remove_article(self, article_id: str) -> list[str]:
        """Remove an article, if there is one; return the keys its passages had."""
        row = self._db.execute(
            "SELECT number, signature FROM articles WHERE id = ?", (article_id,)
        ).fetchone()
        if row is None:
            return []
        number, signed = row
        rows = self._db.execute("SELECT key FROM chunks WHERE article = ?", (number,)).fetchall()
        self._db.executemany(
            "DELETE FROM bands WHERE band = ? AND article = ?",
            [(band, number) for band in bands(signed)],
        )
        for table, column in (("chunks", "article"), ("texts", "article"), ("articles", "number")):
            self._db.execute(f"DELETE FROM {table} WHERE {column} = ?", (number,))
        return [key for (key,) in rows]

    def move_article(self, article_id: str, position: int) -> bool:
        """Note an article's place in its file; tell whether it is another one."""
        cursor = self._db.execute(
            "UPDATE articles SET position = ? WHERE id = ? AND position <> ?",
            (position, article_id, position),
        )
        return cursor.rowcount > 0

    def remove_document(self, source: str) -> None:
        """Forget a file whose articles are removed."""
        self._db.execute("DELETE FROM documents WHERE source = ?", (source,))
        self._db.execute("DELETE FROM failures WHERE source = ?", (source,))

    def put_vectors(self, vectors: Mapping[str, Matrix]) -> None:
        """Store vectors (dimensions,) of passages that have none."""
        rows = [(key, np.asarray(row, dtype="<f4").tobytes()) for key, row in vectors.items()]
        self._db.executemany("INSERT INTO vectors (key, vector) VALUES (?, ?)", rows)

    def remove_vectors(self, keys: Sequence[str]) -> None:
        """Delete the vectors of these keys."""
        self._db.executemany("DELETE FROM vectors WHERE key = ?", [(key,) for key in keys])


def article_hash(article: Article) -> str:
    """Return the hash of everything that an article says, and of its blocks."""
    told = {field.name: getattr(article, field.name) for field in fields(article)}
    blocks = repr(told.pop("blocks"))
    said = "\0".join((*told.values(), blocks))
    return hashlib.blake2b(said.encode(), digest_size=16).hexdigest()
