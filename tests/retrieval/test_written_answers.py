"""From a folder of articles to a written answer: search, abstain, write over a socket, prove."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from retrieval.answerer import Answerer
from retrieval.chat.generator import Generator
from retrieval.chat.model import Chat
from retrieval.models import AskRequest, Scope
from tests.chat_server import ChatServer
from tests.fakes import write_articles
from tests.fakes_chat import Model, settings
from tests.services import service_over

ARTICLES = {
    "fire.md": ("消防队加强夏季值守", "目前，全市共有12辆消防车在岗。三十二名队员24小时待命。"),
    "bridge.md": ("石桥封闭检修", "石桥已于8月3日封闭，预计8月中旬恢复通行。绕行请走北门。"),
    "library.md": ("城北图书馆", "城北图书馆周一闭馆，其余各天上午九点开门。藏书8万册。"),
    "ferry.md": ("Ferry times", "The ferry leaves every 20 minutes. The last is at 10:30 p.m."),
    "market.md": ("Night market", "The night market opens on Fridays. It has 45 stalls."),
    "school.md": ("新小学九月开学", "新建的柳树小学九月一日开学，首批招生240人。"),
}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, server: ChatServer) -> Iterator[Answerer]:
    folder = tmp_path_factory.mktemp("written")
    write_articles(folder / "articles", ARTICLES)
    writer = Generator(Chat(settings(server)))
    with service_over(folder / "articles", folder / "data", writer=writer) as service:
        yield service


def number_of(server: ChatServer, words: str) -> int:
    """Return the number that the passage with these words has in the last prompt."""
    parts = re.split(r"^----- passage (\d+)", server.prompt(), flags=re.MULTILINE)
    return next(int(n) for n, text in zip(parts[1::2], parts[2::2], strict=True) if words in text)


def test_an_answer_is_written_from_the_passages_that_were_found(
    service: Answerer, server: ChatServer, model: Model
) -> None:
    model.says = "目前共有**12辆**消防车在岗[1]。"
    pieces: list[str] = []
    answer = service.ask(AskRequest("有多少辆消防车在岗？", user="7"), pieces.append)
    assert number_of(server, "12辆") == 1
    assert (answer.mode, answer.found) == ("generated", True)
    assert answer.answer.startswith("目前共有12辆消防车在岗。 [1]\n“目前，全市")
    assert answer.answer == "".join(pieces)
    assert answer.citations[0].article_id == "fire.md#1"
    assert "12辆" in answer.citations[0].quote


def test_an_english_answer_to_a_chinese_passage_is_proved_too(
    service: Answerer, model: Model
) -> None:
    model.says = "The stone bridge has been closed since August 3 [1]. It reopens on August 20 [1]."
    answer = service.ask(AskRequest("石桥什么时候封闭的？"))
    assert answer.mode == "extractive"
    assert answer.dropped.get("language") == 2
    model.says = "石桥已于八月三日封闭[1]。8月20日恢复[1]。"
    answer = service.ask(AskRequest("石桥什么时候封闭的？"))
    assert answer.answer.startswith("石桥已于八月三日封闭。 [1]\n“石桥")


def test_the_model_is_not_asked_what_the_documents_do_not_hold(
    service: Answerer, server: ChatServer, model: Model
) -> None:
    model.says = "股市指数是3000点[1]。"
    before = len(server.requests)
    answer = service.ask(AskRequest("今天的股市指数是多少？"))
    assert not answer.found
    assert len(server.requests) == before


def test_quoting_alone_never_asks_the_model_and_keeps_the_bound(
    service: Answerer, server: ChatServer
) -> None:
    before = len(server.requests)
    answer = service.quoting.ask(AskRequest("有多少辆消防车在岗？"))
    assert (answer.mode, answer.found) == ("extractive", True)
    bounded = service.within(Scope(source="ferry")).quoting
    assert [card.source for card in bounded.articles()] == ["ferry.md"]
    assert bounded.ask(AskRequest("When is the last ferry?")).mode == "extractive"
    assert not bounded.ask(AskRequest("有多少辆消防车在岗？")).found
    assert len(server.requests) == before


def test_a_follow_up_is_rewritten_then_answered(service: Answerer, model: Model) -> None:
    model.before, model.says = ["城北图书馆的藏书有多少？"], "城北图书馆藏书8万册[1]。"
    answer = service.ask(
        AskRequest("藏书呢？", earlier=(("城北图书馆几点开门？", "上午九点开门。[1]"),))
    )
    assert answer.mode == "generated"
    assert answer.answer == "城北图书馆藏书8万册。 [1]\n“藏书8万册。” [1]"


def test_a_summary_is_written_and_proved(service: Answerer, model: Model) -> None:
    model.says = "The ferry leaves every 20 minutes [1]. The last one is at 11:30 p.m. [1]"
    summary = service.summarize("Ferry times")
    assert summary.summary == "“The ferry leaves every 20 minutes.” [1]"
    assert [c.quote for c in summary.citations] == ["The ferry leaves every 20 minutes."]
