"""Bring the index up to the documents folder: scan, read, encode, write, clean."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from index.catalog import Catalog
from index.comparison import Comparison
from index.draft import Draft, Fetch
from index.errors import DocumentsMissing, IndexingError
from index.library import Library
from index.models import IndexReport
from index.readers import SUFFIXES
from index.scan import Scan, scan_folder
from index.writer import Writer

# Passages that are encoded and written at a time, and files between two commits of a generation
# that nobody reads yet.
_BATCH = 512
_FILES_A_COMMIT = 1_000

OnProgress = Callable[[str, int, int], None]


class _Cancelled(Exception):
    """Somebody asked the run to stop."""


@dataclass(frozen=True, slots=True)
class _Watch:
    """Who is told how far the run is, and who may stop it."""

    progress: OnProgress | None
    cancelled: Callable[[], bool] | None

    def step(self, phase: str, done: int, total: int) -> None:
        """Tell how far a phase is. Raises _Cancelled when the run is to stop."""
        if self.cancelled and self.cancelled():
            raise _Cancelled
        if self.progress:
            self.progress(phase, done, total)


def reindex(
    library: Library,
    documents_dir: Path,
    *,
    full: bool = False,
    dry_run: bool = False,
    prune_all: bool = False,
    progress: OnProgress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> IndexReport:
    """Bring the index up to the documents folder, and report what was done.

    `progress` is told (phase, done, total); `cancelled` is polled between steps and stops the
    run, which then changes nothing. `full` builds everything anew, from a damaged index too.
    Raises DocumentsMissing, StoreLocked, StoreUnusable.
    """
    started = time.monotonic()
    watch = _Watch(progress, cancelled)
    if dry_run:
        with library.snapshot() as base:
            scan = _scan(documents_dir, watch, base, prune_all)
            comparison = Comparison(base, None, fresh=False)
            _compare(comparison, scan, watch)
            known = base.known(sorted(comparison.new_keys)) if base else set()
            embedded = len(comparison.new_keys - known)
        return _report(library, comparison, started, embedded)
    with library.writing("indexing", repair=full) as writer:
        with writer.base() as base:
            scan = _scan(documents_dir, watch, base, prune_all)
        try:
            comparison, embedded = _bring_up(writer, scan, watch, full)
        except _Cancelled:
            writer.end("cancelled")
            return IndexReport(0, 0, 0, 0, (), 0, 0, 0.0, library.generation, cancelled=True)
        writer.forget_old()
        report = _report(library, comparison, started, embedded)
        writer.end("done", articles=report.articles, passages=report.passages, embedded=embedded)
    watch.step("clean", 1, 1)
    return report


def rollback(library: Library) -> int:
    """Let the generation before the current one answer again, and return its number.

    Raises IndexingError if there is none that this model and version can read.
    """
    with library.writing("rolling back") as writer:
        number = writer.earlier()
        if number is None:
            raise IndexingError("errors.rollback_none")
        writer.switch_to(number)
        return number


def _scan(folder: Path, watch: _Watch, base: Catalog | None, prune_all: bool) -> Scan:
    """Look through the folder. Raises DocumentsMissing where that would empty the index."""
    watch.step("scan", 0, 0)
    try:
        scan = scan_folder(folder, SUFFIXES)
    except DocumentsMissing:
        if not prune_all:
            raise
        scan = Scan((), (), (), 0)
    if not scan.files and not prune_all:
        held = len(base.article_counts()) if base else 0
        if held:
            raise DocumentsMissing("errors.documents_empty", folder=folder, count=held)
        suffixes = " ".join(sorted(SUFFIXES))
        raise DocumentsMissing("errors.documents_none", folder=folder, suffixes=suffixes)
    watch.step("scan", len(scan.files), len(scan.files))
    return scan


def _compare(
    comparison: Comparison, scan: Scan, watch: _Watch, between: Callable[[], None] | None = None
) -> None:
    """Read what changed; `between` is called now and then."""
    total = len(scan.files)

    def step(done: int) -> None:
        watch.step("read", done, total)
        if between and done and done % _FILES_A_COMMIT == 0:
            between()

    comparison.run(scan, step)
    watch.step("read", total, total)


def _bring_up(writer: Writer, scan: Scan, watch: _Watch, full: bool) -> tuple[Comparison, int]:
    """Make the changes and let them answer; return what they were and how many were encoded."""
    fresh = full or not writer.is_up_to_date
    with contextlib.ExitStack() as stack:
        if fresh:
            base = stack.enter_context(writer.base())
            draft = stack.enter_context(writer.begin_generation())
            fetch = None if full else stack.enter_context(writer.old_vectors())
        else:
            draft = stack.enter_context(writer.begin())
            base, fetch = draft.catalog, None
            if writer.interrupted:
                writer.heal(draft)
        comparison = Comparison(base, draft, fresh=fresh)
        _compare(comparison, scan, watch, draft.catalog.commit if fresh else None)
        _encode(draft, fetch, watch)
        watch.step("write", 0, 1)
        draft.commit()
        if fresh:
            writer.switch()
        if watch.progress:
            watch.progress("clean", 0, 1)
        draft.clean()
        return comparison, draft.embedded


def _encode(draft: Draft, fetch: Fetch | None, watch: _Watch) -> None:
    """Store the vectors and terms of what is new."""
    missing = draft.missing()
    for start in range(0, len(missing), _BATCH):
        watch.step("encode", start, len(missing))
        draft.write(missing[start : start + _BATCH], fetch)
    watch.step("encode", len(missing), len(missing))


def _report(library: Library, comparison: Comparison, started: float, embedded: int) -> IndexReport:
    with library.snapshot() as now:
        _, articles, passages = now.counts() if now else (0, 0, 0)
    return IndexReport(
        added=comparison.added,
        changed=comparison.changed,
        removed=comparison.removed,
        unchanged=comparison.unchanged,
        failed=tuple(comparison.failed),
        articles=articles,
        passages=passages,
        seconds=round(time.monotonic() - started, 3),
        generation=library.generation,
        embedded=embedded,
    )
