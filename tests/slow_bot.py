"""The bot over a service as slow as a test wants, in its own process (`tests/run_bot.py`).

Each question is answered with a sentence that repeats it, after `FAKE_DELAY` seconds; with `long`
in it, in several messages.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable

from retrieval.models import Answer, AskRequest, Citation, Passage
from tests.fake_bot import run
from tests.fakes_service import FakeService

ARTICLE = "harbour.txt#1"
CHUNK = "0123456789abcdef"


class SlowService(FakeService):
    """Answers every question."""

    def __init__(self, delay: float) -> None:
        super().__init__(delay=delay)
        self.texts = {ARTICLE: ("Harbour", "", "The harbour has 42 boats.")}

    def ask(self, request: AskRequest, on_text: Callable[[str], None] | None = None) -> Answer:
        question = request.question
        sys.stderr.write(f"asked {question}\n")
        time.sleep(self.delay)
        quote = f"The answer to {question} is 42 boats."
        if "long" in question:
            quote = " ".join(f"Sentence {i} of the answer to {question}." for i in range(150))
        start = quote.index("answer")
        citation = Citation(
            *(1, ARTICLE, "Harbour", "harbour.txt", "", quote, 0, len(quote)),
            highlight=(start, start + len("answer")),
            chunk_id=CHUNK,
        )
        text = f"{quote.replace('answer', '**answer**', 1)} [1]"
        passages = (_passage(question),)
        return Answer(question, "en", True, text, "extractive", (citation,), passages)

    def passage(self, chunk_id: str, step: int = 0) -> Passage | None:
        return _passage("it") if not step else None

    def nearest(self, text: str, limit: int = 5) -> list[Passage]:
        return [_passage(text)]


def _passage(question: str) -> Passage:
    text = f"The answer to {question} is 42 boats."
    return Passage(CHUNK, ARTICLE, "Harbour", "harbour.txt", "", text, 0.9, 0, len(text))


def main() -> int:
    return run(SlowService(float(os.environ.get("FAKE_DELAY", "0"))))
