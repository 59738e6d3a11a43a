"""The lexical index: tantivy with BM25 (k1 1.2, b 0.75) over terms that come already cut.

Formula and constants: tantivy's BM25, https://docs.rs/tantivy (module query::bm25).
"""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from index.errors import StoreUnusable
from index.models import Hit
from index.store.disk import is_writable, stand_in
from language.terms import FIELDS

# tantivy's own least is 15 MB a thread; one thread keeps the order of documents reproducible.
_WRITER_BYTES = 64_000_000
_KEY = "key"


class _Searchable:
    """What can be searched by weighted terms."""

    _index: Any
    # Named where errors are told.
    _where: Path | str

    def _searcher(self) -> Any:
        return self._index.searcher()

    def search(
        self, terms: Sequence[tuple[str, str, float]], limit: int, only: Sequence[str] | None = None
    ) -> list[Hit]:
        """Return the keys with the highest weighted BM25, best first.

        `terms` holds (field, term, weight); `only` are the keys to search among.
        """
        if not terms or limit <= 0 or (only is not None and not only):
            return []
        with _wrap_errors(self._where):
            searcher = self._searcher()
            query = _query(self._index.schema, terms, only)
            hits = searcher.search(query, limit=limit, count=False).hits
            return [Hit(searcher.doc(address).get_first(_KEY), score) for score, address in hits]


class PassageTerms(_Searchable):
    """The terms of some passages in memory: how rare one is, these alone tell."""

    def __init__(self, passages: Iterable[tuple[str, Mapping[str, Sequence[str]]]]) -> None:
        """Take the key and the terms by field of each passage."""
        import tantivy

        self._where = "memory"
        self._index = tantivy.Index(_schema())
        writer = FullTextWriter(self._index, self._where)
        for key, terms in passages:
            writer.add(key, terms, anew=True)
        writer.commit()
        writer.close()
        self._index.reload()


class FullTextIndex(_Searchable):
    """The terms of one generation. Reading is safe from any thread, beside a writer too."""

    def __init__(self, folder: Path) -> None:
        """Open the folder. Raises StoreUnusable if it is damaged."""
        self._folder = self._where = folder
        self._copy: tempfile.TemporaryDirectory[str] | None = None
        with _wrap_errors(folder):
            self._index = self._opened()
        self._stamp = self._version()

    @staticmethod
    def create(folder: Path) -> None:
        """Make an empty index."""
        import tantivy

        folder.mkdir(parents=True)
        with _wrap_errors(folder):
            tantivy.Index(_schema(), path=str(folder))

    def _opened(self) -> Any:
        """Open the folder, or where nothing can be written, one that links to its files."""
        import tantivy

        try:
            index = tantivy.Index.open(str(self._folder))
        except (OSError, ValueError):
            if is_writable(self._folder):
                raise
            self._copy = stand_in(self._folder)
            index = tantivy.Index.open(self._copy.name)
        index.config_reader(reload_policy="manual")
        return index

    def _version(self) -> tuple[int, int]:
        """Return what changes with every commit: tantivy replaces this file by a new one."""
        try:
            status = os.stat(self._folder / "meta.json")
        except FileNotFoundError:
            return (0, 0)
        return status.st_ino, status.st_mtime_ns

    def _searcher(self) -> Any:
        """Return a searcher over the last commit of any process."""
        stamp = self._version()
        if stamp != self._stamp:
            if self._copy:
                self._copy = None
                self._index = self._opened()
            else:
                self._index.reload()
            self._stamp = stamp
        return self._index.searcher()

    def count(self) -> int:
        """Return how many passages are stored."""
        with _wrap_errors(self._folder):
            return int(self._searcher().num_docs)

    def check(self, least: int) -> None:
        """Count the passages, and search for one term of every field.

        Raises StoreUnusable where fewer than so many are stored, or files are damaged.
        """
        if (found := self.count()) < least:
            raise _broken(self._folder, f"{found} of {least} terms")
        for field in (_KEY, *FIELDS):
            with _wrap_errors(self._folder):
                first = self._searcher().terms_with_prefix(field, "", limit=1)
            self.search([(field, term, 1.0) for term, _ in first], 1)

    def keys(self) -> set[str]:
        """Return the key of everything stored."""
        import tantivy

        with _wrap_errors(self._folder):
            searcher = self._searcher()
            everything = tantivy.Query.all_query()
            hits = searcher.search(everything, limit=max(searcher.num_docs, 1), count=False).hits
            return {searcher.doc(address).get_first(_KEY) for _, address in hits}

    def writer(self) -> FullTextWriter:
        """Return the one writer. Raises StoreUnusable if there is another."""
        with _wrap_errors(self._folder):
            if self._copy:
                raise OSError(errno.EROFS, os.strerror(errno.EROFS))
            return FullTextWriter(self._index, self._folder)


def _schema() -> Any:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_text_field(_KEY, stored=True, tokenizer_name="raw", index_option="basic")
    for field in FIELDS:
        # The terms come with single blanks between them; positions are never asked for.
        builder.add_text_field(field, tokenizer_name="whitespace", index_option="freq")
    return builder.build()


def _query(schema: Any, terms: Sequence[tuple[str, str, float]], only: Sequence[str] | None) -> Any:
    from tantivy import Occur, Query

    clauses = [
        (Occur.Should, Query.boost_query(Query.term_query(schema, field, term, "freq"), weight))
        for field, term, weight in terms
    ]
    wanted = Query.boolean_query(clauses)
    if only is None:
        return wanted
    # The keys add nothing to a score.
    among = Query.const_score_query(Query.term_set_query(schema, _KEY, list(only)), 0.0)
    return Query.boolean_query([(Occur.Must, wanted), (Occur.Must, among)])


class FullTextWriter:
    """Adds and deletes passages; nothing is visible before `commit`."""

    def __init__(self, index: Any, where: Path | str) -> None:
        """Begin to write to an index of tantivy."""
        self._writer = index.writer(heap_size=_WRITER_BYTES, num_threads=1)
        self._where = where

    def add(self, key: str, terms: Mapping[str, Sequence[str]], *, anew: bool = False) -> None:
        """Store the terms of a passage, in place of any under its key; `anew`: there are none."""
        import tantivy

        document = tantivy.Document()
        document.add_text(_KEY, key)
        for field, listed in terms.items():
            document.add_text(field, " ".join(listed))
        if not anew:
            self.delete([key])
        with _wrap_errors(self._where):
            self._writer.add_document(document)

    def delete(self, keys: Sequence[str]) -> None:
        """Delete passages."""
        with _wrap_errors(self._where):
            for key in keys:
                self._writer.delete_documents_by_term(_KEY, key)

    def commit(self) -> None:
        """Make the changes visible and safe on disk."""
        with _wrap_errors(self._where):
            self._writer.commit()

    def close(self) -> None:
        """Drop what is not committed, wait for merges, and free the lock."""
        with _wrap_errors(self._where):
            self._writer.rollback()
            self._writer.wait_merging_threads()


@contextlib.contextmanager
def _wrap_errors(folder: Path | str) -> Iterator[None]:
    """Turn what tantivy raises into StoreUnusable."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise StoreUnusable("errors.store_unwritable", folder=folder, reason=reason) from error
    except ValueError as error:
        # tantivy's Python binding tells everything but system errors as ValueError.
        raise _broken(folder, str(error)) from error


def _broken(folder: Path | str, reason: str) -> StoreUnusable:
    return StoreUnusable("errors.search_index_broken", folder=folder, reason=reason)
