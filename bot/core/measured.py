"""How a question ends: every outcome is logged and reported to the metrics."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable

from retrieval.models import Answer

_log = logging.getLogger(__name__)

# Told the answer, or the name of what went wrong, and the seconds it took.
Note = Callable[[Answer | str, float], None]


def measured(ask: Callable[[], Answer], note: Note | None = None) -> Answer:
    """Return what `ask` answers, with the outcome and the time of each stage logged.

    `note` is told the outcome too. What is asked and answered never reaches the log: a question
    may be private.
    """
    started = time.perf_counter()
    answer: Answer | None = None
    try:
        answer = ask()
        return answer
    finally:
        seconds = time.perf_counter() - started
        spent, failure = round(seconds * 1000, 1), type(sys.exception()).__name__
        if answer is None:
            _log.info(
                "not answered after %s ms: %s", spent, failure, extra={"facts": {"ms": spent}}
            )
        else:
            kind = answer.mode if answer.found else "abstained"
            stages = {name: round(value, 1) for name, value in answer.timings_ms.items()}
            facts = {"outcome": kind, "ms": spent, "stages_ms": stages}
            _log.info("answered (%s) in %s ms", kind, spent, extra={"facts": facts})
        if note:
            note(answer or failure, seconds)
