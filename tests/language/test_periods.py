"""Days that people name, in both languages, counted from a day that is handed in."""

from __future__ import annotations

import re
import tomllib
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from language.periods import DateUnreadable, day_option, period_in
from language.relative import relative_periods

ROOT = Path(__file__).resolve().parents[2]
TODAY = date(2026, 11, 25)  # a Wednesday


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("2026-11", "2026-11-01", "2026-11-30"),
        ("2025", "2025-01-01", "2025-12-31"),
        ("11月24日", "2026-11-24", "2026-11-24"),
        ("12月25日", "2025-12-25", "2025-12-25"),
        ("11月", "2026-11-01", "2026-11-30"),
        ("民國115年1月2日", "2026-01-02", "2026-01-02"),
        ("3 May", "2026-05-03", "2026-05-03"),
        ("Nov 30", "2025-11-30", "2025-11-30"),
        ("Yesterday", "2026-11-24", "2026-11-24"),
        ("昨天", "2026-11-24", "2026-11-24"),
        ("last week", "2026-11-16", "2026-11-22"),
        ("上週", "2026-11-16", "2026-11-22"),
        ("上周三", "2026-11-18", "2026-11-18"),
        ("last Monday", "2026-11-23", "2026-11-23"),
        ("最近三天", "2026-11-22", "2026-11-25"),
        ("去年", "2025-01-01", "2025-12-31"),
        ("November", "2026-11-01", "2026-11-30"),
        ("may", "2026-05-01", "2026-05-31"),
        ("3 days ago", "2026-11-22", "2026-11-22"),
        ("twenty-one days ago", "2026-11-04", "2026-11-04"),
        ("a week ago", "2026-11-16", "2026-11-22"),
        ("二十天前", "2026-11-05", "2026-11-05"),
        ("两个月前", "2026-09-01", "2026-09-30"),
        ("三年前", "2023-01-01", "2023-12-31"),
        ("明天", "2026-11-26", "2026-11-26"),
        ("大后天", "2026-11-28", "2026-11-28"),
        ("下周三", "2026-12-02", "2026-12-02"),
        ("2024年5月", "2024-05-01", "2024-05-31"),
        ("2024年5月至6月", "2024-05-01", "2024-06-30"),
        ("3 December to 5 January 2026", "2025-12-03", "2026-01-05"),
        ("24.11.2026", "2026-11-24", "2026-11-24"),
        ("Tuesday, 24 November 2026", "2026-11-24", "2026-11-24"),
        ("Monday", "2026-11-23", "2026-11-23"),
        ("last May", "2026-05-01", "2026-05-31"),
        ("May of last year", "2025-05-01", "2025-05-31"),
        ("去年11月", "2025-11-01", "2025-11-30"),
        ("上个月5号", "2026-10-05", "2026-10-05"),
        ("tomorrow", "2026-11-26", "2026-11-26"),
        ("the day after tomorrow", "2026-11-27", "2026-11-27"),
        ("next week", "2026-11-30", "2026-12-06"),
        ("next Friday", "2026-12-04", "2026-12-04"),
        ("this Friday", "2026-11-27", "2026-11-27"),
        ("this weekend", "2026-11-28", "2026-11-29"),
        ("the next two weeks", "2026-11-25", "2026-12-09"),
        ("后天", "2026-11-27", "2026-11-27"),
        ("下周", "2026-11-30", "2026-12-06"),
        ("下周五", "2026-12-04", "2026-12-04"),
        ("本周五", "2026-11-27", "2026-11-27"),
        ("未来三天", "2026-11-25", "2026-11-28"),
    ],
)
def test_bounds_as_people_write_them(written: str, first: str, last: str) -> None:
    assert day_option(written, TODAY) == day(first)
    assert day_option(written, TODAY, last=True) == day(last)


@pytest.mark.parametrize(
    "written",
    ["soon", "", "2026-02-30", "2026-13", "in November", "24", "5周", "3/5/2024", "May we"],
)
def test_what_is_no_date_is_refused_by_name(written: str) -> None:
    with pytest.raises(DateUnreadable) as told:
        day_option(written, TODAY)
    assert told.value.values["wanted"] == written


