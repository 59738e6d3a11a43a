"""An answer service that logs every outcome and reports it to the metrics."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable, Sequence
from datetime import date

from bot.core.ports import AnswerService
from retrieval.models import Answer, ArticleCard, Passage, Scope, Status, Summary

_log = logging.getLogger(__name__)

# Told the answer, or the name of what went wrong, and the seconds it took.
Note = Callable[[Answer | str, float], None]


class MeasuredService:
    """Forwards every call to a service and reports how each question ended.

    What is asked and answered never reaches the log: a question may be private.
    """

    def __init__(self, service: AnswerService, note: Note | None = None) -> None:
        """Wrap `service`; `note` receives each outcome."""
        self._service = service
        self._note = note

    def within(self, scope: Scope) -> MeasuredService:
        """Return the service that sees nothing outside a bound, measured as this one is."""
        return MeasuredService(self._service.within(scope), self._note)

    def collections(self) -> list[str]:
        """Return the names of the collections."""
        return self._service.collections()

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
        """Answer as the service does."""
        started = time.perf_counter()
        ended: Answer | None = None
        try:
            ended = self._service.ask(
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
        """Summarise as the service does."""
        return self._service.summarize(article, sentences, user)

    def articles(self, wanted: str = "") -> list[ArticleCard]:
        """Return the articles that fit."""
        return self._service.articles(wanted)

    def passage(self, chunk_id: str, step: int = 0) -> Passage | None:
        """Return a passage, or one beside it."""
        return self._service.passage(chunk_id, step)

    def nearest(self, text: str, limit: int = 5) -> list[Passage]:
        """Return the passages nearest to a text."""
        return self._service.nearest(text, limit)

    def status(self) -> Status:
        """Return what the index holds."""
        return self._service.status()


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
