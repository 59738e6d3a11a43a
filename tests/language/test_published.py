"""The days of a printed date, in every form that pages print, and the year that a path names."""

from __future__ import annotations

import calendar
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from language.published import DateRange, published

DAYS = st.dates(date(1950, 1, 1), date(2099, 12, 31))
_HAN = "〇一二三四五六七八九"


def han(number: int) -> str:
    """Return a number below a hundred in Chinese tens and ones."""
    tens, ones = divmod(number, 10)
    lead = "" if tens == 0 else "十" if tens == 1 else f"{_HAN[tens]}十"
    return lead + (_HAN[ones] if ones else "")


WRITTEN = (
    lambda day: day.isoformat(),
    lambda day: f"{day.isoformat()}T10:30:00+08:00",
    lambda day: f"{day:%Y/%m/%d} 18:05",
    lambda day: f"{day.year}.{day.month}.{day.day}",
    lambda day: f"{day:%Y%m%d}",
    lambda day: f"{day.year}年{day.month}月{day.day}日",
    lambda day: f"{day.year} 年 {day.month} 月 {day.day} 號（星期二）",
    lambda day: (
        f"{''.join(_HAN[int(d)] for d in str(day.year))}年{han(day.month)}月{han(day.day)}日"
    ),
    lambda day: f"民國{day.year - 1911}年{day.month}月{day.day}日" if day.year > 1911 else "",
    lambda day: f"{day.day} {calendar.month_name[day.month]} {day.year}",
    lambda day: f"{calendar.month_name[day.month]} {day.day}, {day.year} at 9:15",
    lambda day: f"Tue, {day.day} {calendar.month_abbr[day.month]}. {day.year}",
)


@pytest.mark.parametrize("write", WRITTEN)
@given(day=DAYS)
def test_every_way_to_write_a_day_names_it(write, day: date) -> None:  # type: ignore[no-untyped-def]
    found = published(write(day), "notes/1999-01-01.txt")
    assert found == DateRange(day.year, day.month * 100 + day.day, day.month * 100 + day.day)
    assert found.bounds() == (day, day)


@pytest.mark.parametrize(
    ("printed", "days"),
    [
        ("2023年11月", DateRange(2023, 1101, 1130)),
        ("February 2024", DateRange(2024, 201, 229)),
        ("2026-11", DateRange(2026, 1101, 1130)),
        ("11月24日", DateRange(0, 1124, 1124)),
        ("十一月廿四日", DateRange(0, 1124, 1124)),
        ("2 May", DateRange(0, 502, 502)),
        ("24.11.2026", DateRange(2026, 1124, 1124)),
        ("民国一百一十二年三月八日", DateRange(2023, 308, 308)),
        ("二月三十日", None),
        ("2024-13-40", None),
        ("3/5/2024", None),
        ("last summer", None),
        ("", None),
    ],
)
def test_less_than_a_whole_day(printed: str, days: DateRange | None) -> None:
    assert published(printed) == days


@pytest.mark.parametrize(
    ("source", "year"),
    [
        ("2026-11-24/page-3.txt", 2026),
        ("news/2026/11/a.md", 2026),
        ("paper_20261124.txt", 2026),
        ("2026/a.md", 2026),
        ("paper.txt", 0),
        ("room-2026.txt", 0),
        ("2024/2026-11-24.txt", 0),
        ("house12026/11.txt", 0),
    ],
)
def test_year_that_is_not_printed_is_the_paths(source: str, year: int) -> None:
    assert published("11月24日", source) == DateRange(year, 1124, 1124)
    assert published("2019年11月24日", source) == DateRange(2019, 1124, 1124)


def test_day_of_a_path_is_that_of_an_article_without_a_date() -> None:
    assert published("", "2026-11-24/p.txt") == DateRange(2026, 1124, 1124)
    assert published("", "news/20261124.txt") == DateRange(2026, 1124, 1124)
    assert published("", "12345678901.txt") is None
    assert published("Feb 29", "2025/a.txt") == DateRange(0, 229, 229)


@given(st.text(max_size=60), st.text(max_size=40))
def test_any_text_is_read_without_harm(printed: str, source: str) -> None:
    found = published(printed, source)
    if found and found.year:
        assert found.bounds()[0] <= found.bounds()[1]
