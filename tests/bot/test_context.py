"""The parts put together: what a run leaves behind for the first question after it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.app.context import AppContext
from config.settings import Settings
from retrieval.models import AskRequest
from tests.fakes import write_articles


@pytest.fixture
def context(tmp_path: Path) -> AppContext:
    articles = {f"a{n}.md": (f"Town {n}", f"Town {n} has {n * 7} lamps.") for n in range(4)}
    write_articles(tmp_path / "articles", articles)
    return AppContext(Settings(documents_dir=tmp_path / "articles", data_dir=tmp_path / "data"))


def test_the_first_question_after_a_run_is_answered(context: AppContext) -> None:
    with context:
        report = context.reindex()
        assert (report.articles, report.failed) == (4, ())
        answer = context.service.ask(AskRequest("How many lamps has town 3?"))
        assert answer.found
        assert "21 lamps" in answer.citations[0].quote
        context.probe()


def test_a_dry_run_leaves_no_index(context: AppContext) -> None:
    with context:
        assert context.reindex(dry_run=True).added == 4
        assert context.library.generation == 0
