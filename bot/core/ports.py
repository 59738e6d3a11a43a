"""Protocols between Discord and the rest: answering, indexing runs, intake, folder watch."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from typing import Protocol

from index.intake_waiting import Staged
from index.models import Progress, RunReport
from retrieval.models import Answer, ArticleCard, AskRequest, Passage, Scope, Status, Summary

__all__ = [
    "AnswerService",
    "DocumentsWatch",
    "Intake",
    "Progress",
    "Reindex",
    "RunReport",
    "Staged",
]


class AnswerService(Protocol):
    """The answering side. Every method blocks; the bot calls them off the event loop.

    Methods raise subclasses of `config.errors.DocentError` for what a person must hear.
    """

    def within(self, scope: Scope) -> AnswerService:
        """Return a service limited to `scope`; limits of a limited service add up."""
        ...

    def collections(self) -> list[str]:
        """Return the names of the collections that contain an article, sorted."""
        ...

    def ask(self, request: AskRequest, on_text: Callable[[str], None] | None = None) -> Answer:
        """Answer a question.

        While a chat model writes, `on_text` is called with each verified piece of text; the
        answer returned takes its place.
        """
        ...

    def summarize(self, article: str, sentences: int = 4, user: str = "") -> Summary:
        """Summarise one article, by id, exact title or unique part of a title.

        `user` is whose daily limit of the chat model counts.
        """
        ...

    def articles(self, wanted: str = "") -> list[ArticleCard]:
        """Return the articles that fit, best first; all in order for an empty string."""
        ...

    def passage(self, chunk_id: str, step: int = 0) -> Passage | None:
        """Return a passage, or the one `step` places after it in its article."""
        ...

    def nearest(self, text: str, limit: int = 5) -> list[Passage]:
        """Return the passages nearest to any text, best first."""
        ...

    def starters(self, language: str) -> tuple[str, ...]:
        """Return up to three questions that the documents answer, those in a language first."""
        ...

    def status(self) -> Status:
        """Return the size and state of the index. Raises NoIndex before the first run."""
        ...


class DocumentsWatch(Protocol):
    """Reports changes in the documents folder."""

    def follow(self, index: Callable[[object], bool], stop: threading.Event) -> None:
        """Call `index` for each change until `stop`; retry later if it returns False.

        Blocks; called off the event loop.
        """
        ...


class Intake(Protocol):
    """Adds and removes documents. Blocks; called off the event loop."""

    def check(self, name: str, collection: str, size: int) -> str:
        """Return the source path a file would get. Raises if the file is refused."""
        ...

    def stage(self, name: str, collection: str, content: bytes, by: str, server: int) -> Staged:
        """Read an upload and keep it until `place` or `drop`."""
        ...

    def staged(self, token: str) -> Staged:
        """Return a staged upload."""
        ...

    def place(self, token: str, by: str, *, replace: bool = False) -> Staged:
        """Move a staged upload into the folder; overwriting needs `replace`."""
        ...

    def drop(self, token: str) -> None:
        """Discard a staged upload."""
        ...

    def take_out(self, source: str, by: str) -> bool:
        """Remove a document; return True if it was the last one."""
        ...

    def expiring(self, collection: str, until: date) -> list[tuple[str, date]]:
        """Return the documents of a collection that hold until a day or less, with their day."""
        ...


class Reindex(Protocol):
    """Index what changed in the documents folder. Blocks; called off the event loop."""

    def __call__(
        self,
        *,
        full: bool = False,
        prune_all: bool = False,
        progress: Callable[[Progress], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> RunReport:
        """Run; `cancelled` is polled between batches and stops the run without changes.

        `prune_all` lets it empty the index, since the last document was taken out on purpose.
        """
        ...
