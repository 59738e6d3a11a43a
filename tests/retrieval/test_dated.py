"""Times that a question counts from today, held against the days that the text names."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from language.periods import days_named
from language.relative import relative_periods
from retrieval.answerer import Answerer
from retrieval.models import AskRequest

TODAY = date(2026, 11, 25)  # a Wednesday
PROGRAMME = """# Programme of the Tannery hall

- 24 November 2026: the brass band rehearses.
- 25 November 2026: a talk on beekeeping in the large room.
- 26 November 2026: the repair café mends bicycles.
- 2 December 2026: a film about glaciers is shown.
- 30 January 2027: the hall is closed for painting.
"""
NOTICES = """# 枫林社区2026年冬季通知

11月25日，社区食堂停业一天。
11月26日，志愿者在中心广场清扫落叶。
12月2日，牙医在二楼义诊。
"""


TEXTS = {"programme.md": PROGRAMME, "通知.md": NOTICES}


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("What is on today at the Tannery hall?", "beekeeping"),
        ("What is on tomorrow at the Tannery hall?", "repair café"),
        ("What was on yesterday at the Tannery hall?", "brass band"),
        ("What can I see at the Tannery hall next Wednesday?", "glaciers"),
        ("今天社区食堂怎么了？", "停业一天"),
        ("明天志愿者做什么？", "清扫落叶"),
        ("下周三牙医在哪里义诊？", "二楼"),
    ],
)
def test_the_unit_of_the_day_is_quoted(service: Answerer, question: str, said: str) -> None:
    found = service.ask(AskRequest(question))
    assert found.found
    assert said in found.citations[0].quote


@pytest.mark.parametrize(
    "question",
    ["What is on the day after tomorrow at the Tannery hall?", "后天志愿者在中心广场做什么？"],
)
def test_another_day_is_never_an_answer(service: Answerer, question: str) -> None:
    assert not service.ask(AskRequest(question)).found


@pytest.mark.parametrize("text", ["最后天线", "the next step", "以后天气"])
def test_words_that_only_look_like_times_name_none(text: str) -> None:
    assert not list(relative_periods(text, TODAY))


@given(st.dates(date(2000, 1, 1), date(2040, 12, 31)), st.integers(-180, 180))
def test_a_day_without_a_year_is_the_nearest(told: date, distance: int) -> None:
    day = told + timedelta(days=distance)
    for text in (f"{day.day} {day:%B}", f"{day.month}月{day.day}日"):
        (found,) = days_named(text, told)
        assert found.after == found.before == day


def test_a_range_is_one_time() -> None:
    (found,) = days_named("from 3 December to 9 January", TODAY)
    assert (found.after, found.before) == (date(2026, 12, 3), date(2027, 1, 9))
