"""What a question asks for, in every language that has a table, and what its numbers must be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.reading.measures import Measure
from retrieval.reading.passages import view_passage
from retrieval.reading.question_type import what_is_asked
from retrieval.reading.questions import view_question
from retrieval.search.query import analyse


@pytest.mark.parametrize(
    ("question", "kind", "unit"),
    [
        ("展览馆有多少件展品", "number", "件展"),
        ("谁修的这座桥？", "person", ""),
        ("他被選為什麼職位", "what", "职位"),
        ("为什么停电", "reason", ""),
        ("什麼時候開放", "time", ""),
        ("工期多长时间", "number", ""),
        ("哪一年建成的", "time", ""),
        ("展览馆在哪里", "place", ""),
        ("哪座桥最长", "which", "桥最"),
        ("“双减”是什么？", "definition", ""),
        ("怎样报名", "manner", ""),
        ("图书馆周末开门吗", "polar", ""),
        ("How many boats sank?", "number", "boats"),
        ("Who broke the window when he fell?", "person", ""),
        ("In what year was the mill sold?", "time", ""),
        ("what is the average wage of a baker", "number", "average wage"),
        ("which road is closed", "which", "road"),
        ("Why is it closed?", "reason", ""),
        ("What is a tramway?", "definition", ""),
        ("Wie viele Boote sanken?", "number", ""),
        ("Wann wurde die Mühle verkauft?", "time", ""),
        ("¿Dónde está la biblioteca?", "place", ""),
        ("Кто построил мост через реку?", "person", ""),
        ("図書館はいつ開きますか", "time", ""),
    ],
)
def test_the_asking_words_tell_the_kind(question: str, kind: str, unit: str) -> None:
    asked = what_is_asked(question)
    assert asked.kind == kind
    if unit:
        assert asked.unit == unit


@given(st.text(max_size=80))
def test_any_text_asks_for_something(question: str) -> None:
    asked = what_is_asked(question)
    assert 0 <= asked.start <= asked.end <= len(question)


@pytest.mark.parametrize(
    ("question", "sentence", "fitting"),
    [
        ("有多少辆公交车", "车队有31名司机和18辆公交车。", {"18"}),
        ("how many buses are there", "The depot has 31 drivers and 18 buses.", {"18"}),
        ("how old is the driver", "The driver, 61 years old, lives at 14 Mill Lane.", {"61"}),
        ("一张票多少钱", "3号窗口的票每张25元。", {"25"}),
        ("what percentage of voters stayed home", "Of 900 voters 40% stayed home.", {"40%"}),
        ("这座桥建于哪一年", "3月5日，人们纪念这座1936年的桥。", {"1936年"}),
    ],
)
def test_a_number_must_be_of_what_is_asked_for(
    question: str, sentence: str, fitting: set[str]
) -> None:
    measure = Measure(view_question(analyse(question), lambda key: 1.0))
    view = view_passage(sentence)[0]
    assert measure.known
    found = {
        sentence[span.start : span.end]
        for span, first, last in view.spans
        if measure.fits(view, span, first, last) == 1.0
    }
    assert found == fitting
