"""Sentences end where a reader would say so, in any script, and lose nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from language.sentences import sentence_spans


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


@pytest.mark.parametrize(
    "marked",
    [
        "他来了。|真的？|走吧！|先吃饭；|再说。",
        "“你好吗？”他说。|后来走了。",
        "他大喊：“救命！快来人！”|大家都跑来了。",
        "以“谁来养老？”为题的讨论开始了。",
        "电影《你在哪里？》上映了。|票房很好。",
        "会议（主持：张三；记录：李四。）决定开始。|完。",
        "他想了很久很久也没有想明白……|后来他走了。|我……我不知道。",
        "室温3.5度,8:30开会;|请准时。|谢谢",
        "他说：「好。」|她沒有說話。|「行きます。」と言った。|そうです。",
        "“갑니다.”라고 말했다.|좋아요.",
        "هل جاء؟|نعم۔|لا",
        "वह आया।|वह गया।",
        "Ποιος είναι;|Εγώ.",
        "球场归学校管理．|Wi-Fi 由馆方提供，密码见 README．|租金为１．５元．|选 A．球 B．棋．",
    ],
)
def test_ends_in_many_scripts(marked: str) -> None:
    text = marked.replace("|", "")
    assert split(text) == marked.split("|")


@pytest.mark.parametrize(
    "marked",
    [
        "It is 3.5 m. |No. 5 opens at 8:30. |Gate no. 7 is shut.",
        "The U.S. Senate met. |She lives in the U.S. |The rent is low.",
        "Dr. Smith and J. R. Jones came, e.g. at noon, i.e. late. |Nobody else did.",
        "Ask Mr. Lee, Ms. Wu or St. Mary's, cf. p. 12 and Fig. 3. |Thanks.",
        "See https://a.example/b?c=d.e for more. |Visit docs.example.org. |It works!",
        "“Why?” he asked. |“No.” |Then he left. |(It was late.) |She stayed.",
        'He asked "Why?" and left. |"Because!" John said. |"Oh."',
        "Wait... what? |He waited and waited and waited... |Then he left.",
        "It cost $2.1 million; the council paid. |It ended in 1911.[3] |The bridge stood.",
        "The boat leaves at 11:40 p.m. |No one waits. |The 5 p.m. ferry is full.",
        "Am 3. Mai kam der 2. Preis, z. B. hier. |Das war 2022. |Gut.",
        "1. Bring a coat. |2. Bring a lamp.",
        "On Nov. 28 and Dec. 3 it snowed. |World War I. |It ended. |Acme Inc. and Sons grew.",
        "They left Yahoo! Groups in 2019. |It went well! |搜尋 Yahoo! 或其他網站。",
        "i went home. |it was late.",
        "В 1911 г. |Он жил на ул. Мира, т. е. рядом.",
    ],
)
def test_stops_that_end_nothing(marked: str) -> None:
    text = marked.replace("|", "")
    assert split(text) == [piece.strip() for piece in marked.split("|")]


def test_a_newline_always_ends_a_sentence() -> None:
    assert split("标题没有句号\n正文“没有\n说完。") == ["标题没有句号", "正文“没有", "说完。"]


ALPHABET = "ab A3.。！？；;…,，\"'“”‘’「」（）()[]《》 \n\r\u2028\u3000的说を라고؟U.S.\u00a0"
TEXTS = st.text(st.sampled_from(ALPHABET), max_size=80) | st.text(max_size=60)


@given(TEXTS)
def test_spans_are_ordered_stripped_and_cover_every_character(text: str) -> None:
    spans = sentence_spans(text)
    seen = 0
    for start, end in spans:
        assert seen <= start < end <= len(text)
        assert not text[seen:start].strip()
        piece = text[start:end]
        assert piece == piece.strip() and "\n" not in piece
        seen = end
    assert not text[seen:].strip()


@pytest.mark.parametrize("unit", ["a... b ", "“好。”的", "x. ", "(a!) b ", '"a? ', "好……", "U.S. "])
def test_a_megabyte_without_a_newline_is_split_in_linear_time(unit: str) -> None:
    text = unit * (1_000_000 // len(unit))
    assert sum(end - start for start, end in sentence_spans(text)) > len(text) // 2
