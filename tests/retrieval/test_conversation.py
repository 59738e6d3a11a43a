"""Follow-ups carry the question before them; questions that stand alone are left alone."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from language.text import language_of
from retrieval.answerer import Answerer
from retrieval.followups.conversation import FollowUp, follow_up
from retrieval.models import AskRequest

LIBRARY = ("新图书馆什么时候开放？", "新图书馆于**5月1日**开放。[1]")
LIBRARY_EN = ("When did the new library open?", "It opened on **May 1**. [1]")
POOL = """# Frostley Lido

The Lido is open from 10 May to 21 September. The 5-metre board is closed in the morning, because
two lifeguards are needed at the pit.

| Prices | Lido | Baths |
|---|---|---|
| Adult | £5.60 | £4.80 |
| Child | £3.10 | £2.60 |

Tadpoles are taught by Ginevra Holt. She can be rung under 0555 1717.
"""
FERRY = """# 青鹭渡口

青鹭渡口去年8月关闭，因为码头栈桥下沉。

| | 工作日 | 周末 |
|---|---|---|
| 首班 | 6:10 | 7:00 |
| 末班 | 21:40 | 20:30 |

单程票价3元，学生票价1.5元。
"""
TEXTS = {"pool.md": POOL, "ferry.md": FERRY}


def taken(question: str, *earlier: tuple[str, str]) -> tuple[FollowUp, ...]:
    return follow_up(question, earlier, language_of(question))


@pytest.mark.parametrize(
    ("before", "question", "said"),
    [
        ("How much is an adult ticket for the Frostley Lido?", "And for a child?", "£3.10"),
        ("Is the 5-metre board closed in the morning?", "Why?", "two lifeguards"),
        ("Who teaches the Tadpoles?", "how can she be rung?", "0555 1717"),
        ("How much is an adult ticket for the Lido?", "Who teaches the Tadpoles?", "Ginevra Holt"),
        ("青鹭渡口工作日首班几点？", "末班呢？", "21:40"),
        ("青鹭渡口去年8月关闭了吗？", "为什么？", "栈桥下沉"),
        ("青鹭渡口工作日首班几点？", "學生票價多少？", "1.5元"),
    ],
)
def test_a_person_who_goes_on_asking_is_understood(
    service: Answerer, before: str, question: str, said: str
) -> None:
    first = service.ask(AskRequest(before))
    answer = service.ask(AskRequest(question, earlier=((before, first.answer),)))
    assert said in " ".join(f"{c.quote} {c.shown}" for c in answer.citations)


@pytest.mark.parametrize(
    ("earlier", "question"),
    [
        (LIBRARY, "那座位呢？"),
        (LIBRARY, "为什么？"),
        (LIBRARY, "不是，我问的是旧图书馆"),
        (LIBRARY_EN, "and how many seats?"),
        (LIBRARY_EN, "What about the old library?"),
        (LIBRARY_EN, "Why not?"),
        (LIBRARY_EN, "the old one, I mean"),
    ],
)
def test_what_goes_on_is_read_after_the_question_before(
    earlier: tuple[str, str], question: str
) -> None:
    assert taken(question, earlier) == (FollowUp(question, earlier[0]),)


@pytest.mark.parametrize(
    ("earlier", "question"),
    [
        (LIBRARY, "有多少座位？"),
        (LIBRARY, "它的第三层阅览室里一共有多少个座位？"),
        (LIBRARY_EN, "Who paid?"),
        (LIBRARY_EN, "How many books did it have when it was opened?"),
        (LIBRARY_EN, "Wo steht die Bibliothek?"),
    ],
)
def test_what_may_lean_is_read_alone_too(earlier: tuple[str, str], question: str) -> None:
    ways = (FollowUp(question, earlier[0]), FollowUp(question))
    assert taken(question, earlier) == ways


@pytest.mark.parametrize(
    "question",
    [
        "城北新开的游泳馆周末几点开门",
        "How many students are enrolled at the school?",
        "Wie viele Bücher stehen in der alten Bibliothek?",
        " ",
    ],
)
def test_a_long_question_of_its_own_is_left_alone(question: str) -> None:
    assert taken(question, LIBRARY) == (FollowUp(question),)
    assert taken(question) == (FollowUp(question),)


def test_a_chain_of_follow_ups_carries_its_first_question() -> None:
    chain = [("一号线什么时候通车", "明年"), ("二号线呢", "后年")]
    assert taken("三号线呢？", *chain)[0].before == "一号线什么时候通车 二号线呢"
    assert taken("三号线呢？", LIBRARY, *chain)[0].before == "一号线什么时候通车 二号线呢"
    assert taken("Who designed it?", LIBRARY, LIBRARY_EN)[0].before == LIBRARY_EN[0]


def test_what_is_carried_leaves_room_for_the_follow_up() -> None:
    long = "Which of the many libraries of the county " * 20
    carried = taken("And why?", (long, "x"), ("And that one?", "x"), ("And this one?", "x"))
    assert carried[0].before == "And that one? And this one?"
    assert len(taken("And why?", (long, "x"))[0].before) <= 200


class ScriptedRewriter:
    """Say one thing, whatever is asked."""

    def __init__(self, reply: str) -> None:
        self.reply = reply
        self.calls = 0

    def rewrite(
        self, question: str, earlier: Sequence[tuple[str, str]], language: str, user: str = ""
    ) -> str:
        self.calls += 1
        return self.reply


def test_model_rewrites_where_there_is_one() -> None:
    model = ScriptedRewriter("新图书馆的座位有多少个？")
    assert follow_up("座位呢", [LIBRARY], "zh", model) == (FollowUp("新图书馆的座位有多少个？"),)


@pytest.mark.parametrize("reply", ["", "新图书馆1999年有多少座位？", "很长" * 300])
def test_unfit_rewriting_falls_back_to_what_is_carried(reply: str) -> None:
    meant = follow_up("那座位呢？", [LIBRARY], "zh", ScriptedRewriter(reply))
    assert meant[0] == FollowUp("那座位呢？", LIBRARY[0])


def test_model_is_not_asked_about_a_long_question_that_stands_alone() -> None:
    model = ScriptedRewriter("something else?")
    question = "How many students are enrolled at the school?"
    assert follow_up(question, [LIBRARY_EN], "en", model) == (FollowUp(question),)
    assert model.calls == 0


@given(
    st.text(max_size=40),
    st.lists(st.tuples(st.text(max_size=40), st.text(max_size=40)), max_size=3),
)
def test_any_text_gives_a_question(question: str, earlier: list[tuple[str, str]]) -> None:
    meant = follow_up(question, earlier, "en")
    assert meant[0].question == question
    assert earlier or meant == (FollowUp(question),)