def _examples() -> list[str]:
    """Return every date that a help text or a page of the docs gives as an example."""
    phrases = tomllib.loads((ROOT / "config/phrases.toml").read_text(encoding="utf-8"))
    told = [
        text for key in ("ask_after", "ask_before") for text in phrases["discord"][key].values()
    ]
    told += [text.rstrip("。.") for text in phrases["errors"]["date_unreadable"].values()]
    lists = [re.split(r"[:：]|such as|例如", text)[-1] for text in told]
    command = (ROOT / "bot/cli/commands.py").read_text(encoding="utf-8")
    lists += re.findall(r'(?:later|earlier): ([^"]+)\."', command)
    for page, lead in (("README.md", "`--before` \\("), ("docs/discord.md", "or words \\(")):
        lists += re.findall(rf"{lead}([^)]+)\)", (ROOT / page).read_text(encoding="utf-8"))
    words = [word for each in lists for word in re.split(r"[,，、]| or |或", each)]
    return sorted({word.strip(' "“”') for word in words})


@pytest.mark.parametrize("written", _examples())
def test_every_example_of_a_help_text_is_read(written: str) -> None:
    assert day_option(written, TODAY) <= day_option(written, TODAY, last=True)


def test_the_examples_are_found() -> None:
    assert {"2026-11-24", "November", "last week", "昨天", "11月"} <= set(_examples())


@pytest.mark.parametrize(
    ("question", "after", "before", "left"),
    [
        ("What did the Council decide last week?", "2026-11-16", "2026-11-22",
         "What did the Council decide ?"),
        ("昨天港口发生了什么？", "2026-11-24", "2026-11-24", "港口发生了什么？"),
        ("上週市議會決定了什麼", "2026-11-16", "2026-11-22", "市議會決定了什麼"),
        ("How many visitors came in November?", "2026-11-01", "2026-11-30",
         "How many visitors came ?"),
        ("11月24日的会议通过了什么", "2026-11-24", "2026-11-24", "会议通过了什么"),
        ("what has closed since 3 May", "2026-05-03", "2026-11-25", "what has closed"),
        ("自5月3日以来有多少起事故", "2026-05-03", "2026-11-25", "有多少起事故"),
        ("来自2025年11月的消息说了什么", "2025-11-01", "2025-11-30", "来自消息说了什么"),
        ("between 3 May and 5 June how many ferries sailed", "2026-05-03", "2026-06-05",
         "how many ferries sailed"),
        ("what was decided before March 2025", None, "2025-02-28", "what was decided"),
        ("去年的预算是多少", "2025-01-01", "2025-12-31", "预算是多少"),
        ("What closed 3 days ago?", "2026-11-22", "2026-11-22", "What closed ?"),
        ("三天前港口发生了什么", "2026-11-22", "2026-11-22", "港口发生了什么"),
        ("去年11月的会议通过了什么", "2025-11-01", "2025-11-30", "会议通过了什么"),
        ("Which roads were closed last May?", "2026-05-01", "2026-05-31",
         "Which roads were closed ?"),
    ],
)  # fmt: skip
def test_questions_name_a_period(
    question: str, after: str | None, before: str | None, left: str
) -> None:
    found = period_in(question, TODAY)
    assert found is not None
    period, without = found
    assert (period.after, period.before) == (after and day(after), before and day(before))
    assert without == left


@pytest.mark.parametrize(
    "question",
    [
        "How many people may enter?",
        "What is closed every November?",
        "每年11月有什么节日",
        "What happened in March and in May?",
        "有三个月的假期吗",
        "How long is the 2000 metre run?",
        "昨天？",
        "Where do the soldiers march?",
    ],
)
def test_what_restricts_nothing_is_no_period(question: str) -> None:
    assert period_in(question, TODAY) is None


@given(st.text(alphabet="昨上去今年月日周天前最近两0123456789 -/.maylsthek", max_size=24),
       st.dates(date(1000, 1, 1), date(9000, 1, 1)))  # fmt: skip
def test_any_question_is_read_without_harm(text: str, today: date) -> None:
    found = period_in(text, today)
    if found and found[0].after and found[0].before:
        assert found[0].before - found[0].after < timedelta(days=366 * 2000)


def test_a_hostile_text_is_read_in_one_pass() -> None:
    assert not list(relative_periods("one " * 20_000, TODAY))
    assert not list(relative_periods("one-" * 20_000, TODAY))
