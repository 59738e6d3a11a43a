"""A desk that tells of every answer: to the log, and to whoever counts."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable, Sequence
from datetime import date

from bot.ports import Desk
from retrieval.models import Answer, ArticleCard, Passage, Scope, Status, Summary

_log = logging.getLogger(__name__)

# Told the answer, or the name of what went wrong, and the seconds it took.
Note = Callable[[Answer | str, float], None]


class MeasuredDesk:
    """Passes everything on to a desk, and tells how each question ended.

    What is asked and answered never reaches the log: a question may be private.
    """

    def __init__(self, desk: Desk, note: Note | None = None) -> None:
        """Take the desk, and whom to tell besides the log."""
        self._desk = desk
        self._note = note

    def within(self, scope: Scope) -> MeasuredDesk:
        """Return the desk that sees nothing outside a bound, measured as this one is."""
        return MeasuredDesk(self._desk.within(scope), self._note)

    def collections(self) -> list[str]:
        """Return the names of the collections."""
        return self._desk.collections()

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
        """Answer as the desk does."""
        started = time.perf_counter()
        ended: Answer | None = None
        try:
            ended = self._desk.ask(
                question,
                article_id=article_id,
                top_k=top_k,
                earlier=earlier,
                on_text=on_text,
                user=user,
                after=after,
                before=before,
                source=source,
            )
            return ended
        finally:
            seconds = time.perf_counter() - started
            outcome = ended or type(sys.exception()).__name__
            _tell(outcome, seconds)
            if self._note:
                self._note(outcome, seconds)

    def summarize(self, article: str, sentences: int = 4, user: str = "") -> Summary:
        """Summarise as the desk does."""
        return self._desk.summarize(article, sentences, user)

    def articles(self, wanted: str = "") -> list[ArticleCard]:
        """Return the articles that fit."""
        return self._desk.articles(wanted)

    def passage(self, chunk_id: str, step: int = 0) -> Passage | None:
        """Return a passage, or one beside it."""
        return self._desk.passage(chunk_id, step)

    def nearest(self, text: str, limit: int = 5) -> list[Passage]:
        """Return the passages nearest to a text."""
        return self._desk.nearest(text, limit)

    def status(self) -> Status:
        """Return what the index holds."""
        return self._desk.status()


def _tell(outcome: Answer | str, seconds: float) -> None:
    """Log how a question ended, and the time of each stage."""
    spent = round(seconds * 1000, 1)
    if isinstance(outcome, str):
        _log.info("not answered after %s ms: %s", spent, outcome, extra={"facts": {"ms": spent}})
        return
    kind = outcome.mode if outcome.found else "abstained"
    stages = {name: round(value, 1) for name, value in outcome.timings_ms.items()}
    facts = {"outcome": kind, "ms": spent, "stages_ms": stages}
    _log.info("answered (%s) in %s ms", kind, spent, extra={"facts": facts})
