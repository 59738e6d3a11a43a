"""A desk within a bound is a whole desk, and tells nothing of what lies outside."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from retrieval.answerer import Answerer
from retrieval.errors import ArticleNotFound
from retrieval.models import EVERYTHING, Passage, Scope
from tests.desks import desk_over_texts

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
    with desk_over_texts(TEXTS, tmp_path_factory.mktemp("within")) as desk:
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


# What each method of a desk gives of everything it can be asked, as text.
ASKED = (
    "How much is the harbour master paid?",
    "水费每吨多少元？",
    "What does the old crane lift?",
)
DESK: dict[str, Callable[[Answerer, Passage], object]] = {
    "ask": lambda desk, hidden: (
        [desk.ask(asked) for asked in ASKED]
        + [_refused(lambda: desk.ask(ASKED[0], article_id=hidden.article_id))]
    ),
    "summarize": lambda desk, hidden: _refused(lambda: desk.summarize(hidden.title)),
    "articles": lambda desk, hidden: desk.articles() + desk.articles(hidden.title),
    "passage": lambda desk, hidden: [desk.passage(hidden.chunk_id, step) for step in (-1, 0, 1)],
    "nearest": lambda desk, hidden: desk.nearest(hidden.text, 20),
    "status": lambda desk, hidden: (desk.status().articles, desk.status().passages),
    "collections": lambda desk, hidden: desk.collections(),
    "within": lambda desk, hidden: desk.within(Scope(source="m")).articles(),
}


def _refused(act: Callable[[], object]) -> object:
    try:
        return act()
    except ArticleNotFound as error:
        return error.key


def test_no_method_of_a_narrowed_desk_tells_of_the_rest(desk: Answerer) -> None:
    """A method that is added later must be added here, and hold to the bound."""
    public = {name for name, _ in inspect.getmembers(Answerer, inspect.isfunction)}
    assert {name for name in public if not name.startswith("_")} == set(DESK)
    for hidden in (found for asked in ASKED for found in desk.nearest(asked)):
        if hidden.source.startswith("club/"):
            continue
        for name, act in DESK.items():
            told = repr(act(desk.within(CLUB), hidden))
            for secret in ("4,310", "3.6元", "nine tonnes", "社区", "board", "crane lifts"):
                assert secret not in told, name


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
