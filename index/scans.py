"""Have the scanned pages of files recognised, in a process of its own, and keep their words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from index.documents.limits import Limits
from index.documents.ocr import SCANNED, Recognised
from index.documents.reading import Reading
from index.documents.registry import why_unreadable
from index.errors import FileUnreadable
from index.models import FailedSource
from index.scan import FileState

# A page takes 3 to 45 seconds, and the engine up to 900 MB with its address space.
_LIMITS = Limits(seconds=180, megabytes=6000)
_RECOGNISER = "index.documents.ocr_process"


class Scans:
    """Recognises scanned pages for a run; `folder` keeps their words from run to run."""

    def __init__(self, folder: Path) -> None:
        """Start nothing yet."""
        self.folder = folder
        self._known = Recognised(folder)

    def recognise(
        self, state: FileState, step: Callable[[int, int], None]
    ) -> Iterator[FailedSource]:
        """Recognise the scanned pages of a file; yield what failed.

        `step` is told how many pages are done, of all of them, and may stop it.
        """
        with Reading(recognised=self.folder) as reading, Reading(_LIMITS, _RECOGNISER) as engine:
            try:
                for _ in reading.parts(state.path, state.source):
                    return
            except FileUnreadable as error:
                if error.key != SCANNED:
                    return
                pages = str(error.values["pages"]).split(", ")
            try:
                for done, page in enumerate(pages):
                    step(done, len(pages))
                    found: list[list[Any]] = list(engine.answers(state.path, page))
                    self._known.keep(state.path, int(page), found)
            except (FileUnreadable, OSError) as error:
                yield FailedSource(state.source, why_unreadable(error))
