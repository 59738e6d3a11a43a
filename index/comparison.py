"""Compare the folder with the catalog: what is new, changed, gone, unchanged or unreadable."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import partial

from config.phrases import LocalizedText
from index.chunker import chunk_article
from index.documents.ocr import SCANNED, WITHOUT_OCR, can_recognise
from index.documents.reading import Reading
from index.documents.registry import why_unreadable
from index.errors import FileUnreadable
from index.models import Article, FailedSource
from index.scan import FileState, Scan, file_hash
from index.scans import Scans
from index.store.catalog import Catalog, DocumentEntry
from index.store.catalog_keys import passage_key_of
from index.store.catalog_writer import article_hash
from index.store.engine_writer import Transaction

# How often a long file asks whether it is to stop.
_ARTICLES_A_STEP = 200


class Comparison:
    """Reads what changed and hands it to a draft; without a draft it only counts.

    `base` is what the index holds now. A fresh draft takes everything over that the folder has,
    and of a file that cannot be read now what `base` has; another takes the differences alone.
    """

    def __init__(
        self,
        base: Catalog | None,
        draft: Transaction | None,
        *,
        fresh: bool,
        is_moving: Callable[[FileState], bool] | None = None,
        scans: Scans | None = None,
    ) -> None:
        """Look at the index as it is; a file that `is_moving` is left as the index has it.

        Scanned pages are recognised by `scans`, after all else is read; without it they wait.
        """
        self._is_moving = is_moving
        self._scans = scans
        self._reading = Reading(recognised=scans.folder if scans else None)
        self._scanned: list[tuple[FileState, str]] = []
        self._base = base
        self._draft = draft
        self._fresh = fresh
        self._documents = base.documents() if base else {}
        self._failures = base.failures() if base else {}
        self._counts = base.article_counts() if base else {}
        self.added = self.changed = self.removed = self.unchanged = 0
        self.failed: list[FailedSource] = []
        self.skipped: tuple[FailedSource, ...] = ()
        self.new_keys: set[str] = set()

    def run(
        self,
        scan: Scan,
        step: Callable[[int], None],
        page: Callable[[int, int], None] = lambda done, total: None,
    ) -> None:
        """Take every file of a scan, and what is gone since the last.

        `step` is told how many files are done, `page` how many scanned pages of a file, of all
        of them; both may stop it.
        """
        self.failed.extend(scan.failed)
        self.skipped = scan.skipped
        with self._reading:
            for done, state in enumerate(scan.files):
                step(done)
                self._take(state, partial(step, done))
            self._recognise(partial(step, len(scan.files)), page)
        present = {state.source for state in scan.files}
        for source in self._documents:
            if source in present:
                continue
            if scan.hides(source):
                self._keep(source)
            else:
                self._remove(source)
        self.failed.sort(key=lambda failure: failure.source)

    def _take(self, state: FileState, step: Callable[[], None]) -> None:
        """Bring one file up to date."""
        entry = self._documents.get(state.source)
        if entry and self._waited_for_ocr(state.source):
            entry = None
        if entry and not self._fresh and state.is_surely(entry):
            self._stay(state.source)
            return
        try:
            if self._is_moving and self._is_moving(state.again()):
                self._keep(state.source)
                self._store(state.entry(""), self._failures.get(state.source, ()))
                return
            content = file_hash(state.path)
        except OSError as error:
            self._keep(state.source)
            self._note(state.entry(""), [FailedSource(state.source, why_unreadable(error))])
            return
        if entry and not self._fresh and entry.hash == content:
            self._stay(state.source)
            self._store(state.entry(content), self._failures.get(state.source, ()))
            return
        failures = self._read(state, step)
        if self._scans and any(getattr(f.reason, "key", "") == SCANNED for f in failures):
            self._scanned.append((state, content))
        else:
            self._note(state.entry(content), failures)

    def _recognise(self, step: Callable[[], None], page: Callable[[int, int], None]) -> None:
        """Read the files with scanned pages, when all others are read."""
        waiting, self._scanned = self._scanned, []
        for state, content in waiting:
            failures = list(self._scans.recognise(state, page)) if self._scans else []
            if not failures:
                failures = self._read(state, step)
            else:
                self._keep(state.source)
            self._note(state.entry(content), failures)

    def _waited_for_ocr(self, source: str) -> bool:
        """Return True if pages of a file could not be read for want of OCR, which is here now."""
        failures = self._failures.get(source, ())
        waited = any(getattr(failure.reason, "key", "") in WITHOUT_OCR for failure in failures)
        return waited and can_recognise()

    def _stay(self, source: str) -> None:
        """Count an unchanged file; what failed in it is told again at every run."""
        self.unchanged += self._counts.get(source, 0)
        self.failed.extend(self._failures.get(source, ()))

    def _note(self, entry: DocumentEntry, failures: Sequence[FailedSource]) -> None:
        self.failed.extend(failures)
        self._store(entry, failures)

    def _store(self, entry: DocumentEntry, failures: Sequence[FailedSource]) -> None:
        if self._draft:
            self._draft.catalog.put_document(entry, failures)

    def _read(self, state: FileState, step: Callable[[], None]) -> list[FailedSource]:
        """Read a file one article at a time, since a huge one need not fit; return what failed."""
        known = self._base.article_hashes(state.source) if self._base else {}
        seen: set[str] = set()
        failures: list[FailedSource] = []
        try:
            for part in self._reading.parts(state.path, state.source):
                if isinstance(part, FailedSource):
                    failures.append(part)
                elif part.id in seen:
                    reason = LocalizedText.of("reasons.id_twice", id=part.id)
                    failures.append(FailedSource(state.source, reason))
                elif (told := _hash(part)) is None:
                    failures.append(
                        FailedSource(state.source, LocalizedText.of("reasons.not_text"))
                    )
                else:
                    self._take_article(part, len(seen), told, known.pop(part.id, None))
                    seen.add(part.id)
                    if len(seen) % _ARTICLES_A_STEP == 0:
                        step()
        except (FileUnreadable, OSError) as error:
            failures.append(FailedSource(state.source, why_unreadable(error)))
            if self._scans and isinstance(error, FileUnreadable) and error.key == SCANNED:
                return failures
            # What the index has of the rest is kept: nobody can tell whether it is gone.
            self._keep(state.source, known)
            return failures
        if failures and not seen:
            self._keep(state.source, known)
            return failures
        self.removed += len(known)
        for article_id in known:
            self._drop(article_id)
        return failures

    def _take_article(self, article: Article, position: int, told: str, before: str | None) -> None:
        """Bring one article up to date; `told` is its hash, `before` the one in the index."""
        if before == told:
            self.unchanged += 1
            if not self._fresh:
                if self._draft:
                    self._draft.move_article(article.id, position)
                return
        elif before is None:
            self.added += 1
        else:
            self.changed += 1
        self._put(article, position)

    def _put(self, article: Article, position: int) -> None:
        chunks = chunk_article(article)
        if self._draft:
            self._draft.put_article(article, position, chunks)
        else:
            self.new_keys.update(passage_key_of(chunk, article.title) for chunk in chunks)

    def _drop(self, article_id: str) -> None:
        if self._draft and not self._fresh:
            self._draft.remove_article(article_id)

    def _keep(self, source: str, ids: Collection[str] | None = None) -> None:
        """Keep the last good version of a file that cannot be read now, or of some articles."""
        if ids is None:
            ids = self._base.article_hashes(source) if self._base else ()
        self.unchanged += len(ids)
        if self._fresh and self._base and ids:
            for position, article in enumerate(self._base.articles_of(source)):
                if article.id in ids:
                    self._put(article, position)

    def _remove(self, source: str) -> None:
        """Remove a file that is gone."""
        self.removed += self._counts.get(source, 0)
        if self._draft and not self._fresh and self._base:
            for article_id in self._base.article_hashes(source):
                self._drop(article_id)
            self._draft.catalog.remove_document(source)


def _hash(article: Article) -> str | None:
    """Return the hash of an article; None if it is no text, but holds half of a character."""
    try:
        return article_hash(article)
    except UnicodeEncodeError:
        return None
