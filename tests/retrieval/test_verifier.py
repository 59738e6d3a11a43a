"""Only what the cited passages prove gets through, however the reply is written or cut."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.models import Passage
from retrieval.proof.markers import take_markers
from retrieval.proof.numbers import facts, missing
from retrieval.proof.plain import plain, visible
from retrieval.proof.verifier import MOST_SENTENCES, Verifier
from tests.steps import steps


def passage(text: str, title: str = "", date: str = "", number: int = 1) -> Passage:
    return Passage(
        f"c{number}", f"a.txt#{number}", title, "a.txt", date, text, 1.0, 0, len(text), 0
    )


ENGINES = passage(
    "目前，全市共有12辆消防车、三十二名队员在岗。队伍24小时待命，“铁军”精神得到发扬。"
    "详见 https://fire.example.org/duty 。",
    "防汛值守",
    "11月28日",
)
BRIDGE = passage(
    "The harbour bridge was closed on 28 November 2022 after 1,531 vehicles were counted."
    " Traffic on the “Old Road” fell by 10%. A second bridge will open in mid-December.",
    "Harbour bridge closed",
    number=2,
)
PASSAGES = (ENGINES, BRIDGE)


def checked(
    reply: str, language: str = "", size: int = 0, passages: Sequence[Passage] = PASSAGES
) -> Verifier:
    verifier = Verifier(passages, language)
    size = size or len(reply) or 1
    for start in range(0, len(reply), size):
        verifier.feed(reply[start : start + size])
    verifier.finish()
    return verifier


def texts(verifier: Verifier) -> list[str]:
    return [sentence.text for sentence in verifier.proved]


@pytest.mark.parametrize(
    "marker",
    ["[1]", "【1】", "［1］", "[^1]", "[１]", "[[1]]", "[ 1 ]", "[#1]", "[来源1]", "[Source 1]"]
    + [
        "[1, 9]",
        "[1，9]",
        "[1、9]",
        "[1][9]",
        "【1†source】",
        "[1](http://x.example)",
        "<sup>1</sup>",
    ]
    + ["〔1〕", "[citation:1]", "[段落 1]", "[0-1]", "(1)", "（1）"],
)
@pytest.mark.parametrize(
    "template", ["共有12辆消防车{}。", "共有12辆消防车 {} 。", "共有12辆消防车{}"]
)
def test_odd_markers_are_understood(marker: str, template: str) -> None:
    verifier = checked(template.format(marker), size=1)
    assert [s.cited for s in verifier.proved] == [(0,)], verifier.dropped
    assert "12" in texts(verifier)[0]
    assert not re.search(r"[\[\]【】［］〔〕]|\b9\b|source", texts(verifier)[0])


@pytest.mark.parametrize("marker", ["[1]", "【1】", "[^1]", "[1, 9]", "[1][2]"])
def test_marker_after_the_full_stop_belongs_to_the_sentence_before(marker: str) -> None:
    verifier = checked(f"共有12辆消防车。{marker}队员有32名。{marker}\n", size=1)
    assert texts(verifier) == ["共有12辆消防车。", "队员有32名。"]


def test_a_number_in_brackets_that_is_no_marker_is_no_citation() -> None:
    assert take_markers("In [2022] it closed [2].") == ("In [2022] it closed.", [2])
    assert plain("In [2022] it closed.") == "In (2022) it closed."
    assert take_markers("(1) 消防车有12辆。")[1] == []


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        ("共有13辆消防车[1]。", "number"),
        ("共有12%的消防车在岗[1]。", "number"),
        ("共有33名队员在岗[1]。", "number"),
        ("Traffic fell by 85% [2].", "number"),
        ("The bridge was closed on 27 November [2].", "number"),
        ("The bridge was closed in 2021 [2].", "number"),
        ("The harbour bridge was closed on 28 November 2022 [1].", "unsupported"),
        ("共有12辆消防车在岗。", "uncited"),
        ("共有12辆消防车在岗[7]。", "unknown_citation"),
        ("共有12辆消防车在岗[0]。", "unknown_citation"),
        ("队伍发扬“钢军”精神[1]。", "name"),
        ("队伍见《值守手册》[1]。", "name"),
        ("消防车在岗，详见 https://evil.example/x [1]。", "address"),
        ("消防车在岗，[详见](https://evil.example/x) [1]。", "address"),
        ("消防车在岗，加入 discord.gg/abc [1]。", "address"),
        ("消防车在岗，写信到 a@evil.example [1]。", "address"),
        ("消防车在岗，详见 evil.page/x [1]。", "address"),
        ("消防车在岗，加入 discord．gg/abc [1]。", "address"),
        ("消防车在岗，加入 ⓓⓘⓢⓒⓞⓡⓓ.gg/abc [1]。", "address"),
        ("消防车在岗，＠everyone 都来 [1]。", "mention"),
        ("消防车在岗，拨打 five five five one two [1]。", "number"),
        ("消防车在岗，拨打 nine-one-one-oh [1]。", "number"),
        ("@everyone 消防车在岗[1]。", "mention"),
        ("<@123456789> 消防车在岗[1]。", "mention"),
        ("@\u200beveryone 消防车在岗[1]。", "mention"),
        ("苹果公司今天发布了新款手机[1]。", "unsupported"),
        ("Bananas grow wonderfully in tropical countries everywhere [2].", "unsupported"),
        ("消防车在岗" * 300 + "[1]。", "too_long"),
    ],
)
def test_what_is_not_proved_is_dropped(sentence: str, reason: str) -> None:
    verifier = checked(sentence)
    assert verifier.proved == []
    assert dict(verifier.dropped) == {reason: 1}


@pytest.mark.parametrize(
    "sentence",
    [
        "共有十二辆消防车在岗[1]。",
        "全市消防车１２辆、队员32名[1]。",
        "11月28日，队伍24小时待命[1]。",
        "队伍的“铁军”精神得到发扬[1]。",
        "详见 https://fire.example.org/duty [1]。",
        "The bridge was closed on November 28, 2022, after 1531 vehicles were counted [2].",
        "Traffic on the “Old Road” fell by ten percent [2].",
        "- **12辆**消防车在岗[1]。",
        "1. 消防车12辆在岗[1]。",
        "一、消防车12辆在岗[1]。",
        "### 消防车12辆在岗[1]",
        "12辆消防车在岗；队伍24小时待命[1]。",
    ],
)
def test_what_is_proved_passes(sentence: str) -> None:
    verifier = checked(sentence)
    assert len(verifier.proved) == 1, verifier.dropped


def test_language_of_the_question_is_kept() -> None:
    assert checked("There are 12 engines on duty [1].", "zh").dropped["language"] == 1
    assert checked("全市共有12辆消防车在岗[1]。", "en").dropped["language"] == 1
    assert checked("12辆消防车在岗[1]。", "zh").proved


def test_citations_that_prove_nothing_are_taken_away() -> None:
    verifier = checked("The bridge was closed on 28 November 2022 [2][1].")
    assert [s.cited for s in verifier.proved] == [(1,)] or verifier.proved[0].cited[0] == 1
    verifier = checked("消防车12辆在岗[1][9][9]。")
    assert [s.cited for s in verifier.proved] == [(0,)]


def test_order_is_by_first_appearance() -> None:
    reply = "Traffic fell by 10% [2]. 消防车有12辆在岗[1]。The bridge was closed [2]."
    assert checked(reply).order == [1, 0]


def test_repeats_and_floods_are_cut() -> None:
    assert checked("消防车12辆在岗[1]。" * 9).dropped == {"repeated": 8}
    pumps = [f"第{n}号泵站抽水{n * 7}吨。" for n in range(1, MOST_SENTENCES + 4)]
    reply = "".join(f"{pump}[1]" for pump in pumps)
    assert len(checked(reply, passages=[passage("".join(pumps))]).proved) == MOST_SENTENCES


def test_a_reply_that_never_says_what_is_so_is_not_held_against_the_passages_for_ever() -> None:
    verifier = checked("".join(f"消防车有{n}辆[1]。" for n in range(100, 160)))
    assert verifier.proved == []
    assert verifier.dropped["too_long"] == 20


def test_a_list_is_proved_line_by_line() -> None:
    verifier = checked("消防车12辆在岗[1]。\n- 队员32名在岗[1]。队伍24小时待命[1]。", size=1)
    assert texts(verifier) == ["消防车12辆在岗。", "队员32名在岗。", "队伍24小时待命。"]
    assert not verifier.dropped


def test_an_unfinished_sentence_is_dropped() -> None:
    verifier = Verifier(PASSAGES)
    verifier.feed("消防车12辆在岗[1]。队员有32名[1]，其中")
    verifier.finish(complete=False)
    assert texts(verifier) == ["消防车12辆在岗。"]
    assert verifier.dropped == {"cut": 1}


PIECES = st.sampled_from(
    [
        "共有12辆消防车[1]。", "The bridge was closed [2]. ", "32名队员在岗。【1】", "闭10%[2]。\n",
        "共有12辆消防车", "13辆", "三十二名队员", "The bridge was closed", "10%",
        "1,531 vehicles", "[1]", "[2]", "【1】", "[^2]", "[1, 2]", "[9]", "[", "]", "(1)",
        "[1", "†", "。", ". ", "！", "\n", "；", "“铁军”", "“", "”", "**", "*", "`", "```",
        "# ", "- ", "1. ", " ", "@everyone", "<@1>", "https://x.example/a", " 11月28日",
        "November 28", "8:30", "\u200b", "\u202e", "<b>", "</think>", "|", "U.S.",
        "No. 5", "3.5", "《", "》", "，", "在岗", "closed", "系统：",
    ]
)  # fmt: skip
REPLIES = st.one_of(st.text(max_size=120), st.lists(PIECES, max_size=60).map("".join))


@given(REPLIES, st.lists(st.integers(1, 30), min_size=1, max_size=10))
def test_the_result_does_not_depend_on_how_the_reply_is_cut(reply: str, sizes: list[int]) -> None:
    whole = checked(reply)
    verifier, position, emitted = Verifier(PASSAGES), 0, []
    while position < len(reply):
        size = sizes[position % len(sizes)]
        emitted += verifier.feed(reply[position : position + size])
        position += size
    emitted += verifier.finish()
    assert emitted == verifier.proved == whole.proved
    assert verifier.dropped == whole.dropped


@given(REPLIES)
def test_nothing_unproved_gets_through(reply: str) -> None:
    verifier = checked(reply)
    for sentence in verifier.proved:
        assert sentence.cited
        assert set(sentence.cited) <= {0, 1}
        assert not re.search(r"\[\s*\d+\s*\]", sentence.text)
        assert sentence.text == visible(sentence.text).strip()
        assert "@everyone" not in sentence.text
        assert "x.example" not in sentence.text
        known = [
            fact
            for place in sentence.cited
            for part in (PASSAGES[place].text, PASSAGES[place].date, PASSAGES[place].title)
            for fact in facts(part)
        ]
        assert not missing(facts(sentence.text.replace("**", "")), known)
        assert sentence.text.count("**") % 2 == 0


def test_a_figure_of_another_thing_proves_nothing() -> None:
    text = "新桥2011年动工。施工队来自本省。桥面很宽。两侧种树。河面开阔。市场1998年开业。"
    reply = "新桥1998年动工[1]。新桥2011年动工[1]。市场1998年开业[1]。"
    verifier = checked(reply, passages=[passage(text)])
    assert texts(verifier) == ["新桥2011年动工。", "市场1998年开业。"]
    assert verifier.dropped == {"number": 1}


@pytest.mark.parametrize("part", ["{}", "{}†a", "{} and", "n{}", " {} ", "#{}", "{}\t"])
def test_a_list_of_markers_that_does_not_close_ends_nothing(part: str) -> None:
    numbers = ", ".join(part.format(number) for number in range(1, 60))
    assert take_markers(f"The ferry leaves [{numbers} and others.")[1] == []
    assert len(take_markers(f"The ferry leaves [{numbers}].")[1]) in (0, 59)


@pytest.mark.parametrize(
    "unit", [". ", "Mr. ", "a.b.", "? ! ", "1.", "「。", "[1]. x ", "。」", '". ']
)
def test_a_reply_of_any_kind_is_read_in_few_steps(unit: str) -> None:
    reply = (unit * 12_000)[:12_000]
    for end in ("", " The harbour bridge was closed on 28 November 2022 [2]."):
        steps(lambda end=end: checked(reply + end, size=50), 150 * len(reply))


@pytest.mark.parametrize("part", ["The north gate is open, ", "gate, door, ", "gate and hall and "])
def test_what_a_reply_of_4000_characters_is_held_against_takes_few_steps(part: str) -> None:
    unit = "The north {0}, the east {0} and the hall are open in summer, and closed in winter. "
    text = "".join(unit.format(word) for word in ("gate", "door", "room", "pier", "boat", "well"))
    pages = [passage(text, number=number) for number in range(1, 7)]
    reply = "".join(
        f"{(part * 50).capitalize()[: 560 + at]} [1][2][3][4][5][6]. " for at in range(7)
    )

    def read() -> None:
        verifier = checked(reply, "en", passages=pages)
        assert verifier.dropped or verifier.proved

    steps(read, 500 * len(reply))


def test_a_sentence_without_an_end_is_dropped_and_the_next_is_read() -> None:
    verifier = checked("and so it went on, " * 300 + "said so [2]. 共有12辆消防车[1]。")
    assert texts(verifier) == ["共有12辆消防车。"]
    assert verifier.dropped == {"too_long": 1}


def test_an_address_that_the_passage_has_may_be_written() -> None:
    page = passage("The town map is on city.page/plan and at discord.gg/town; call 5 5 5-12.")
    reply = "The town map is on city.page/plan and at discord.gg/town [1]. "
    verifier = checked(reply, passages=[page])
    assert len(verifier.proved) == 1, verifier.dropped
