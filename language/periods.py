"""Days that people name: in an option, in a question, or in a text that was told on some day."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from config.errors import DocentError
from language.dates import blank, dates, times, weekdays
from language.facts import Day
from language.published import DateRange, published, range_of
from language.relative import Period, Span, relative_periods
from language.text import NGRAM_CHARACTER, folded_line

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
_YEAR_BEFORE = re.compile(r"(?P<han>[去今明前后本]年)的?\s?$|\b(?P<way>last|this|next)\s$")
_YEAR_AFTER = re.compile(r",? (?:of )?(last|this|next) year\b")
_YEARS_ON = {
    "前": -2,
    "去": -1,
    "last": -1,
    "今": 0,
    "本": 0,
    "this": 0,
    "明": 1,
    "next": 1,
    "后": 2,
}
_NOWHERE = (0, 0, 0)
_TIME_OF_ISO = re.compile(r"(?<=\d)t[\d:.]+(?:z|[+-]\d\d:?\d\d)?$")
_WORD = re.compile(r"\w")
_DAYS_LATER = 1
_DAY = timedelta(days=1)
_FEWEST_LETTERS_LEFT = 2
_AsDates = Callable[[DateRange, date], Span | None]


class DateUnreadable(DocentError):
    """A bound in time is not written as a day, a month or a year."""


def day_option(text: str, today: date, *, last: bool = False) -> date:
    """Return the first day, or the `last`, of what is written as a bound: 2026-11, yesterday, 上周.

    Raises DateUnreadable.
    """
    folded = folded_line(text)
    found = _option(folded, today)
    if found is None:
        raise DateUnreadable("errors.date_unreadable", wanted=text)
    return found[1] if last else found[0]


def _option(folded: str, today: date) -> Span | None:
    """Return the one period that is written, with nothing beside but a weekday or a time of day."""
    folded = _TIME_OF_ISO.sub("", folded)
    year = re.fullmatch(r"((?:19|20)\d\d)年?", folded)
    if year:
        return date(int(year[1]), 1, 1), date(int(year[1]), 12, 31)
    found = sorted(_named(folded, today, weak=True), key=lambda period: period.start)
    periods = _ranges(folded, found)
    if len(periods) == 1 and (period := periods[0]).after and period.before:
        rest = f"{folded[: period.start]} {folded[period.end :]}"
        beside = [*weekdays(rest), *times(rest)]
        if not _WORD.search(blank(rest, sorted(span for span, _ in beside))):
            return period.after, period.before
    named = list(weekdays(folded))
    if not periods and len(named) == 1 and named[0][0] == (0, len(folded)):
        # The latest such day: a bound is in the past.
        day = int(named[0][1][0].value)  # type: ignore[arg-type]
        latest = today - timedelta(days=(today.isoweekday() - day) % 7)
        return latest, latest
    return None


def resolved(days: DateRange, today: date) -> Span | None:
    """Return days as dates; those without a year are the latest that are not to come."""
    years = [days.year] if days.year else range(today.year, today.year - 8, -1)
    for year in years:
        try:
            span = days._replace(year=year).bounds()
        except ValueError:
            # 29 February
            continue
        if days.year or span[0] <= today:
            return span
    return None


def days_of(printed: str, source: str, today: date) -> Span | None:
    """Return the days on which an article was published, by its printed date and its path."""
    days = published(printed, source)
    return resolved(days, today) if days else None


def period_in(question: str, today: date) -> tuple[Period, str] | None:
    """Return the period that a question names, and the question without it; None for none.

    Times that come again every year, and questions that name several periods, are no bound.
    """
    asked = " ".join(question.split())
    folded = folded_line(question)
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
    folded: str, today: date, as_dates: _AsDates = resolved, *, weak: bool = False
) -> Iterator[Period]:
    """Yield every period of a text, with the words that make it open at one end."""
    for period in periods_of(folded, today, as_dates, weak=weak):
        yield _opened(folded, period, today)


def periods_of(
    folded: str, today: date, as_dates: _AsDates = resolved, *, weak: bool = False
) -> Iterator[Period]:
    """Yield the periods that folded text names, those that overlap another left out.

    `weak` takes words that are months only by themselves: may, nov.
    """
    taken: list[tuple[int, int]] = []
    calendar = list(calendar_periods(folded, today, as_dates, weak=weak))
    # 去年11月 is one period, not two.
    counted = [period for period in calendar if period.way != "calendar"]
    for period in (*counted, *relative_periods(folded, today), *calendar):
        if any(start < period.end and period.start < end for start, end in taken):
            continue
        taken.append((period.start, period.end))
        yield period


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
            after, before = _of_one_year(last, period)
            lead = re.search(r"\b(?:from|between)\s(?:the\s)?$|[自从]$", folded[: last.start])
            start = lead.start() if lead else last.start
            joined[-1] = last._replace(after=after, before=before, start=start, end=period.end)
        else:
            joined.append(period)
    return joined


def _of_one_year(first: Period, last: Period) -> tuple[date | None, date | None]:
    """Return the ends of a range; the year that one of them names is that of the other too."""
    after, before = first.after, last.before
    if not after or not before or first.dated == last.dated:
        return after, before
    if first.dated:
        before = _in_year(before, after.year)
        return after, before if before >= after else _in_year(before, after.year + 1)
    after = _in_year(after, before.year)
    return after if after <= before else _in_year(after, before.year - 1), before


def _in_year(day: date, year: int) -> date:
    is_last = day.day == calendar.monthrange(day.year, day.month)[1]
    longest = calendar.monthrange(year, day.month)[1]
    return date(year, day.month, longest if is_last else min(day.day, longest))


def days_named(text: str, told: date) -> list[Period]:
    """Return the days that a text names, counted from the day on which it was told.

    Days without a year are those nearest to that day; a range is one period.
    """
    folded = folded_line(text)
    named = sorted(_named(folded, told, _nearest), key=lambda period: period.start)
    # "From 1 December on" ends nowhere.
    return [
        period._replace(before=None)
        if period.after and period.before and period.before < period.after
        else period
        for period in _ranges(folded, named)
    ]


def _nearest(days: DateRange, told: date) -> Span | None:
    """Return days as dates, those without a year as near to a day as may be."""
    years = [days.year] if days.year else [told.year, told.year + 1, told.year - 1]
    spans = [span for year in years if (span := resolved(days._replace(year=year), told))]
    return min(spans, key=lambda span: abs(span[0] - told), default=None)


def calendar_periods(
    folded: str, today: date, as_dates: _AsDates = resolved, *, weak: bool = False
) -> Iterator[Period]:
    """Yield the days, months and years that folded text names by the calendar."""
    for (start, end), facts in dates(folded):
        days = [
            days
            for fact in facts
            if (weak or not fact.weak) and isinstance(fact.value, Day)
            if (days := range_of(fact.value))
        ]
        year, first, last = _year_beside(folded, start, end, days[0], today) if days else _NOWHERE
        way = "relative" if year else "calendar"
        spans = [
            span
            for each in days
            if (span := as_dates(each._replace(year=each.year or year), today))
        ]
        if spans:
            dated = bool(year or days[0].year)
            latest = max(span[1] for span in spans)
            yield Period(min(span[0] for span in spans), latest, first, last, way, dated)
    for found in _BARE_YEAR.finditer(folded):
        year = int(found[1])
        yield Period(date(year, 1, 1), date(year, 12, 31), found.start(1), found.end())


def _year_beside(
    folded: str, start: int, end: int, days: DateRange, today: date
) -> tuple[int, int, int]:
    """Return the year that the words beside a date without one count to, 0 for none; and where
    the date with those words begins and ends: 去年11月, last May, May last year.
    """
    before = None if days.year else _YEAR_BEFORE.search(folded, 0, start)
    after = None if days.year else _YEAR_AFTER.match(folded, end)
    if before and before["han"]:
        return today.year + _YEARS_ON[before["han"][0]], before.start(), end
    if after:
        return today.year + _YEARS_ON[after[1]], start, after.end()
    if not before:
        return 0, start, end
    if before["way"] == "this":
        return today.year, before.start(), end
    # Last May and next May: the one before this month, and the one after it.
    month, this = days.first // 100, today.month
    year = today.year - (month >= this) if before["way"] == "last" else today.year + (month <= this)
    return year, before.start(), end


def reported_by(period: Period) -> Period:
    """Return the days on which what happened in a period is reported: the day after, too."""
    if period.before is None or period.before == date.max:
        return period
    return period._replace(before=period.before + _DAYS_LATER * _DAY)
