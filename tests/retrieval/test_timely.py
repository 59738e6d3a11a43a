"""Times in questions, bounds in time, and articles that disagree, over documents of our own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import pytest

from config.phrases import localize
from index.scope import typed_scope
from retrieval.answerer import Answerer
from retrieval.models import Answer, AskRequest, Scope
from tests.services import service_over_texts

TODAY = date(2026, 11, 25)


def printed(day: str, title: str, text: str) -> str:
    """Return an article as a file has it."""
    head = f"---\ntitle: {title}\n" + (f"date: {day}\n" if day else "") + "---\n\n"
    return f"{head}{text}\n"


ARTICLES = {
    # The council meets every week, and never says when.
    "council-1.md": ("2026-11-18", "Council meeting", "The council decided to widen Mill Street by "
                     "two metres.\nThe vote was short."),
    "council-2.md": ("2026-11-04", "Council meeting", "The council decided to close the old "
                     "swimming hall for good.\nNobody objected to it."),
    "council-3.md": ("2025-02-12", "Council meeting", "The council decided to buy a third fire "
                     "engine for the harbour.\nIt comes from Turku."),
    # What is told of November stands in an article of December.
    "museum.md": ("2026-12-02", "Museum counts", "In November 12,840 visitors came to the clock "
                  "museum.\nThat is more than ever."),
    "museum-old.md": ("2026-11-03", "Museum counts", "In October 9,115 visitors came to the clock "
                      "museum.\nRain kept many away."),
    "undated.md": ("", "The tower clock", "The tower clock was built by Anna Lindqvist.\n"
                   "It strikes every hour."),
    "渔港-1.md": ("2026年11月24日", "渔港消息", "渔港管理处决定封闭二号码头。\n船只改停一号码头。"),
    "渔港-2.md": ("2026年10月6日", "渔港消息", "渔港管理处决定增设三座灯塔。\n工程春天动工。"),
    "图书.md": ("2026年12月1日", "图书馆统计", "11月图书馆共借出图书8,420册。\n比上年同月多。"),
}  # fmt: skip
TEXTS = {name: printed(*told) for name, told in ARTICLES.items()}


def source_of(answer: Answer) -> str:
    return answer.citations[0].source if answer.citations else ""


@pytest.mark.parametrize(
    ("question", "source"),
    [
        ("What did the council decide last week?", "council-1.md"),
        ("What did the council decide on 4 November?", "council-2.md"),
        ("What did the council decide in February 2025?", "council-3.md"),
        ("What did the council decide last year?", "council-3.md"),
        ("昨天渔港管理处决定了什么？", "渔港-1.md"),
        ("10月渔港管理处决定了什么？", "渔港-2.md"),
    ],
)
def test_time_of_a_question_is_that_of_the_article(
    service: Answerer, question: str, source: str
) -> None:
    assert source_of(service.ask(AskRequest(question))) == source


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("How many visitors came to the clock museum in November?", "12,840"),
        ("How many visitors came to the clock museum in October?", "9,115"),
        ("11月图书馆借出多少册图书？", "8,420"),
        ("Who built the tower clock, as was said last week?", "Lindqvist"),
    ],
)
def test_time_that_the_answer_tells_of_is_no_filter(
    service: Answerer, question: str, said: str
) -> None:
    assert said in service.ask(AskRequest(question)).answer


def test_bounds_narrow_and_say_so_where_nothing_is_left(service: Answerer) -> None:
    def bounded(question: str, after: str = "", before: str = "", source: str = "") -> Answer:
        scope = typed_scope(after, before, source, TODAY)
        return service.within(scope).ask(AskRequest(question))

    question = "What did the council decide?"
    assert source_of(bounded(question, after="2026-11-10")) == "council-1.md"
    assert source_of(bounded(question, before="2025")) == "council-3.md"
    assert source_of(bounded(question, "2026-11-01", "2026-11-10")) == "council-2.md"
    none = bounded(question, "1990", "1990")
    assert not none.found
    assert "dates or the source" in none.answer
    assert "日期或来源" in bounded("渔港管理处决定了什么？", source="nowhere").answer


FLEET = {
    "a.md": ("2026-11-02", "Repair crews ready for frost", "The waterworks have 17 repair "
             "vehicles on standby.\nThe crews work in three shifts."),
    "b.md": ("2026-11-20", "More repair crews for winter", "The waterworks now have 23 repair "
             "vehicles on standby.\nMore may follow."),
    "c.md": ("2026年11月3日", "抢修准备", "供水公司共有17台抢修车辆待命。\n人员分三班。"),
    "d.md": ("2026年11月21日", "抢修力量增加", "供水公司目前共有23台抢修车辆待命。\n还会增加。"),
    "e.md": ("2026-11-05", "North harbour", "The north harbour has 40 moorings for guests."),
    "f.md": ("2026-11-09", "South harbour", "The south harbour has 65 moorings for guests."),
    "g.md": ("2026-11-01", "Minutes 1 November", "In all 12 members were present."),
    "h.md": ("2026-11-08", "Minutes 8 November", "In all 19 members were present."),
    "i.md": ("2026-11-05", "Pool", "The pool opens at 8:00 on weekdays."),
    "j.md": ("2026-11-06", "Pool hours", "The pool opens at 8 a.m. on weekdays."),
    "m.md": ("2026-11-02", "Otter Creek mill", "The mill has 12 windows to the road."),
    "n.md": ("2026-11-12", "Beaver Dam mill", "The mill has 14 windows to the road."),
    "o.md": ("2026-11-02", "城北供水站通知", "站内共有9名值班人员轮班。"),
    "p.md": ("2026-11-12", "城南供水站通知", "站内共有14名值班人员轮班。"),
    "q.md": ("2026-11-02", "Tram fares", "A single tram ticket does not cost 3 euros."),
    "r.md": ("2026-11-12", "Tram fares rise", "A single tram ticket does cost 4 euros."),
    "k.md": ("", "Ferry", "The ferry takes 120 passengers on board."),
    "l.md": ("2026-11-06", "Ferry news", "The ferry takes 140 passengers on board."),
    "s.md": ("", "市场须知", "早市摊位的押金是200元。"),
    "t.md": ("", "摊主手册", "早市摊位的押金是350元。"),
    "u.md": ("", "Oak Hall", "A seat on the balcony costs 12 euros."),
    "v.md": ("", "Elm Hall", "A seat on the balcony costs 17 euros."),
}  # fmt: skip


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answerer]:
    texts = {name: printed(*told) for name, told in FLEET.items()}
    with service_over_texts(texts, tmp_path_factory.mktemp("fleet"), TODAY) as service:
        yield service


@pytest.mark.parametrize(
    ("question", "newest", "older", "said"),
    [
        ("How many repair vehicles do the waterworks have on standby?", "b.md", "a.md",
         "An older article (Repair crews ready for frost, 2026-11-02) says otherwise:"),
        ("供水公司有多少台抢修车辆待命？", "d.md", "c.md",
         "较早的文章（抢修准备，2026年11月3日）说法不同："),
    ],
)  # fmt: skip
def test_newest_is_quoted_and_the_other_is_told_of(
    fleet: Answerer, question: str, newest: str, older: str, said: str
) -> None:
    answer = fleet.ask(AskRequest(question))
    assert [citation.source for citation in answer.citations] == [newest, older]
    first, between, last = answer.answer.split("\n")
    assert between == said
    assert ("**23" in first, "**17" in last) == (True, True)
    assert re.findall(r"\[(\d+)\]", answer.answer) == ["1", "2"]


@pytest.mark.parametrize(
    "question",
    [
        "How many moorings does the north harbour have?",
        "How many moorings does the harbour have for guests?",
        "How many members were present?",
        "When does the pool open on weekdays?",
        "How many passengers does the ferry take on board?",
        "How many windows does the mill have to the road?",
        "站内有多少名值班人员？",
        "How much does a single tram ticket cost?",
        "What does a seat on the balcony of Elm Hall cost?",
    ],
)
def test_what_differs_for_a_reason_is_no_disagreement(fleet: Answerer, question: str) -> None:
    assert "otherwise" not in fleet.ask(AskRequest(question)).answer


def test_a_time_in_the_question_asks_for_what_was_true_then(fleet: Answerer) -> None:
    question = "How many repair vehicles did the waterworks have on standby on 2 November?"
    assert "17" in fleet.ask(AskRequest(question)).answer.split("\n")[0]
    now = AskRequest("How many repair vehicles do the waterworks have on standby?")
    bounded = fleet.within(Scope(before=date(2026, 11, 10))).ask(now)
    assert [citation.source for citation in bounded.citations][:1] == ["a.md"]
    assert "otherwise" not in bounded.answer


def test_undated_sources_are_both_quoted_as_such(fleet: Answerer) -> None:
    found = fleet.ask(AskRequest("早市摊位的押金是多少？"))
    quotes = {citation.quote for citation in found.citations}
    assert quotes == {"早市摊位的押金是200元。", "早市摊位的押金是350元。"}
    assert localize("answer.other_article", "zh", title=found.citations[1].title) in found.answer
