"""A small indexing run, to try the bot without the real library."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from bot.core.ports import Progress, RunReport
from index.documents.reading import Reading
from index.errors import StoreLocked
from index.models import Article
from tests.fakes_service import FakeService, sample_articles


class FakeReindex:
    """A run of so many steps; afterwards one article is new, one is gone."""

    def __init__(
        self,
        service: FakeService,
        *,
        steps: int = 5,
        step_seconds: float = 0.0,
        refusals: int = 0,
    ) -> None:
        self.service, self.steps, self.step_seconds = service, steps, step_seconds
        self.refusals = refusals
        self.documents: Path | None = None

    def __call__(
        self,
        *,
        full: bool = False,
        progress: Callable[[Progress], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
        prune_all: bool = False,
    ) -> RunReport:
        if self.refusals:
            self.refusals -= 1
            raise StoreLocked("errors.store_locked", pid="1", since="now", doing="indexing")
        started = time.monotonic()
        stopped = False
        for step in range(self.steps):
            if cancelled and cancelled():
                stopped = True
                break
            if progress:
                progress(Progress("encode", step, self.steps))
            time.sleep(self.step_seconds)
        if not stopped:
            self.service.texts.pop("notes.txt#22", None)
            self.service.texts["new.txt#1"] = (
                "The new bridge",
                "",
                "The new bridge is 88 metres long.",
            )
            self.service.generation += 1
            self.service.texts = self._texts()
        failed = (("broken.pdf", "the file is encrypted"),)
        seconds = time.monotonic() - started
        return RunReport(1, 0, 0, 28, failed, 29, 40, seconds, stopped, self.service.generation)

    def _texts(self) -> dict[str, tuple[str, str, str]]:
        """Return the texts, with those of the documents folder as they are now, if there is one."""
        if self.documents is None:
            return self.service.texts
        kept = {k: t for k, t in self.service.texts.items() if k in sample_articles()}
        for path in self.documents.rglob("*.md"):
            source = path.relative_to(self.documents).as_posix()
            with Reading() as reading:
                for part in reading.parts(path, source):
                    if isinstance(part, Article):
                        kept[part.id] = (part.title, part.date, part.text)
        return kept
