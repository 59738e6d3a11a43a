"""A decorator of what answers questions: logs every outcome and reports it to the metrics."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from retrieval.models import Answer

_log = logging.getLogger(__name__)
_Asked = ParamSpec("_Asked")

# Told the answer, or the name of what went wrong, and the seconds it took.
Note = Callable[[Answer | str, float], None]


def measured(ask: Callable[_Asked, Answer], note: Note | None = None) -> Callable[_Asked, Answer]:
    """Return `ask` with the outcome of each question logged, and told to `note`.

    What is asked and answered never reaches the log: a question may be private.
    """

    @wraps(ask)
    def answered(*args: _Asked.args, **named: _Asked.kwargs) -> Answer:
        started = time.perf_counter()
        ended: Answer | None = None
        try:
            ended = ask(*args, **named)
            return ended
        finally:
            seconds = time.perf_counter() - started
            outcome = ended or type(sys.exception()).__name__
            _log_outcome(outcome, seconds)
            if note:
                note(outcome, seconds)

    return answered


def _log_outcome(outcome: Answer | str, seconds: float) -> None:
    """Log how a question ended, and the time of each stage."""
    spent = round(seconds * 1000, 1)
    if isinstance(outcome, str):
        _log.info("not answered after %s ms: %s", spent, outcome, extra={"facts": {"ms": spent}})
        return
    kind = outcome.mode if outcome.found else "abstained"
    stages = {name: round(value, 1) for name, value in outcome.timings_ms.items()}
    facts = {"outcome": kind, "ms": spent, "stages_ms": stages}
    _log.info("answered (%s) in %s ms", kind, spent, extra={"facts": facts})
