"""Indexing runs as the bot sees them: one at a time, watched, cancelled, off the event loop."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable

from bot.core.ports import Progress, Reindex, RunReport
from bot.core.threads import run_in_thread
from bot.discord.error_messages import known_sentence
from bot.discord.render.parts import Part
from bot.discord.render.render_runs import duration, progress_line, render_progress, render_report
from config.errors import DocentError
from config.phrases import localize
from index.errors import StoreLocked

_log = logging.getLogger(__name__)
_LOGGED_FAILURES = 10


class Run:
    """One indexing run: its progress and its outcome."""

    def __init__(self, full: bool, prune_all: bool = False) -> None:
        """Start the clock."""
        self.full, self.prune_all = full, prune_all
        self.progress: Progress | None = None
        self.report: RunReport | None = None
        self.error: BaseException | None = None
        self.cancelled = False
        self.restarting = False
        self.finished = asyncio.Event()
        self._started = time.monotonic()
        self._seconds: float | None = None

    @property
    def is_refused(self) -> bool:
        """Return True if another process was writing to the index."""
        return isinstance(self.error, StoreLocked)

    @property
    def elapsed(self) -> float:
        """Return the seconds since the start, up to the end."""
        if self._seconds is not None:
            return self._seconds
        return time.monotonic() - self._started

    def note(self, progress: Progress) -> None:
        """Take the progress; called from the thread that works."""
        self.progress = progress

    def is_cancelled(self) -> bool:
        """Return True if the run is to stop; called from the working thread."""
        return self.cancelled

    def line(self, language: str, *, bounded: bool) -> str:
        """Return the progress in one line; `bounded` by what a reader may see, without counts."""
        return progress_line(_uncounted(self.progress) if bounded else self.progress, language)

    def part(
        self,
        language: str,
        *,
        shown_again: bool = False,
        bounded: bool,
        closed: Callable[[str], bool] = bool,
    ) -> Part:
        """Return the run as a message: its progress or its outcome.

        Files that are `closed`, which is all of them unless told, are not named. Where something
        is closed to those who read it, the message is `bounded`: it tells no count of the whole.
        """
        if not self.finished.is_set():
            return render_progress(
                _uncounted(self.progress) if bounded else self.progress,
                language,
                full=self.full,
                elapsed=_in_steps(self.elapsed),
                cancelling=self.cancelled,
                shown_again=shown_again,
            )
        if self.restarting and (self.report is None or self.report.cancelled):
            return Part(localize("discord.run_restarted", language))
        if self.report is not None:
            return render_report(self.report, language, closed, bounded=bounded)
        reason = self.failure(language)
        time_taken = duration(self.elapsed, language)
        return Part(localize("discord.run_failed", language, time=time_taken, reason=reason))

    def failure(self, language: str) -> str:
        """Return why it failed, for a person."""
        if isinstance(self.error, DocentError):
            return known_sentence(self.error, language)
        return localize("discord.run_broken", language)

    def finish(self, report: RunReport | None, error: BaseException | None) -> None:
        """Stop the clock and tell those who watch."""
        self.report, self.error = report, error
        self._seconds = self.elapsed
        self.finished.set()


def _uncounted(progress: Progress | None) -> Progress | None:
    """Return the phase of a run without its counts."""
    return Progress(progress.phase, 0, 0) if progress is not None else None


def _in_steps(elapsed: float) -> int:
    """Return the seconds in steps, so that an unchanged run is not edited every second."""
    return int(elapsed) if elapsed < 10 else int(elapsed) // 5 * 5


def _log_report(report: RunReport) -> None:
    """Log what a run did, and the files that it could not read."""
    if report.cancelled:
        _log.info("the indexing run was cancelled; nothing was changed")
        return
    done = (report.added, report.changed, report.removed, report.unchanged)
    _log.info("indexed: %d added, %d changed, %d removed, %d unchanged", *done)
    held = (report.articles, report.passages, report.generation, report.seconds)
    _log.info("%d articles in %d passages answer (generation %d, %.1f s)", *held)
    for source, reason in report.failed[:_LOGGED_FAILURES]:
        _log.warning("not read: %s: %s", source, reason)
    if len(report.failed) > _LOGGED_FAILURES:
        _log.warning("not read: %d more files", len(report.failed) - _LOGGED_FAILURES)


class Runs:
    """The current indexing run, if any, and the last one."""

    def __init__(self, reindex: Reindex) -> None:
        """Keep the reindex function; nothing is started."""
        self._reindex = reindex
        self._task: asyncio.Task[None] | None = None
        self.stopping = False
        self.last: Run | None = None

    @property
    def current(self) -> Run | None:
        """Return the current run."""
        run = self.last
        return run if run is not None and not run.finished.is_set() else None

    def start(self, full: bool = False, prune_all: bool = False) -> Run:
        """Start a run and return it, or return the current one."""
        if self.current is not None:
            return self.current
        self.last = Run(full, prune_all)
        self._task = asyncio.create_task(self._work(self.last), name="indexing run")
        return self.last

    async def _work(self, run: Run) -> None:
        report: RunReport | None = None
        error: BaseException | None = None
        work = run_in_thread(
            self._reindex,
            full=run.full,
            prune_all=run.prune_all,
            progress=run.note,
            cancelled=run.is_cancelled,
        )
        task = asyncio.ensure_future(work)
        await asyncio.wait([task])
        if task.cancelled():
            error = asyncio.CancelledError()
        elif (error := task.exception()) is None:
            report = task.result()
            _log_report(report)
        else:
            expected = isinstance(error, DocentError)
            _log.error("the indexing run failed: %s", error, exc_info=None if expected else error)
        run.finish(report, error)

    async def stop(self, seconds: float) -> None:
        """Cancel the current run for a restart and wait up to `seconds` for its end."""
        self.stopping = True
        run = self.current
        if run is None:
            return
        run.cancelled = run.restarting = True
        try:
            await asyncio.wait_for(run.finished.wait(), seconds)
        except TimeoutError:
            run.finish(None, None)
