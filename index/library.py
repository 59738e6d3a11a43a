"""The library: catalog, terms and vectors behind one door, readable while a run writes.

Several readings that belong together stand inside `with library.reading():`; they see one state
of the index, whatever a run commits meanwhile. A single call is such a reading by itself.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

from index.embedder import Embedder
from index.encoders.transformer import Matrix
from index.errors import StoreUnusable
from index.models import Article, ArticleHead, Chunk, Hit, Status
from index.scope import EVERYTHING, Scope
from index.store.catalog import ArticleEntry, Catalog
from index.store.embedded import EmbeddedStore
from index.store.engine import Store, WeightedTerm
from index.store.engine_writer import StoreWriter
from index.store.seen import Bound
from index.store.vectors import ChromaAddress

__all__ = ["ArticleEntry", "ChromaAddress", "Library"]


class Library:
    """The index of one store and one model. Every method may be called from any thread."""

    def __init__(self, data_dir: Path, embedder: Embedder, store: Store) -> None:
        """Use `open`. What is no part of the index, but may be made again, is kept in a folder."""
        self.data_dir = data_dir
        self._embedder = embedder
        self._store = store
        self._bound = Bound()

    @classmethod
    def open(
        cls,
        data_dir: Path,
        embedder: Embedder,
        *,
        chroma: ChromaAddress | None = None,
        database: str = "",
    ) -> Library:
        """Open the index of a data folder or a database, or one to be.

        `database` is the address of a PostgreSQL server; without it the data folder holds the
        index. Nothing is written, little is read. Raises StoreUnusable where the address cannot be
        used, or what it needs is not installed.
        """
        data_dir = Path(data_dir)
        if database:
            # An extra, which those who keep a folder do without.
            try:
                from index.store.postgres.store import PostgresStore
            except ImportError as error:
                raise StoreUnusable("errors.database_extra") from error

            return cls(data_dir, embedder, PostgresStore(database, data_dir, embedder))
        return cls(data_dir, embedder, EmbeddedStore(data_dir, embedder, chroma))

    def close(self) -> None:
        """Close every file and connection."""
        self._for_all()
        self._store.close()

    def within(self, scope: Scope) -> Library:
        """Return the same library seen through a bound; nothing outside can be had from it.

        It is for reading, and shares every file with this one. One that is bounded is narrowed.
        """
        bounded = copy.copy(self)
        if scope != EVERYTHING and scope not in self._bound.scopes:
            bounded._bound = self._bound.narrowed(scope)
        return bounded

    @property
    def is_bounded_in_time_or_source(self) -> bool:
        """Return True if somebody chose days or a path, and not only collections are bounded."""
        return any(scope.after or scope.before or scope.source for scope in self._bound.scopes)

    def _for_all(self) -> None:
        """Refuse what a library seen through a bound must not do."""
        if self._bound.scopes:
            raise ValueError("a library seen through a bound is for reading")

    def resident(self, doing: str) -> None:
        """Say that this process stays and answers from the store, until `close`.

        Raises StoreLocked if another stays where only one can.
        """
        self._for_all()
        self._store.stay(doing)

    @contextmanager
    def writing(self, doing: str, *, repair: bool = False) -> Iterator[StoreWriter]:
        """Give the writing side. Raises StoreLocked if another process writes or stays.

        `repair` puts what is damaged out of the way instead of refusing.
        """
        self._for_all()
        with self._store.writing(doing, repair=repair) as writer:
            yield writer

    # Reading

    @contextmanager
    def reading(self) -> Iterator[bool]:
        """See one state of the index until the end of the block; False if there is none."""
        with self._store.view(self._bound) as view:
            yield view is not None

    @contextmanager
    def snapshot(self) -> Iterator[Catalog | None]:
        """Give one state of the catalog; None if nothing is indexed yet."""
        with self._store.view(self._bound) as view:
            yield view.catalog if view else None

    @property
    def generation(self) -> int:
        """Return the number of the generation that answers; 0 if nothing is indexed yet."""
        return self._store.current()

    @property
    def outdated(self) -> bool:
        """Return True if there is an index, but one of another model or of an earlier version."""
        return not self.generation and self._store.has_any()

    @property
    def revision(self) -> tuple[int, int]:
        """Return what tells one state of the content from every other: generation and revision."""
        with self._store.view(self._bound) as view:
            return view.state if view else (0, 0)

    def nearest(self, vector: Matrix, limit: int, article_id: str | None = None) -> list[Hit]:
        """Return the passages nearest to a query vector (dimensions,), best first, by cosine."""
        with self._store.view(self._bound) as view:
            return view.nearest(vector, limit, article_id) if view else []

    def matching(
        self, terms: Sequence[WeightedTerm], limit: int, article_id: str | None = None
    ) -> list[Hit]:
        """Return the passages with the highest weighted BM25 of (field, term, weight)."""
        with self._store.view(self._bound) as view:
            return view.matching(terms, limit, article_id) if view else []

    def passages_count(self) -> int:
        """Return the number of passages."""
        with self._store.view(self._bound) as view:
            return view.counts()[2] if view else 0

    def chunks(self, ids: Sequence[str]) -> dict[str, Chunk]:
        """Return those of the passages that exist."""
        with self._store.view(self._bound) as view:
            return view.catalog.chunks(ids) if view else {}

    def chunk_at(self, article_id: str, ordinal: int) -> Chunk | None:
        """Return the passage at a place of an article."""
        with self._store.view(self._bound) as view:
            return view.catalog.chunk_at(article_id, ordinal) if view else None

    def chunks_of(self, article_id: str) -> list[Chunk]:
        """Return the passages of an article in their order."""
        with self._store.view(self._bound) as view:
            return view.catalog.chunks_of(article_id) if view else []

    def article(self, article_id: str) -> Article | None:
        """Return an article."""
        with self._store.view(self._bound) as view:
            return view.catalog.article(article_id) if view else None

    def heads(self, ids: Sequence[str]) -> dict[str, ArticleHead]:
        """Return those of the articles that exist, by their ids and without their texts."""
        with self._store.view(self._bound) as view:
            return view.catalog.heads(ids) if view else {}

    def copies_of(self, article_id: str) -> list[str]:
        """Return the ids of the reprints of an article, in the order of the folder."""
        with self._store.view(self._bound) as view:
            return view.catalog.copies_of(article_id) if view else []

    def articles(self) -> list[ArticleEntry]:
        """Return every article in the order of the folder and its files, without its text."""
        with self._store.view(self._bound) as view:
            return view.catalog.articles() if view else []

    def collections(self) -> list[str]:
        """Return the names of the collections that hold an article, in order."""
        with self._store.view(self._bound) as view:
            return view.catalog.collections() if view else []

    def probe(self) -> None:
        """Look whether the stores can be written and read; it takes seconds on a large index.

        Raises StoreUnusable with the cause and the cure.
        """
        self._store.probe()
        with self._store.view(self._bound) as view:
            if view:
                view.check()

    def status(self) -> Status:
        """Return what the library holds; zeros if nothing is indexed yet."""
        last_run = self._store.last_run()
        with self._store.view(self._bound) as view:
            documents, articles, passages = view.counts() if view else (0, 0, 0)
            return Status(
                documents=documents,
                articles=articles,
                passages=passages,
                model=self._embedder.name,
                generation=view.state[0] if view else 0,
                last_run=last_run,
                store=self._store.name,
                size_bytes=self._store.size(),
                failed=tuple(chain(*view.catalog.failures().values())) if view else (),
            )
