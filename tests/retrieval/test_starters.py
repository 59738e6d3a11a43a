"""Questions to begin with: what the documents ask, and answer, as far as one may read them."""

from __future__ import annotations

import pytest

from retrieval.answerer import Answerer
from retrieval.models import AskRequest, Scope
from retrieval.starters import LONGEST

TEXTS = {
    "pool/faq.md": "# Pool FAQ\n\n## When does the pool open?\n\nThe pool opens at 7:30 every "
    "morning.\n\n## Is there parking?\n\nParking is behind the hall and costs 2 euros.\n",
    "pool/sauna.md": "# Sauna\n\nThe sauna is heated to 85 degrees on Fridays.\n",
    "board/pay.md": "# Board FAQ\n\n**Q: How much is the treasurer paid?**\n\nA: The treasurer is "
    "paid 310 euros a month.\n",
    "社区/问答.md": "# 社区问答\n\n问：游泳馆几点开门？\n\n答：游泳馆每天早上七点半开门。\n",
    "empty.md": f"# {'Long ' * 40}\n\nNothing.\n",
}


def test_each_is_answered_from_an_article_of_its_own(service: Answerer) -> None:
    offered = service.starters("en")
    assert 2 <= len(offered) <= 3 and len(set(offered)) == len(offered)
    answers = [service.ask(AskRequest(question)) for question in offered]
    assert all(answer.found for answer in answers)
    articles = [answer.citations[0].article_id for answer in answers]
    assert len(set(articles)) == len(articles)
    assert "How much is the treasurer paid?" in offered
    assert all(len(question) <= LONGEST for question in offered)


def test_the_language_of_the_reader_comes_first(service: Answerer) -> None:
    for language in ("zh", "zh-TW"):
        assert service.starters(language)[0] == "游泳馆几点开门？"
    assert service.starters("en")[0] != "游泳馆几点开门？"


def test_nothing_is_offered_from_what_may_not_be_read(service: Answerer) -> None:
    pool = service.within(Scope(collections=frozenset({"pool"})))
    offered = pool.starters("en")
    assert offered and not any("treasurer" in question for question in offered)
    assert service.within(Scope(collections=frozenset({"none"}))).starters("en") == ()


def test_they_are_looked_for_once_for_a_state_of_the_index(
    service: Answerer, monkeypatch: pytest.MonkeyPatch
) -> None:
    offered = service.starters("en")

    def refused(*_: object) -> None:
        raise AssertionError("looked for again")

    monkeypatch.setattr("retrieval.answerer.starters", refused)
    assert service.starters("en") == offered
