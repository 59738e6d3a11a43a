"""The real bot over a service as slow as a test wants, in its own process (`tests/run_bot.py`).

Questions with `long` in them are answered in several messages, those with `nothing` not at all.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Callable

from bot.core.ports import Progress, RunReport
from bot.discord.client import DocentBot
from bot.discord.lifecycle import run_bot
from bot.discord.progress import Timeouts
from config.errors import DocentError
from config.logs import configure_logging
from config.settings import load_settings
from retrieval.models import (
    Answer,
    ArticleCard,
    AskRequest,
    Citation,
    Passage,
    Scope,
    Status,
    Summary,
)

ARTICLE = "harbour.txt#1"
CHUNK = "0123456789abcdef"


class SlowService:
    """Answers every question with a sentence that repeats it, after `seconds`."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def within(self, scope: Scope) -> SlowService:
        return self

    def collections(self) -> list[str]:
        return [""]

    def ask(self, request: AskRequest, on_text: Callable[[str], None] | None = None) -> Answer:
        question = request.question
        sys.stderr.write(f"asked {question}\n")
        time.sleep(self.seconds)
        passages = (_passage(question),)
        if "nothing" in question:
            return Answer(question, "en", False, "Nothing.", "extractive", (), passages)
        quote = f"The answer to {question} is 42 boats."
        if "long" in question:
            quote = " ".join(f"Sentence {i} of the answer to {question}." for i in range(150))
        start = quote.index("answer")
        citation = Citation(
            *(1, ARTICLE, "Harbour", "harbour.txt", "", quote, 0, len(quote)),
            highlight=(start, start + len("answer")),
            chunk_id=CHUNK,
        )
        shown = quote.replace("answer", "**answer**", 1)
        text = f"{shown} [1]"
        return Answer(question, "en", True, text, "extractive", (citation,), passages)

    def summarize(self, article: str, sentences: int = 4, user: str = "") -> Summary:
        return Summary(ARTICLE, "Harbour", "Boats. [1]", ())

    def articles(self, wanted: str = "") -> list[ArticleCard]:
        return [ArticleCard(ARTICLE, "Harbour", "", "", "", "", "harbour.txt", 1)]

    def passage(self, chunk_id: str, step: int = 0) -> Passage | None:
        return _passage("it") if not step else None

    def nearest(self, text: str, limit: int = 5) -> list[Passage]:
        return [_passage(text)]

    def starters(self, language: str) -> tuple[str, ...]:
        return ()

    def status(self) -> Status:
        return Status(1, 1, 1, "none", 1, "2024-01-01T00:00:00+00:00", "none", 1)


def no_run(
    *,
    full: bool = False,
    progress: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> RunReport:
    """Find nothing new."""
    return RunReport(0, 0, 0, 1, (), 1, 1, 0.0)


def _passage(question: str) -> Passage:
    text = f"The answer to {question} is 42 boats."
    return Passage(CHUNK, ARTICLE, "Harbour", "harbour.txt", "", text, 0.9, 0, len(text))


def main() -> int:
    """Run until SIGTERM; a failure is one sentence, as with `docent run`."""
    settings = load_settings()
    configure_logging(settings)
    service = SlowService(float(os.environ.get("ANSWER_SECONDS", "0")))
    pace = Timeouts(shutdown=float(os.environ.get("SHUTDOWN_SECONDS", "9")))
    try:
        bot = DocentBot(settings, service, no_run, settings.data_dir, pace=pace)
        asyncio.run(run_bot(bot, settings.discord_token.get_secret_value()))
    except DocentError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0
