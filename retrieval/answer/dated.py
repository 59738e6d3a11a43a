"""Hold a time that a question counts from today against the days that the units themselves name.

"What is on tomorrow?" is answered by a unit of that day, and never by one of another.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from index.models import ArticleHead, BlockKind
from language.dates import weekdays
from language.periods import days_named, days_of, reported_by
from language.relative import Period, Span
from language.text import fold, folded_line, language_of
from retrieval.answer.reader import UnitReading
from retrieval.answer.verdict import ANSWER_THRESHOLD, Evidence, held_back

# What standing on the day asked for is worth, in the order of the units and as log-odds.
_AHEAD, _LIKELIER = 2.5, 2.5
_WEEK = timedelta(days=6)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_TO = re.compile(r"\s?(?:-|–|—|~|至|到|to|through|until)\s?")
_NEXT = re.compile(
    r"\bnext (?!to\b|door\b|steps?\b|time\b|page\b)(?=[a-z])|\bupcoming\b"
    r"|下一?[次场届期回](?!载)|下个(?=活动|节目)|即将"
)


def next_of(question: str, today: date) -> Period | None:
    """Return the time from today on where a question asks for the next of its kind."""
    found = _NEXT.search(fold(question))
    return Period(today, None, *found.span(), "next") if found else None


def spelled(question: str, period: Period, timeless: str) -> str:
    """Return the question with the day it means, or `timeless` where it means several."""
    folded = folded_line(question)
    if period.after is None or period.after != period.before:
        return timeless
    day = period.after
    said = f"{day.month}月{day.day}日"
    if language_of(question) != "zh":
        said = f"on {day.day} {day:%B} {day.year}"
    before = re.sub(r"\bon $", "", folded[: period.start])
    return f"{before}{said}{folded[period.end :]}"


def held_against(
    period: Period, asked: Evidence, dated: Evidence, today: date
) -> tuple[Evidence, bool]:
    """Return the evidence with units of the time preferred and those of other times held back.

    `dated` was read for the question with its day spelled out. What a question names by the
    calendar is preferred, and nothing held back. The second value is True if a unit of the time
    is the best.
    """
    readings: dict[tuple[str, int, int], UnitReading] = {}
    on_time: dict[tuple[str, int, int], date] = {}
    heads = {**dated.heads, **asked.heads}
    # "After the fire of 1666" asks for what another year tells.
    counted = period.way != "calendar"
    for evidence in (asked, dated):
        for reading in evidence.readings:
            key = (reading.window.chunk.id, reading.unit.start, reading.unit.end)
            meets, first = _meets(period, reading, heads[reading.window.chunk.article_id], today)
            if meets is None and evidence is not asked:
                continue
            held = held_back(reading) if meets is False and counted else reading
            if meets:
                likelier = _LIKELIER if counted else 0.0
                held = replace(held, score=held.score + likelier, rank=held.rank + _AHEAD)
            if meets and first:
                on_time[key] = first
            if key not in readings or readings[key].rank < held.rank:
                readings[key] = held
    if period.way == "next" and on_time:
        readings = _earliest(readings, on_time)
    best = max(readings, key=lambda key: readings[key].rank, default=None)
    shown = {passage.chunk_id: passage for passage in (*asked.passages, *dated.passages)}
    found = Evidence(asked.question, list(shown.values()), list(readings.values()), heads)
    return found, best in on_time


def _earliest(
    readings: dict[tuple[str, int, int], UnitReading], on_time: dict[tuple[str, int, int], date]
) -> dict[tuple[str, int, int], UnitReading]:
    """Hold back what comes after the first of those that answer."""
    enough = [day for key, day in on_time.items() if readings[key].score >= ANSWER_THRESHOLD]
    first = min(enough, default=date.max)
    return {
        key: held_back(reading) if on_time.get(key, first) > first else reading
        for key, reading in readings.items()
    }


def _meets(
    period: Period, reading: UnitReading, head: ArticleHead, today: date
) -> tuple[bool | None, date | None]:
    """Return if a unit is of a period, None where it names no time, and its first day in it."""
    unit, chunk = reading.unit, reading.window.chunk
    text = chunk.text[unit.start - chunk.start : unit.end - chunk.start]
    if unit.block.kind is BlockKind.LABELLED_VALUE and head.date and head.date in text:
        # The day that an article gives as its own says nothing of what happens then.
        return None, None
    days = days_of(head.date, head.source, today)
    told = _told(days, reading.window.head, today)
    for part in (text, *reversed(unit.block.path)):
        named = days_named(part, told)
        if not named:
            continue
        fitting = [p for p in named if period.meets(p.after or date.min, p.before or date.max)]
        if fitting and not (unit.items and len(fitting) < len(named)):
            return True, min(max(p.after or today, period.after or date.min) for p in fitting)
        break
    else:
        return _of_the_week(text, period), None
    # What an article of the time tells of another day is still of the time.
    if days and period.before and period.before < today and reported_by(period).meets(*days):
        return None, None
    return False, None


def _told(days: Span | None, path: str, today: date) -> date:
    """Return the day from which the days of an article of these days are counted."""
    if days:
        return days[0]
    years = {int(year) for year in _YEAR.findall(path)}
    if len(years) == 1 and today.year not in years:
        return date(years.pop(), 7, 1)
    return today


def _of_the_week(text: str, period: Period) -> bool | None:
    """Return if the days of the week that a text names are those of a period; None for none."""
    named = list(_weekdays(folded_line(text)))
    if not named or not period.after or not period.before or period.before - period.after >= _WEEK:
        return None
    length = (period.before - period.after).days
    asked = {(period.after + timedelta(days=n)).isoweekday() for n in range(length + 1)}
    return any(asked & days for days in named) or False


def _weekdays(folded: str) -> Iterator[set[int]]:
    """Yield the days of the week that a text names, a range as all its days."""
    found: Sequence[tuple[tuple[int, int], int]] = [
        (span, int(fact.value))  # type: ignore[arg-type]
        for span, facts in weekdays(folded)
        for fact in facts
    ]
    for at, (span, day) in enumerate(found):
        yield {day}
        if at and _TO.fullmatch(folded[found[at - 1][0][1] : span[0]]):
            first = found[at - 1][1]
            yield {(first - 1 + n) % 7 + 1 for n in range((day - first) % 7 + 1)}
