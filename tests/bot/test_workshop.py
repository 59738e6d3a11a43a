"""The parts put together: what a run leaves behind for the first question after it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.workshop import Workshop
from config.settings import Settings
from index.library import Library
from tests.fakes import write_articles


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    articles = {f"a{n}.md": (f"Town {n}", f"Town {n} has {n * 7} lamps.") for n in range(4)}
    write_articles(tmp_path / "articles", articles)
    return Workshop(Settings(documents_dir=tmp_path / "articles", data_dir=tmp_path / "data"))


def remembered(library: Library) -> str | None:
    return library.meta("abstention")


def test_a_run_works_out_how_sure_an_answer_must_be(workshop: Workshop) -> None:
    with workshop:
        workshop.reindex(dry_run=True)
        assert remembered(workshop.library) is None
        workshop.reindex()
        kept = remembered(workshop.library)
        assert kept is not None
        workshop.desk.ask("How many lamps has town 3?")
        assert remembered(workshop.library) == kept
