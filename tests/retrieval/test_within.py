"""A desk within a bound is a whole desk, and tells nothing of what lies outside."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from retrieval.answerer import Answerer
from retrieval.errors import ArticleNotFound
from retrieval.models import EVERYTHING, Scope
from tests.desks import desk_over

TEXTS = {
    "board/salary.md": "# Pay of the harbour master\n\nThe harbour master is paid 4,310 euros a "
    "month.\nThe board voted for it on Tuesday.\n",
    "club/rowing.md": "# Rowing evening\n\nThe rowing club meets at the north pier at 18:30.\n"
    "Beginners bring a towel.\n",
    "社区/水费.md": "# 水费通知\n\n本月起，水费每吨上调为3.6元。\n居民可到社区中心缴费。\n",
    "notes.txt": "The old crane\n\nThe old crane lifts nine tonnes.\n",
}
CLUB = Scope(collections=frozenset({"club"}))


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answerer]:
    place = tmp_path_factory.mktemp("within")
    for name, text in TEXTS.items():
        path = place / "documents" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    with desk_over(place / "documents", place / "data") as desk:
        yield desk


def test_the_whole_desk_answers_from_everywhere(desk: Answerer) -> None:
    assert desk.collections() == ["", "board", "club", "社区"]
    assert "4,310" in desk.ask("How much is the harbour master paid?").answer
    assert "3.6" in desk.ask("水费每吨多少元？").answer
    assert desk.within(EVERYTHING) is desk


def test_a_narrowed_desk_tells_nothing_of_the_rest(desk: Answerer) -> None:
    club = desk.within(CLUB)
    assert "18:30" in club.ask("When does the rowing club meet?").answer
    for question in ("How much is the harbour master paid?", "水费每吨多少元？", "old crane"):
        answer = club.ask(question)
        assert not answer.found
        assert {passage.source for passage in answer.passages} <= {"club/rowing.md"}
        assert {passage.source for passage in club.nearest(question)} <= {"club/rowing.md"}
    hidden = desk.nearest("harbour master pay")[0]
    assert hidden.source == "board/salary.md"
    assert club.passage(hidden.chunk_id) is None
    assert [card.source for card in club.articles()] == ["club/rowing.md"]
    assert club.articles("harbour master") == []
    assert club.collections() == ["club"]
    assert (club.status().articles, club.status().documents) == (1, 1)
    for wanted in (hidden.article_id, hidden.title):
        with pytest.raises(ArticleNotFound):
            club.summarize(wanted)
    with pytest.raises(ArticleNotFound):
        club.ask("How much?", article_id=hidden.article_id)


def test_words_that_are_not_held_are_those_of_what_is_seen(desk: Answerer) -> None:
    answer = desk.within(CLUB).ask("What does the harbour master of the rowing club earn?")
    assert not answer.found
    assert "4,310" not in answer.answer


def test_bounds_only_narrow(desk: Answerer) -> None:
    other = desk.within(CLUB).within(Scope(collections=frozenset({"board"})))
    assert other.articles() == []
    assert not other.ask("How much is the harbour master paid?").found
    assert desk.within(Scope(collections=frozenset())).articles() == []


def test_a_desk_is_kept_ready_for_its_bound(desk: Answerer) -> None:
    assert desk.within(CLUB) is desk.within(Scope(collections=frozenset({"club"})))
    for day in range(1, 29):
        desk.within(Scope(after=date(2024, 1, day)))
    assert "18:30" in desk.within(CLUB).ask("When does the rowing club meet?").answer


def test_source_narrows_a_question(desk: Answerer) -> None:
    assert desk.ask("What does the old crane lift?", source="NOTES").found
    assert not desk.ask("What does the old crane lift?", source="club").found


def test_nothing_remembered_by_one_bound_reaches_another(desk: Answerer, tmp_path: Path) -> None:
    board = desk.within(Scope(collections=frozenset({"board"})))
    assert "4,310" in board.ask("How much is the harbour master paid?").answer
    assert not desk.within(CLUB).ask("How much is the harbour master paid?").found
