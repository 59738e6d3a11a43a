"""Follow-ups become questions of their own; questions that stand alone are left alone."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from language.text import language_of
from retrieval.followups.conversation import standalone

LIBRARY = ("新图书馆什么时候开放？", "新图书馆于**5月1日**开放。[1]")
ENGINES = ("目前有多少辆消防车在岗？", "共有**12辆**消防车在岗。[1]")
CHAIR = ("谁主持了防汛调度会？", "**李明**主持防汛调度会。[1]")
MEETING = ("张伟参加了哪个会议？", "张伟出席**教育工作会议**。[1]")
MARATHON = ("马拉松在哪里举行？", "在**东湖公园**举行。[1]")
LIBRARY_EN = ("When did the new library open?", "It opened on **May 1**. [1]")
ENGINES_EN = ("How many fire engines are on duty?", "**12** engines are on duty. [1]")
CHAIR_EN = ("Who chaired the flood meeting?", "**Li Ming** chaired it. [1]")
MEETING_EN = ("Which meeting did Zhang Wei attend?", "He was at **the education meeting**. [1]")


@pytest.mark.parametrize(
    ("earlier", "follow_up", "expected"),
    [
        (LIBRARY, "有多少座位？", "新图书馆有多少座位？"),
        (LIBRARY, "那它有多少藏书？", "新图书馆有多少藏书？"),
        (LIBRARY, "为什么？", "新图书馆为什么开放？"),
        (CHAIR, "他还说了什么", "李明还说了什么？"),
        (CHAIR, "什么时候开的？", "防汛调度会什么时候开的？"),
        (MEETING, "李强呢", "李强参加了哪个会议？"),
        (MEETING, "這個會議在哪裡開的", "教育工作会议在哪裡開的？"),
        (MEETING, "他是谁", "张伟是谁？"),
        (MARATHON, "那里怎么去", "东湖公园怎么去？"),
        (MARATHON, "多少人参加？", "马拉松多少人参加？"),
        (("2022年游客有多少", "x"), "那2023年呢？", "2023年游客有多少？"),
        (("新大桥的总投资是多少", "**3.2亿元**"), "谁批准的", "新大桥谁批准的？"),
        (("上周的台风造成多少人受伤", "**14人**"), "那财产损失呢", "上周的台风造成多少财产损失？"),
        (("学校食堂几点开门", "**7:30**"), "周末呢？", "周末学校食堂几点开门？"),
        (("疫苗接种点有哪些", "**三处**"), "這些點幾點開門", "疫苗接种点幾點開門？"),
        (("陈市长去了哪座水厂", "**柏树湾水厂**"), "她还去了哪里", "陈市长还去了哪里？"),
        (("谁召开了防汛会议", "x"), "安全生产会议呢", "谁召开了安全生产会议？"),
        (("张伟参加了哪个会议", "张伟"), "书记呢", "书记参加了哪个会议？"),
        (("博物馆门票多少钱", "x"), "停车呢", "博物馆门票停车多少钱？"),
        (("一号线什么时候通车", "x"), "二号线呢", "二号线什么时候通车？"),
        (("河南省有多少人口", "x"), "湖北省呢", "湖北省有多少人口？"),
        (LIBRARY_EN, "how many books does it have?", "How many books does the new library have?"),
        (LIBRARY_EN, "Why?", "Why did the new library open?"),
        (LIBRARY_EN, "and who paid for it", "Who paid for the new library?"),
        (ENGINES_EN, "and how many people?", "How many people are on duty?"),
        (ENGINES_EN, "What about the ambulances?", "How many ambulances are on duty?"),
        (CHAIR_EN, "What did he say?", "What did Li Ming say?"),
        (CHAIR_EN, "when was it held?", "When was the flood meeting held?"),
        (MEETING_EN, "where was it held?", "Where was the education meeting held?"),
        (MEETING_EN, "And Li Qiang?", "Which meeting did Li Qiang attend?"),
        (
            ("How many visitors came in 2022?", "x"),
            "what about 2023?",
            "How many visitors came in 2023?",
        ),
    ],
)
def test_follow_up_is_spelled_out(earlier: tuple[str, str], follow_up: str, expected: str) -> None:
    assert standalone(follow_up, [earlier], language_of(follow_up)) == expected


def test_another_item_without_a_counterpart_keeps_what_is_asked() -> None:
    rewritten = standalone("那人员呢?", [ENGINES], "zh")
    assert "多少人员" in rewritten
    assert "在岗" in rewritten


@pytest.mark.parametrize(
    "question",
    [
        "郑州地铁什么时候开通",
        "谁宣布了停水通知",
        "其他城市有多少家博物馆",
        "小区物业涨价，它的理由是什么",
        "when does the school term begin?",
        "how many runners are there?",
        "Is it raining in Paris?",
        "What time is it?",
        "Did Li Ming say that he would resign?",
        "How many students are enrolled at the school?",
        "Who won the match this year?",
    ],
)
def test_question_of_its_own_is_left_alone(question: str) -> None:
    earlier = LIBRARY if language_of(question) == "zh" else LIBRARY_EN
    assert standalone(question, [earlier], language_of(question)) == question


def test_chain_of_follow_ups_holds() -> None:
    earlier = [("一号线什么时候通车", "明年"), ("二号线呢", "后年")]
    assert standalone("三号线呢？", earlier, "zh") == "三号线什么时候通车？"
    earlier_en = [LIBRARY_EN, ("How many books does it have?", "**9,000** [1]")]
    assert standalone("Who designed it?", earlier_en, "en") == "Who designed the new library?"


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
    assert standalone("座位呢", [LIBRARY], "zh", model) == "新图书馆的座位有多少个？"


@pytest.mark.parametrize("reply", ["", "新图书馆1999年有多少座位？", "很长" * 300])
def test_unfit_rewriting_falls_back_to_the_rules(reply: str) -> None:
    rewritten = standalone("有多少座位？", [LIBRARY], "zh", ScriptedRewriter(reply))
    assert rewritten == "新图书馆有多少座位？"


def test_model_is_not_asked_about_a_long_question_that_stands_alone() -> None:
    model = ScriptedRewriter("something else?")
    question = "How many students are enrolled at the school?"
    assert standalone(question, [LIBRARY_EN], "en", model) == question
    assert model.calls == 0


@given(
    st.text(max_size=40),
    st.lists(st.tuples(st.text(max_size=40), st.text(max_size=40)), max_size=3),
)
def test_any_text_gives_a_question(question: str, earlier: list[tuple[str, str]]) -> None:
    for language in ("zh", "en", "ko"):
        rewritten = standalone(question, earlier, language)
        assert rewritten.strip() or not question.strip()
        if not earlier:
            assert rewritten == question
