"""Bring the index up to the documents folder: scan, read, encode, write, clean."""

from __future__ import annotations

import contextlib
import functools
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from index.comparison import Comparison
from index.documents.registry import SUFFIXES
from index.errors import DocumentsMissing, IndexingError, StoreUnusable
from index.library import Library
from index.models import Progress, RunReport
from index.scan import FileState, Scan, scan_folder
from index.scans import Scans
from index.store.catalog import Catalog
from index.store.encoder import Fetch
from index.store.engine_writer import StoreWriter, Transaction

# Passages that are encoded and written at a time.
_BATCH = 256

_log = logging.getLogger(__name__)

OnProgress = Callable[[Progress], None]


class _Cancelled(Exception):
    """Somebody asked the run to stop."""


@dataclass(frozen=True, slots=True)
class _Watch:
    """Who is told how far the run is, and who may stop it."""

    progress: OnProgress | None
    cancelled: Callable[[], bool] | None

    def step(self, phase: str, done: int, total: int) -> None:
        """Report the progress of a phase. Raises _Cancelled when the run is to stop."""
        self.poll()
        self.tell(phase, done, total)

    def poll(self) -> None:
        """Raise _Cancelled when the run is to stop."""
        if self.cancelled and self.cancelled():
            raise _Cancelled

    def tell(self, phase: str, done: int, total: int) -> None:
        """Report the progress of a phase that cannot be cancelled."""
        if self.progress:
            self.progress(Progress(phase, done, total))


def reindex(
    library: Library,
    documents_dir: Path,
    *,
    full: bool = False,
    dry_run: bool = False,
    prune_all: bool = False,
    progress: OnProgress | None = None,
    cancelled: Callable[[], bool] | None = None,
    is_moving: Callable[[FileState], bool] | None = None,
) -> RunReport:
    """Bring the index up to the documents folder, and report what was done.

    `progress` is told how far it is; `cancelled` is polled between steps and stops the
    run, which then changes nothing. `full` builds everything anew, from a damaged index too.
    A file that `is_moving`, since somebody still writes it, is left as the index has it.
    Raises DocumentsMissing, StoreLocked, StoreUnusable.
    """
    job = _Job(library, documents_dir, _Watch(progress, cancelled), time.monotonic(), is_moving)
    try:
        return job.rehearse(prune_all) if dry_run else job.run(full, prune_all)
    except _Cancelled:
        return RunReport(0, 0, 0, 0, (), 0, 0, 0.0, cancelled=True, generation=library.generation)


def rollback(library: Library) -> int:
    """Let the generation before the current one answer again, and return its number.

    Raises IndexingError if there is none that this model and version can read.
    """
    with library.writing("rolling back") as writer:
        number = writer.earlier()
        if number is None:
            raise IndexingError("errors.rollback_none")
        writer.ledger.switch(number)
        return number


@dataclass(frozen=True, slots=True)
class _Job:
    """One run over one folder."""

    library: Library
    folder: Path
    watch: _Watch
    started: float
    is_moving: Callable[[FileState], bool] | None = None

    def rehearse(self, prune_all: bool) -> RunReport:
        """Return what a run would do, without writing."""
        with self.library.snapshot() as base:
            scan = self._scan(base, prune_all)
            comparison = Comparison(base, None, fresh=False)
            self._compare(comparison, scan)
            known = base.known(sorted(comparison.new_keys)) if base else set()
        return self._report(comparison, len(comparison.new_keys - known))

    def run(self, full: bool, prune_all: bool) -> RunReport:
        """Do it, as the only writer."""
        with self.library.writing("indexing", repair=full) as writer:
            with writer.base() as base:
                scan = self._scan(base, prune_all)
            comparison, embedded = self._bring_up(writer, scan, full)
            writer.finish()
            report = self._report(comparison, embedded)
        self.watch.tell("clean", 1, 1)
        return report

    def _scan(self, base: Catalog | None, prune_all: bool) -> Scan:
        """Look through the folder. Raises DocumentsMissing where that would empty the index."""
        self.watch.step("scan", 0, 0)
        try:
            scan = scan_folder(self.folder, SUFFIXES, self.library.data_dir)
        except DocumentsMissing:
            if not prune_all:
                raise
            scan = Scan((), (), (), 0)
        if not scan.files and not prune_all:
            held = len(base.article_counts()) if base else 0
            if held:
                raise DocumentsMissing("errors.documents_empty", folder=self.folder, count=held)
            suffixes = " ".join(sorted(SUFFIXES))
            raise DocumentsMissing("errors.documents_none", folder=self.folder, suffixes=suffixes)
        self.watch.step("scan", len(scan.files), len(scan.files))
        return scan

    def _compare(
        self,
        comparison: Comparison,
        scan: Scan,
        draft: Transaction | None = None,
        fetch: Fetch | None = None,
    ) -> None:
        """Read what changed; what is new of a large library is stored meanwhile."""
        total = len(scan.files)

        def step(done: int) -> None:
            self.watch.step("read", done, total)
            if draft and draft.is_worth_writing():
                self._write(draft, fetch, lambda done, total: self.watch.poll())

        def page(done: int, total: int) -> None:
            self.watch.step("recognise", done, total)

        comparison.run(scan, step, page)
        self.watch.step("read", total, total)

    def _bring_up(self, writer: StoreWriter, scan: Scan, full: bool) -> tuple[Comparison, int]:
        """Make the changes and let them answer; return them, and what was encoded."""
        fresh = full or not writer.is_up_to_date
        with contextlib.ExitStack() as stack:
            if fresh:
                base = stack.enter_context(writer.base())
                draft = stack.enter_context(writer.begin_generation())
                fetch = None if full else stack.enter_context(writer.old_vectors())
            else:
                draft = stack.enter_context(writer.begin())
                base, fetch = draft.catalog, None
            scans = Scans(self.library.data_dir / "recognised")
            comparison = Comparison(base, draft, fresh=fresh, is_moving=self.is_moving, scans=scans)
            self._compare(comparison, scan, draft, fetch)
            self._write(draft, fetch, functools.partial(self.watch.step, "encode"))
            self.watch.step("write", 0, 1)
            draft.commit()
            self.watch.tell("write", 1, 1)
            self.watch.tell("clean", 0, 1)
            try:
                draft.clean()
            except StoreUnusable as error:
                # The new content answers already; the next run removes what is left.
                _log.warning("what this run replaced is still there: %s", error)
            return comparison, draft.embedded

    def _write(
        self, draft: Transaction, fetch: Fetch | None, step: Callable[[int, int], None]
    ) -> None:
        """Store the vectors and terms of what is new; `step` is told how many are done, of all."""
        missing = draft.missing()
        for start in range(0, len(missing), _BATCH):
            step(start, len(missing))
            draft.write(missing[start : start + _BATCH], fetch)
        step(len(missing), len(missing))

    def _report(self, comparison: Comparison, embedded: int) -> RunReport:
        with self.library.snapshot() as now:
            _, articles, passages = now.counts() if now else (0, 0, 0)
        return RunReport(
            added=comparison.added,
            changed=comparison.changed,
            removed=comparison.removed,
            unchanged=comparison.unchanged,
            failed=tuple(comparison.failed),
            articles=articles,
            passages=passages,
            seconds=round(time.monotonic() - self.started, 3),
            generation=self.library.generation,
            embedded=embedded,
            skipped=comparison.skipped,
        )
