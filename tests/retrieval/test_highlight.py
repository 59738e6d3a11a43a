"""What is printed in bold: whole words and whole names of the kind asked for, or nothing."""

from __future__ import annotations

import numpy as np
import pytest

from index.translator import load_translator
from retrieval.rarity import Rarity
from retrieval.reading.highlight import highlight
from retrieval.reading.meanings import Meanings
from retrieval.reading.passages import view_passage
from retrieval.reading.questions import view_question
from retrieval.reading.spans import answer_spans
from retrieval.search.query import analyse
from tests.fakes_dictionary import CITY_WORDS

RARITY = Rarity(lambda key: 0, 1, {"的": 0.9, "the": 0.9})


@pytest.fixture(scope="module")
def meanings() -> Meanings:
    return Meanings(load_translator())


def bold(meanings: Meanings, question: str, sentence: str, likely: str) -> str:
    """Return what is bold where the tokens of `likely` look like the answer."""
    (view,) = view_passage(sentence)
    start = sentence.index(likely)
    inside = [start <= at < start + len(likely) for at in view.tokens.starts]
    scores = np.where(inside, 0.8, -4.0).astype(np.float32)
    span = highlight(view_question(analyse(question, CITY_WORDS), RARITY), view, scores, meanings)
    return sentence[slice(*span)] if span else ""


@pytest.mark.parametrize(
    ("question", "sentence", "likely", "marked"),
    [
        (
            "How long is the leave?",
            "Parents may take sixteen weeks of leave.",
            "sixteen",
            "sixteen",
        ),
        ("展览收到多少作品", "一、展览共收到作品218幅，入选64幅。", "218", "218幅"),
        ("谁得了一等奖", "一等奖由学生马骁的《渡口》获得。", "马骁的", "马骁"),
        ("谁主持会议", "主持：许婉清", "许婉清", "许婉清"),
        ("外拍去哪里", "六月的外拍去乌岩古镇，早上出发。", "去乌岩古镇", "乌岩古镇"),
        (
            "暗房什么时候开放",
            "暗房每周二、周四晚上七点到九点半开放。",
            "每周二、周四晚上七点到九点半",
            "每周二、周四晚上七点到九点半",
        ),
        (
            "Wann wird die Straße gesperrt?",
            "Sie wird am 11. September gesperrt.",
            "11. September",
            "11. September",
        ),
    ],
)
def test_a_span_is_whole(
    meanings: Meanings, question: str, sentence: str, likely: str, marked: str
) -> None:
    assert bold(meanings, question, sentence, likely).startswith(marked)
    assert bold(meanings, question, sentence, likely).removeprefix(marked) in ("", " weeks")


@pytest.mark.parametrize(
    ("question", "sentence", "likely"),
    [
        ("钥匙交给谁", "离开时钥匙交给服务台保管。", "务台"),
        ("How often does line 14 run?", "The bus of line 6 does not stop there.", "6"),
        ("Is the office open on Sundays?", "The office is open on Sundays.", "Sundays"),
    ],
)
def test_nothing_is_bold_that_does_not_answer(
    meanings: Meanings, question: str, sentence: str, likely: str
) -> None:
    assert bold(meanings, question, sentence, likely) == ""


def test_no_bold_where_two_are_as_likely(meanings: Meanings) -> None:
    sentence = "Ada Lind met Bea Moss."
    (view,) = view_passage(sentence)
    scores = np.full(len(view.tokens), 0.5, dtype=np.float32)
    question = view_question(analyse("Who won?", CITY_WORDS), RARITY)
    assert highlight(question, view, scores, meanings) is None


@pytest.mark.parametrize(
    ("text", "number"),
    [("二、会费每年80元", "二"), ("2. The fee is 80", "2"), ("3) Tea", "3")],
)
def test_the_number_of_an_item_answers_nothing(text: str, number: str) -> None:
    spans = [text[span.start : span.end] for span in answer_spans(text) if span.kind == "number"]
    assert number not in spans
