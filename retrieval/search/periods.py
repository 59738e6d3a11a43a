"""Days that people name: in an option, or in a question that may mean what was said back then."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

from index.pages.published import Days, published
from index.words.text import NGRAM_CHARACTER, fold
from retrieval.errors import DateUnreadable
from retrieval.proof.dates import dates
from retrieval.proof.facts import Day

_WORDS = ("one", "two", "three", "four", "five", "six", "seven")
_NUMBERS = {
    word: n for words in (_WORDS, "一二三四五六七八九十") for n, word in enumerate(words, 1)
}
_NUMBERS["两"] = 2
_N = rf"(?P<n>\d{{1,3}}|{'|'.join(_NUMBERS)}|几)"
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEK = "(?:周|星期|礼拜)"
_UNIT = "(?P<unit>days?|weeks?|months?|years?|天|日|周|个?星期|个?礼拜|个?月|年)"
_DAYS_OF = {"d": 1, "w": 7, "m": 30, "y": 365, "天": 1, "日": 1, "周": 7, "星": 7, "礼": 7,
            "月": 30, "年": 365}  # fmt: skip
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


class Period(NamedTuple):
    """Days from `after` to `before`, both meant; `start` and `end` are where the text names them.

    `way` tells how: by days of a calendar, or counted from today.
    """

    after: date | None
    before: date | None
    start: int
    end: int
    way: str = "calendar"

    def meets(self, first: date, last: date) -> bool:
        """Tell whether any of these days lies in the period."""
        return (self.before is None or first <= self.before) and (
            self.after is None or last >= self.after
        )


Span = tuple[date, date]
_Reading = Callable[[re.Match[str], date], Span]


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


def _named(folded: str, today: date) -> Iterator[Period]:
    """Yield every period of a text, with the words that make it open at one end."""
    taken: list[tuple[int, int]] = []
    for period in (*relative_periods(folded, today), *calendar_periods(folded, today)):
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


def calendar_periods(folded: str, today: date) -> Iterator[Period]:
    """Yield the days, months and years that folded text names by the calendar."""
    for (start, end), facts in dates(folded):
        spans = [
            span
            for fact in facts
            if not fact.weak and isinstance(fact.value, Day)
            if (span := _span(fact.value, today))
        ]
        if spans:
            first = min(span[0] for span in spans)
            yield Period(first, max(span[1] for span in spans), start, end)
    for found in _BARE_YEAR.finditer(folded):
        year = int(found[1])
        yield Period(date(year, 1, 1), date(year, 12, 31), found.start(1), found.end())


def _span(day: Day, today: date) -> Span | None:
    """Return the days of a date; None for a day of no month."""
    if day.month is None:
        return (date(day.year, 1, 1), date(day.year, 12, 31)) if day.year else None
    longest = calendar.monthrange(day.year or 2000, day.month)[1]
    if day.day and day.day > longest:
        return None
    first, last = day.day or 1, day.day or longest
    return resolved(Days(day.year or 0, day.month * 100 + first, day.month * 100 + last), today)


def relative_periods(folded: str, today: date) -> Iterator[Period]:
    """Yield the days that folded text counts from today: last week, 昨天."""
    taken: list[tuple[int, int]] = []
    for pattern, reading in _RELATIVE:
        for found in pattern.finditer(folded):
            if not any(start < found.end() and found.start() < end for start, end in taken):
                taken.append(found.span())
                yield Period(*reading(found, today), *found.span(), "relative")


def _ago(first: int, last: int | None = None) -> _Reading:
    return lambda _, today: (
        today - first * _DAY,
        today - (first if last is None else last) * _DAY,
    )


def _week(weeks: int) -> _Reading:
    def reading(_: re.Match[str], today: date) -> Span:
        monday = today - (today.weekday() + 7 * weeks) * _DAY
        return monday, monday + 6 * _DAY

    return reading


def _month(months: int) -> _Reading:
    def reading(_: re.Match[str], today: date) -> Span:
        year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
        return date(year, month + 1, 1), date(
            year, month + 1, calendar.monthrange(year, month + 1)[1]
        )

    return reading


def _year(years: int) -> _Reading:
    return lambda _, today: (date(today.year - years, 1, 1), date(today.year - years, 12, 31))


def _weekday(found: re.Match[str], today: date) -> Span:
    """Return the latest such day before today, or the one of last week for 上周三."""
    named = found.groupdict()
    if named.get("han"):
        place = "一二三四五六日".find(named["han"].replace("天", "日"))
        monday = today - (today.weekday() + 7) * _DAY
        return monday + place * _DAY, monday + place * _DAY
    back = (today.weekday() - _WEEKDAYS.index(named["name"])) % 7 or 7
    return today - back * _DAY, today - back * _DAY


def _last_so_many(found: re.Match[str], today: date) -> Span:
    written = found["n"] or "1"
    number = int(written) if written.isdecimal() else _NUMBERS.get(written, 3)
    unit = found["unit"].removeprefix("个")[0]
    return today - number * _DAYS_OF[unit] * _DAY, today


def _patterns(*ways: tuple[str, _Reading]) -> tuple[tuple[re.Pattern[str], _Reading], ...]:
    return tuple((re.compile(pattern), reading) for pattern, reading in ways)


_RELATIVE = _patterns(
    (rf"\b(?:the )?(?:last|past) {_N} {_UNIT}\b", _last_so_many),
    (rf"(?:最近|过去|近){_N}{_UNIT}", _last_so_many),
    (rf"\blast (?P<name>{'|'.join(_WEEKDAYS)})\b", _weekday),
    (rf"上个?{_WEEK}(?P<han>[一二三四五六日天])", _weekday),
    (r"\b(?:the )?day before yesterday\b|前[天日](?!性)", _ago(2)),
    (r"\byesterday\b|\blast night\b|昨[天日晚夜晨]", _ago(1)),
    (r"\b(?:today|tonight|this (?:morning|afternoon|evening))\b|今[天日晚晨早](?!后)", _ago(0)),
    (rf"\bthis week\b|(?:本|这个?){_WEEK}(?![一二三四五六日天末刊报])", _week(0)),
    (rf"\blast week\b|上个?{_WEEK}(?![末刊报])", _week(1)),
    (r"\b(?:the )?past week\b|近一?周", _ago(7, 0)),
    (r"\bthis month\b|本月|这个月", _month(0)),
    (r"\blast month\b|上个?月", _month(1)),
    (r"\b(?:the )?past month\b", _ago(30, 0)),
    (r"\bthis year\b|今年|本年度?", _year(0)),
    (r"\blast year\b|去年", _year(1)),
    (r"\b(?:the )?past year\b", _ago(365, 0)),
    (r"前年", _year(2)),
)


def reported_by(period: Period) -> Period:
    """Return the days on which what happened in a period is reported: the day after, too."""
    if period.before is None or period.before == date.max:
        return period
    return period._replace(before=period.before + _DAYS_LATER * _DAY)
