"""The parts put together: what a run leaves behind for the first question after it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.workshop import Workshop
from config.settings import Settings
from tests.fakes import write_articles


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    articles = {f"a{n}.md": (f"Town {n}", f"Town {n} has {n * 7} lamps.") for n in range(4)}
    write_articles(tmp_path / "articles", articles)
    return Workshop(Settings(documents_dir=tmp_path / "articles", data_dir=tmp_path / "data"))


def test_the_first_question_after_a_run_is_answered(workshop: Workshop) -> None:
    with workshop:
        report = workshop.reindex()
        assert (report.articles, report.failed) == (4, ())
        answer = workshop.desk.ask("How many lamps has town 3?")
        assert answer.found
        assert "21 lamps" in answer.citations[0].quote
        workshop.probe()


def test_a_dry_run_leaves_no_index(workshop: Workshop) -> None:
    with workshop:
        assert workshop.reindex(dry_run=True).added == 4
        assert workshop.library.generation == 0
