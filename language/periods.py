"""Days that people name: in an option, or in a question that may mean what was said back then."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from config.errors import DocentError
from language.dates import dates
from language.facts import Day
from language.published import Days, published
from language.relative import Period, Span, relative_periods
from language.text import NGRAM_CHARACTER, fold

_SINCE = re.compile(r"(?:\b(?:since|after|from|as of|starting)(?: the)?\s*|自从|(?<!来)自|从)$")
_UNTIL = re.compile(r"\b(?:before|until|till|up to|prior to)(?: the)?\s*$")
_LATER = re.compile(r"\s?(?:以来|以后|之后|起(?!草|义|诉))")
_EARLIER = re.compile(r"\s?(?:以前|之前|前(?!往|后|天|进))")
_TO = re.compile(r"\s?(?:-|–|—|~|至|到|and|to|until|through)\s?(?:the\s)?")
_RECURRING = re.compile(r"(?:\b(?:every|each|per)(?:\s\w+)?\s|每(?:年|逢|个|到)?的?)$")
_PREPOSITION = re.compile(
    r"(?:\b(?:in|on|during|over|within|throughout|from|for|of)\s+(?:the\s+)?|[在于])$"
)
_BARE_YEAR = re.compile(r"\b(?:in|since|during|before|after|until|of) ((?:19|20)\d\d)\b(?![-/.]\d)")
_DAYS_LATER = 1
_DAY = timedelta(days=1)
_FEWEST_LETTERS_LEFT = 2


class DateUnreadable(DocentError):
    """A bound in time is not written as a day, a month or a year."""


def day_option(text: str, today: date, *, last: bool = False) -> date:
    """Return the first day, or the `last`, of what is written as a bound: 2026-11, yesterday, 上周.

    Raises DateUnreadable.
    """
    folded = " ".join(fold(text).split())
    found = _option(folded, today)
    if found is None:
        raise DateUnreadable("errors.date_unreadable", wanted=text)
    return found[1] if last else found[0]


def _option(folded: str, today: date) -> Span | None:
    for period in relative_periods(folded, today):
        if (period.start, period.end) == (0, len(folded)) and period.after and period.before:
            return period.after, period.before
    year = re.fullmatch(r"((?:19|20)\d\d)年?", folded)
    if year:
        return date(int(year[1]), 1, 1), date(int(year[1]), 12, 31)
    days = published(folded)
    named = [found for found in dates(folded) if found[0] == (0, len(folded))]
    is_whole = bool(named) or bool(re.fullmatch(r"[\d年月日号民国./:tz+ -]+", folded))
    return resolved(days, today) if days and is_whole else None


def resolved(days: Days, today: date) -> Span | None:
    """Return days as dates; those without a year are the latest that are not to come."""
    years = [days.year] if days.year else range(today.year, today.year - 8, -1)
    for year in years:
        try:
            span = Days(year, days.first, days.last).bounds()
        except ValueError:
            # 29 February
            continue
        if days.year or span[0] <= today:
            return span
    return None


def period_in(question: str, today: date) -> tuple[Period, str] | None:
    """Return the period that a question names, and the question without it; None for none.

    Times that come again every year, and questions that name several periods, are no bound.
    """
    asked = " ".join(question.split())
    folded = " ".join(fold(question).split())
    found = _ranges(folded, sorted(_named(folded, today), key=lambda period: period.start))
    if len(found) != 1:
        return None
    period = found[0]
    before = folded[: period.start]
    if _RECURRING.search(before):
        return None
    whole = asked if len(asked) == len(folded) else folded
    head = whole[: len(_PREPOSITION.sub("", before))]
    tail = whole[period.end :].removeprefix("的")
    gap = "" if NGRAM_CHARACTER.match(tail) else " "
    left = " ".join(f"{head}{gap}{tail}".split())
    return (period, left) if len(left) > _FEWEST_LETTERS_LEFT else None


def _named(
    folded: str, today: date, as_dates: Callable[[Days, date], Span | None] = resolved
) -> Iterator[Period]:
    """Yield every period of a text, with the words that make it open at one end."""
    taken: list[tuple[int, int]] = []
    for period in (*relative_periods(folded, today), *calendar_periods(folded, today, as_dates)):
        if any(start < period.end and period.start < end for start, end in taken):
            continue
        taken.append((period.start, period.end))
        yield _opened(folded, period, today)


def _opened(folded: str, period: Period, today: date) -> Period:
    since, until = (way.search(folded, 0, period.start) for way in (_SINCE, _UNTIL))
    later, earlier = (way.match(folded, period.end) for way in (_LATER, _EARLIER))
    if until or earlier:
        start = until.start() if until else period.start
        end = earlier.end() if earlier else period.end
        return period._replace(
            after=None, before=(period.after or today) - _DAY, start=start, end=end
        )
    if later or (since and not _TO.match(folded, period.end)):
        start = since.start() if since else period.start
        end = later.end() if later else period.end
        return period._replace(before=today, start=start, end=end)
    return period


def _ranges(folded: str, periods: list[Period]) -> list[Period]:
    """Join two periods that a text names as the ends of one."""
    joined: list[Period] = []
    for period in periods:
        last = joined[-1] if joined else None
        between = folded[last.end : period.start] if last else ""
        if last and between and _TO.fullmatch(between) and last.after and period.before:
            lead = re.search(r"\b(?:from|between)\s(?:the\s)?$|[自从]$", folded[: last.start])
            start = lead.start() if lead else last.start
            joined[-1] = last._replace(before=period.before, start=start, end=period.end)
        else:
            joined.append(period)
    return joined


def days_named(text: str, told: date) -> list[Period]:
    """Return the days that a text names, counted from the day on which it was told.

    Days without a year are those nearest to that day; a range is one period.
    """
    folded = " ".join(fold(text).split())
    named = sorted(_named(folded, told, _nearest), key=lambda period: period.start)
    # "From 1 December on" ends nowhere.
    return [
        period._replace(before=None)
        if period.after and period.before and period.before < period.after
        else period
        for period in _ranges(folded, named)
    ]


def _nearest(days: Days, told: date) -> Span | None:
    """Return days as dates, those without a year as near to a day as may be."""
    years = [days.year] if days.year else [told.year, told.year + 1, told.year - 1]
    spans = [span for year in years if (span := resolved(days._replace(year=year), told))]
    return min(spans, key=lambda span: abs(span[0] - told), default=None)


def calendar_periods(
    folded: str, today: date, as_dates: Callable[[Days, date], Span | None] = resolved
) -> Iterator[Period]:
    """Yield the days, months and years that folded text names by the calendar."""
    for (start, end), facts in dates(folded):
        spans = [
            span
            for fact in facts
            if not fact.weak and isinstance(fact.value, Day)
            if (span := _span(fact.value, today, as_dates))
        ]
        if spans:
            first = min(span[0] for span in spans)
            yield Period(first, max(span[1] for span in spans), start, end)
    for found in _BARE_YEAR.finditer(folded):
        year = int(found[1])
        yield Period(date(year, 1, 1), date(year, 12, 31), found.start(1), found.end())


def _span(day: Day, today: date, as_dates: Callable[[Days, date], Span | None]) -> Span | None:
    """Return the days of a date; None for a day of no month."""
    if day.month is None:
        return (date(day.year, 1, 1), date(day.year, 12, 31)) if day.year else None
    longest = calendar.monthrange(day.year or 2000, day.month)[1]
    if day.day and day.day > longest:
        return None
    first, last = day.day or 1, day.day or longest
    return as_dates(Days(day.year or 0, day.month * 100 + first, day.month * 100 + last), today)


def reported_by(period: Period) -> Period:
    """Return the days on which what happened in a period is reported: the day after, too."""
    if period.before is None or period.before == date.max:
        return period
    return period._replace(before=period.before + _DAYS_LATER * _DAY)
