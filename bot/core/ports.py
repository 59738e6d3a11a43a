"""What the Discord side may ask of the rest: two small protocols, and nothing of the index."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from retrieval.models import Answer, ArticleCard, Passage, Scope, Status, Summary


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an indexing run is. `phase` is `scan`, `read`, `encode`, `write` or `clean`."""

    phase: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class RunReport:
    """What an indexing run did, in plain numbers; `failed` holds (source, reason).

    So does `skipped`, the files of kinds that are not read.
    """

    added: int
    changed: int
    removed: int
    unchanged: int
    failed: tuple[tuple[str, str], ...]
    articles: int
    passages: int
    seconds: float
    cancelled: bool = False
    generation: int = 0
    embedded: int = 0
    skipped: tuple[tuple[str, str], ...] = ()


class AnswerService(Protocol):
    """The answering side. Every method blocks; the bot calls them off the event loop.

    Methods raise subclasses of `config.errors.DocentError` for what a person must hear.
    """

    def within(self, scope: Scope) -> AnswerService:
        """Return a whole service that sees nothing outside a bound; a bounded one is narrowed."""
        ...

    def collections(self) -> list[str]:
        """Return the names of the collections that hold an article, in order."""
        ...

    def ask(
        self,
        question: str,
        *,
        article_id: str | None = None,
        top_k: int | None = None,
        earlier: Sequence[tuple[str, str]] = (),
        on_text: Callable[[str], None] | None = None,
        user: str = "",
        after: date | None = None,
        before: date | None = None,
        source: str = "",
    ) -> Answer:
        """Answer; `earlier` holds the (question, answer) turns of the reply chain, oldest first.

        While a chat model writes, `on_text` is told each piece of text that is proved; the
        answer returned takes its place. `user` is whose daily limit of such answers counts.
        `after`, `before` and `source` narrow what is searched, as a Scope does.
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

    def status(self) -> Status:
        """Return what the index holds. Raises NoIndex before the first run is finished."""
        ...


class DocumentsWatch(Protocol):
    """Tells of changes in the documents folder."""

    def follow(self, index: Callable[[object], bool], stop: threading.Event) -> None:
        """Call `index` for each change until `stop`; where it returns False, try it anew later.

        Blocks; called off the event loop.
        """
        ...


class Upload(Protocol):
    """A document that was read and waits to be put in place; `unread` parts of it could not be."""

    @property
    def token(self) -> str:
        """Return what it is called while it waits."""
        ...

    @property
    def source(self) -> str:
        """Return its path below the documents."""
        ...

    @property
    def titles(self) -> tuple[str, ...]:
        """Return the titles of its articles."""
        ...

    @property
    def unread(self) -> int:
        """Return how many parts of it could not be read."""
        ...

    @property
    def replaces(self) -> bool:
        """Return True if a document of that name is there already."""
        ...

    @property
    def by(self) -> str:
        """Return who staged it."""
        ...

    @property
    def server(self) -> int:
        """Return the server in which it was staged."""
        ...


class Intake(Protocol):
    """Takes documents in and out of the folder. Blocks; called off the event loop."""

    def check(self, name: str, collection: str, size: int) -> str:
        """Return the source that a file would have; raises for one that is refused."""
        ...

    def stage(self, name: str, collection: str, content: bytes, by: str, server: int) -> Upload:
        """Read an upload and keep it until `place` or `drop`."""
        ...

    def staged(self, token: str) -> Upload:
        """Return an upload that waits."""
        ...

    def place(self, token: str, by: str, *, replace: bool = False) -> Upload:
        """Put it in place; one that takes another's place needs `replace`."""
        ...

    def drop(self, token: str) -> None:
        """Forget it."""
        ...

    def take_out(self, source: str, by: str) -> bool:
        """Move a document out; True if it was the last one."""
        ...


class Reindex(Protocol):
    """Bring the index up to the documents folder. Blocks; called off the event loop."""

    def __call__(
        self,
        *,
        full: bool = False,
        prune_all: bool = False,
        progress: Callable[[Progress], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> RunReport:
        """Run it; `cancelled` is polled between batches and stops the run, changing nothing.

        `prune_all` lets it empty the index, since the last document was taken out on purpose.
        """
        ...
