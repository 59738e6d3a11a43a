"""What the Discord side may ask of the rest: two small protocols, and nothing of the index."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from retrieval.models import Answer, ArticleCard, Passage, Status, Summary


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an indexing run is. `phase` is `scan`, `read`, `encode`, `write` or `clean`."""

    phase: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class RunReport:
    """What an indexing run did, in plain numbers; `failed` holds (source, reason)."""

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


class Desk(Protocol):
    """The answering side. Every method blocks; the bot calls them off the event loop.

    Methods raise subclasses of `config.errors.DocentError` for what a person must hear.
    """

    def ask(
        self,
        question: str,
        *,
        article_id: str | None = None,
        top_k: int | None = None,
        earlier: Sequence[tuple[str, str]] = (),
        on_text: Callable[[str], None] | None = None,
        user: str = "",
    ) -> Answer:
        """Answer; `earlier` holds the (question, answer) turns of the reply chain, oldest first.

        While a chat model writes, `on_text` is told each piece of text that is proved; the
        answer returned takes its place. `user` is whose daily limit of such answers counts.
        """
        ...

    def summarize(self, article: str, sentences: int = 4) -> Summary:
        """Summarise one article, by id, exact title or unique part of a title."""
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


class Reindex(Protocol):
    """Bring the index up to the documents folder. Blocks; called off the event loop."""

    def __call__(
        self,
        *,
        full: bool = False,
        progress: Callable[[Progress], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> RunReport:
        """Run it; `cancelled` is polled between batches and stops the run, changing nothing."""
        ...
