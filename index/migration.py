"""Copy an index from one store to another as it is: nothing is read from files or encoded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from index.errors import IndexingError
from index.library import Library
from index.store.catalog import Catalog
from index.store.encoder import Fetch
from index.store.engine_writer import Transaction

# Passages that are written at a time.
_BATCH = 256

OnProgress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Migrated:
    """What was copied, and the generation that it is now; `encoded` vectors were missing."""

    articles: int
    passages: int
    encoded: int
    generation: int


def migrate(source: Library, target: Library, progress: OnProgress | None = None) -> Migrated:
    """Copy the generation that answers in `source` into a new one of `target`, which then answers.

    Both have one model. Nobody writes to either meanwhile. Raises IndexingError where `source`
    holds nothing that this model and version can read, StoreLocked, StoreUnusable.
    """
    if not source.generation:
        key = "errors.index_outdated" if source.outdated else "errors.no_index"
        raise IndexingError(key)
    with (
        source.writing("migrating") as old,
        target.writing("migrating") as new,
        old.base() as base,
        old.old_vectors() as fetch,
        new.begin_generation(is_current=old.is_up_to_date) as draft,
    ):
        if base is None:
            raise IndexingError("errors.no_index")
        _copy(base, draft, fetch, progress or (lambda phase, done, total: None))
        draft.commit()
        draft.clean()
        new.finish()
        _, articles, passages = base.counts()
        encoded = draft.embedded
    return Migrated(articles, passages, encoded, target.generation)


def _copy(base: Catalog, draft: Transaction, fetch: Fetch | None, progress: OnProgress) -> None:
    """Store all that a catalog holds, file by file."""
    total = base.counts()[2]
    written = 0

    def write() -> None:
        nonlocal written
        keys = draft.missing()
        for start in range(0, len(keys), _BATCH):
            some = keys[start : start + _BATCH]
            draft.write(some, fetch)
            written += len(some)
            progress("write", written, total)

    failures = base.failures()
    documents = base.documents()
    for name, entry in documents.items():
        draft.catalog.put_document(entry, failures.get(name, ()))
    for name in base.article_counts():
        for article, position, told in base.stored(name):
            draft.put_article(article, position, base.chunks_of(article.id), told)
        if draft.is_worth_writing():
            write()
    write()
