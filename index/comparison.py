"""Compare the folder with the catalog: what is new, changed, gone, unchanged or unreadable."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from config.phrases import say
from index.catalog import Catalog, DocumentEntry, passage_key
from index.catalog_writer import article_hash
from index.chunker import chunk_article
from index.draft import Draft
from index.models import Article, FailedSource, ReadResult
from index.readers import read_file
from index.scan import FileState, Scan, file_hash


class Comparison:
    """Reads what changed and hands it to a draft; without a draft it only counts.

    `base` is what the index holds now. A fresh draft takes everything over that the folder has,
    and of a file that cannot be read now what `base` has; another takes the differences alone.
    """

    def __init__(self, base: Catalog | None, draft: Draft | None, *, fresh: bool) -> None:
        """Look at the index as it is."""
        self._base = base
        self._draft = draft
        self._fresh = fresh
        self._documents = base.documents() if base else {}
        self._failures = base.failures() if base else {}
        self._counts = base.article_counts() if base else {}
        self.added = self.changed = self.removed = self.unchanged = 0
        self.failed: list[FailedSource] = []
        self.new_keys: set[str] = set()

    def run(self, scan: Scan, step: Callable[[int], None]) -> None:
        """Take every file of a scan, and what is gone since the last; `step` may stop it."""
        self.failed.extend(scan.failed)
        for done, state in enumerate(scan.files):
            step(done)
            self._take(state)
        present = {state.source for state in scan.files}
        for source in self._documents:
            if source in present:
                continue
            if scan.hides(source):
                self._keep(source)
            else:
                self._remove(source)
        self.failed.sort(key=lambda failure: failure.source)

    def _take(self, state: FileState) -> None:
        """Bring one file up to date."""
        entry = self._documents.get(state.source)
        if entry and not self._fresh and state.is_surely(entry):
            self._stay(state.source)
            return
        try:
            content = file_hash(state.path)
        except OSError as error:
            reason = say("reasons.unreadable", "en", reason=error.strerror)
            self._keep(state.source)
            self._note(state.entry(""), (FailedSource(state.source, reason),))
            return
        if entry and not self._fresh and entry.hash == content:
            self._stay(state.source)
            self._store(state.entry(content), self._failures.get(state.source, ()))
            return
        result = _usable(read_file(state.path, state.source), state.source)
        if result.failed and not result.articles:
            self._keep(state.source)
        else:
            self._replace(state.source, result.articles)
        self._note(state.entry(content), result.failed)

    def _stay(self, source: str) -> None:
        """Count an unchanged file; what failed in it is told again at every run."""
        self.unchanged += self._counts.get(source, 0)
        self.failed.extend(self._failures.get(source, ()))

    def _note(self, entry: DocumentEntry, failures: tuple[FailedSource, ...]) -> None:
        self.failed.extend(failures)
        self._store(entry, failures)

    def _store(self, entry: DocumentEntry, failures: tuple[FailedSource, ...]) -> None:
        if self._draft:
            self._draft.catalog.put_document(entry, failures)

    def _replace(self, source: str, articles: tuple[Article, ...]) -> None:
        """Let these be the articles of a file."""
        known = self._base.article_hashes(source) if self._base else {}
        for position, article in enumerate(articles):
            before = known.pop(article.id, None)
            if before == article_hash(article):
                self.unchanged += 1
                if not self._fresh:
                    if self._draft:
                        self._draft.move_article(article.id, position)
                    continue
            elif before is None:
                self.added += 1
            else:
                self.changed += 1
            self._put(article, position)
        self.removed += len(known)
        for article_id in known:
            self._drop(article_id)

    def _put(self, article: Article, position: int) -> None:
        chunks = chunk_article(article)
        if self._draft:
            self._draft.put_article(article, position, chunks)
        else:
            self.new_keys.update(passage_key(article.title, chunk.text) for chunk in chunks)

    def _drop(self, article_id: str) -> None:
        if self._draft and not self._fresh:
            self._draft.remove_article(article_id)

    def _keep(self, source: str) -> None:
        """Keep the last good version of a file that cannot be read now."""
        self.unchanged += self._counts.get(source, 0)
        if not (self._fresh and self._base):
            return
        for position, article in enumerate(self._base.articles_of(source)):
            self._put(article, position)

    def _remove(self, source: str) -> None:
        """Remove a file that is gone."""
        self.removed += self._counts.get(source, 0)
        if self._draft and not self._fresh and self._base:
            for article_id in self._base.article_hashes(source):
                self._drop(article_id)
            self._draft.catalog.remove_document(source)


def _usable(result: ReadResult, source: str) -> ReadResult:
    """Leave out what no catalog can hold: a second article of one id, or half a character."""
    articles: dict[str, Article] = {}
    failed = list(result.failed)
    for article in result.articles:
        if article.id in articles:
            failed.append(FailedSource(source, say("reasons.id_twice", "en", id=article.id)))
            continue
        with suppress(UnicodeEncodeError):
            article_hash(article)
            articles[article.id] = article
            continue
        failed.append(FailedSource(source, say("reasons.not_text", "en")))
    return ReadResult(tuple(articles.values()), tuple(failed))
