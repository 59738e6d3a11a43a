"""A service within a bound is a whole one, and tells nothing of what lies outside."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from datetime import date

import pytest

from retrieval.answerer import Answerer
from retrieval.errors import ArticleNotFound
from retrieval.models import EVERYTHING, AskRequest, Passage, Scope

TEXTS = {
    "board/salary.md": "# Pay of the harbour master\n\nThe harbour master is paid 4,310 euros a "
    "month.\nThe board voted for it on Tuesday.\n",
    "club/rowing.md": "# Rowing evening\n\nThe rowing club meets at the north pier at 18:30.\n"
    "Beginners bring a towel.\n",
    "社区/水费.md": "# 水费通知\n\n本月起，水费每吨上调为3.6元。\n居民可到社区中心缴费。\n",
    "notes.txt": "The old crane\n\nThe old crane lifts nine tonnes.\n",
}
CLUB = Scope(collections=frozenset({"club"}))


def test_the_whole_desk_answers_from_everywhere(service: Answerer) -> None:
    assert service.collections() == ["", "board", "club", "社区"]
    assert "4,310" in service.ask(AskRequest("How much is the harbour master paid?")).answer
    assert "3.6" in service.ask(AskRequest("水费每吨多少元？")).answer
    assert service.within(EVERYTHING) is service


def test_a_bound_that_is_used_again_has_the_same_service(service: Answerer) -> None:
    names = ("club", "board")
    first = service.within(Scope(collections=frozenset(names)))
    assert first is not service.within(CLUB)
    assert service.within(Scope(collections=frozenset(reversed(names)))) is first


# What each method of a service gives of everything it can be asked, as text.
ASKED = (
    "How much is the harbour master paid?",
    "水费每吨多少元？",
    "What does the old crane lift?",
)
ASKED_OF_A_SERVICE: dict[str, Callable[[Answerer, Passage], object]] = {
    "ask": lambda service, hidden: (
        [service.ask(AskRequest(asked)) for asked in ASKED]
        + [_refused(lambda: service.ask(AskRequest(ASKED[0], article_id=hidden.article_id)))]
    ),
    "summarize": lambda service, hidden: _refused(lambda: service.summarize(hidden.title)),
    "articles": lambda service, hidden: service.articles() + service.articles(hidden.title),
    "passage": lambda service, hidden: [
        service.passage(hidden.chunk_id, step) for step in (-1, 0, 1)
    ],
    "nearest": lambda service, hidden: service.nearest(hidden.text, 20),
    "status": lambda service, hidden: (service.status().articles, service.status().passages),
    "collections": lambda service, hidden: service.collections(),
    "starters": lambda service, hidden: service.starters("en"),
    "within": lambda service, hidden: service.within(Scope(source="m")).articles(),
    "quoting": lambda service, hidden: service.quoting.articles(),
}


def _is_asked(member: object) -> bool:
    return inspect.isfunction(member) or isinstance(member, property)


def _refused(act: Callable[[], object]) -> object:
    try:
        return act()
    except ArticleNotFound as error:
        return error.key


def test_no_method_of_a_narrowed_desk_tells_of_the_rest(service: Answerer) -> None:
    """A method that is added later must be added here, and hold to the bound."""
    public = {name for name, _ in inspect.getmembers(Answerer, _is_asked)}
    assert {name for name in public if not name.startswith("_")} == set(ASKED_OF_A_SERVICE)
    for hidden in (found for asked in ASKED for found in service.nearest(asked)):
        if hidden.source.startswith("club/"):
            continue
        for name, act in ASKED_OF_A_SERVICE.items():
            told = repr(act(service.within(CLUB), hidden))
            for secret in ("4,310", "3.6元", "nine tonnes", "社区", "board", "crane lifts"):
                assert secret not in told, name


def test_words_that_are_not_held_are_those_of_what_is_seen(service: Answerer) -> None:
    asked = AskRequest("What does the harbour master of the rowing club earn?")
    answer = service.within(CLUB).ask(asked)
    assert not answer.found
    assert "4,310" not in answer.answer


def test_bounds_only_narrow(service: Answerer) -> None:
    other = service.within(CLUB).within(Scope(collections=frozenset({"board"})))
    assert other.articles() == []
    assert not other.ask(AskRequest("How much is the harbour master paid?")).found
    assert service.within(Scope(collections=frozenset())).articles() == []
    club = service.within(CLUB)
    assert [card.source for card in club.articles()] == ["club/rowing.md"]
    assert {passage.source for passage in club.nearest("harbour master")} == {"club/rowing.md"}
    with pytest.raises(ArticleNotFound):
        club.summarize("board/salary.md#1")


def test_a_desk_is_kept_ready_for_its_bound(service: Answerer) -> None:
    assert service.within(CLUB) is service.within(Scope(collections=frozenset({"club"})))
    for day in range(1, 29):
        service.within(Scope(after=date(2024, 1, day)))
    assert "18:30" in service.within(CLUB).ask(AskRequest("When does the rowing club meet?")).answer


def test_source_narrows_a_question(service: Answerer) -> None:
    for source, found in (("NOTES", True), ("club", False)):
        assert service.within(Scope(source=source)).ask(AskRequest(ASKED[2])).found is found
