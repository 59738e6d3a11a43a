"""Days that people count from today: yesterday, next week, 下周三."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

from language.numerals import HAN_DIGIT, SHORT_ENGLISH, english_value, han_value

_N = rf"(?P<n>\d{{1,3}}|an?|{SHORT_ENGLISH}|[{HAN_DIGIT}十]{{1,3}}|几)"
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEK = "(?:周|星期|礼拜)"
_NAME = rf"(?P<name>{'|'.join(_WEEKDAYS)})"
_HAN_DAY = "(?P<han>[一二三四五六日天])"
_UNIT = "(?P<unit>days?|weeks?|months?|years?|天|日|周|个?星期|个?礼拜|个?月|年)"
_UNITS = {
    **dict.fromkeys("d天日", "d"),
    **dict.fromkeys("w周星礼", "w"),
    **dict.fromkeys("m月", "m"),
    **dict.fromkeys("y年", "y"),
}
# 六月前 and 5日前 are days of the calendar.
_HAN_UNIT = "(?P<unit>天|周|个?星期|个?礼拜|个月|年)"
_DAYS_OF = {"d": 1, "w": 7, "m": 30, "y": 365}
_HAN_MONTH_DAY = r"(?:份)?的?(?P<day>\d{1,2}|[一二三四五六七八九十廿卅]{1,3})[日号]"
_DAY = timedelta(days=1)


class Period(NamedTuple):
    """Days from `after` to `before`, both meant; `start` and `end` are where the text names them.

    `way` is how: by days of a calendar, or counted from today. `dated` is False where the year is
    not named.
    """

    after: date | None
    before: date | None
    start: int
    end: int
    way: str = "calendar"
    dated: bool = True

    def meets(self, first: date, last: date) -> bool:
        """Return True if any of these days lies in the period."""
        return (self.before is None or first <= self.before) and (
            self.after is None or last >= self.after
        )


Span = tuple[date, date]
_Reading = Callable[[re.Match[str], date], Span]


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


def _weekday_of(weeks: int) -> _Reading:
    """Return the named day of the week so many weeks back."""

    def reading(found: re.Match[str], today: date) -> Span:
        named = found.groupdict()
        if named.get("name"):
            place = _WEEKDAYS.index(named["name"])
        else:
            place = "一二三四五六日".find(named["han"].replace("天", "日"))
        day = today + (place - today.weekday() - 7 * weeks) * _DAY
        return day, day

    return reading


def _last_weekday(found: re.Match[str], today: date) -> Span:
    """Return the latest such day before today."""
    back = (today.weekday() - _WEEKDAYS.index(found["name"])) % 7 or 7
    return today - back * _DAY, today - back * _DAY


def _coming_weekday(found: re.Match[str], today: date) -> Span:
    """Return the first such day from today on."""
    ahead = (_WEEKDAYS.index(found["name"]) - today.weekday()) % 7
    return today + ahead * _DAY, today + ahead * _DAY


def _weekend(weeks: int) -> _Reading:
    def reading(_: re.Match[str], today: date) -> Span:
        saturday = today + (5 - today.weekday() - 7 * weeks) * _DAY
        return saturday, saturday + _DAY

    return reading


def _count(found: re.Match[str]) -> tuple[int, str]:
    """Return the number and the unit of "three weeks": d, w, m or y. 几 counts as three."""
    written = found["n"]
    unit = _UNITS[found["unit"].removeprefix("个")[0]]
    if written.isdecimal():
        return int(written), unit
    value = {"a": 1, "an": 1, "几": 3}.get(written) or han_value(written) or english_value(written)
    return int(value or 3), unit


def _days_in(found: re.Match[str]) -> timedelta:
    """Return how long "three weeks" is."""
    number, unit = _count(found)
    return number * _DAYS_OF[unit] * _DAY


def _counted(direction: int) -> _Reading:
    """Return the day, week, month or year that lies so many of them back."""

    def reading(found: re.Match[str], today: date) -> Span:
        number, unit = _count(found)
        try:
            return _UNIT_AT[unit](direction * number)(found, today)
        except (ValueError, OverflowError):
            return date.min, date.min

    return reading


def _day_of_month(months: int) -> _Reading:
    """Return the day that is named by its number, in the month so many back."""

    def reading(found: re.Match[str], today: date) -> Span:
        first, last = _month(months)(found, today)
        written = found["day"]
        number = int(written) if written.isdecimal() else int(han_value(written) or 0)
        day = first + (number - 1) * _DAY
        return (day, day) if first <= day <= last else (first, last)

    return reading


def _last_so_many(found: re.Match[str], today: date) -> Span:
    return today - _days_in(found), today


def _next_so_many(found: re.Match[str], today: date) -> Span:
    return today, today + _days_in(found)


def _patterns(*ways: tuple[str, _Reading]) -> tuple[tuple[re.Pattern[str], _Reading], ...]:
    return tuple((re.compile(pattern), reading) for pattern, reading in ways)


_UNIT_AT: dict[str, Callable[[int], _Reading]] = {"d": _ago, "w": _week, "m": _month, "y": _year}
_RELATIVE = _patterns(
    (rf"\b{_N} {_UNIT} ago\b", _counted(1)),
    (
        rf"(?<![第前\d{HAN_DIGIT}十百]){_N}{_HAN_UNIT}(?:以前|之前|前)(?![往进台锋夕期])",
        _counted(1),
    ),
    (rf"\b(?:in )?{_N} {_UNIT} from (?:now|today)\b", _counted(-1)),
    (rf"再过{_N}{_UNIT}", _counted(-1)),
    (rf"(?:本|这个?)月{_HAN_MONTH_DAY}", _day_of_month(0)),
    (rf"上个?月{_HAN_MONTH_DAY}", _day_of_month(1)),
    (rf"下个?月{_HAN_MONTH_DAY}", _day_of_month(-1)),
    (r"大前[天日](?!性)", _ago(3)),
    (r"大后[天日](?!性)", _ago(-3)),
    (rf"\b(?:the )?(?:last|past) {_N} {_UNIT}\b", _last_so_many),
    (rf"(?:最近|过去|近){_N}{_UNIT}", _last_so_many),
    (rf"\b(?:the )?(?:next|coming) {_N} {_UNIT}\b", _next_so_many),
    (rf"(?:未来|今后|接下来的?){_N}{_UNIT}", _next_so_many),
    (rf"\blast {_NAME}\b", _last_weekday),
    (rf"\b(?:this|coming) {_NAME}\b", _coming_weekday),
    (rf"上个?{_WEEK}{_HAN_DAY}", _weekday_of(1)),
    (rf"(?:本|这个?){_WEEK}{_HAN_DAY}", _weekday_of(0)),
    (rf"\bnext {_NAME}\b|下个?{_WEEK}{_HAN_DAY}", _weekday_of(-1)),
    (r"\bthis weekend\b|(?:本|这个?)周末", _weekend(0)),
    (r"\bnext weekend\b|下个?周末", _weekend(-1)),
    (r"\b(?:the )?day after tomorrow\b|(?<![以先前最])后[天日](?!性)", _ago(-2)),
    (r"\btomorrow\b|明[天日晚晨早]", _ago(-1)),
    (r"\b(?:the )?day before yesterday\b|前[天日](?!性)", _ago(2)),
    (r"\byesterday\b|\blast night\b|昨[天日晚夜晨]", _ago(1)),
    (r"\b(?:today|tonight|this (?:morning|afternoon|evening))\b|今[天日晚晨早](?!后)", _ago(0)),
    (rf"\bthis week\b|(?:本|这个?){_WEEK}(?![一二三四五六日天末刊报])", _week(0)),
    (rf"\blast week\b|上个?{_WEEK}(?![末刊报])", _week(1)),
    (rf"\bnext week\b|下个?{_WEEK}(?![末刊报])", _week(-1)),
    (r"\bnext month\b|下个?月", _month(-1)),
    (r"\bnext year\b|明年", _year(-1)),
    (r"\b(?:the )?past week\b|近一?周", _ago(7, 0)),
    (r"\bthis month\b|本月|这个月", _month(0)),
    (r"\blast month\b|上个?月", _month(1)),
    (r"\b(?:the )?past month\b", _ago(30, 0)),
    (r"\bthis year\b|今年|本年度?", _year(0)),
    (r"\blast year\b|去年", _year(1)),
    (r"\b(?:the )?past year\b", _ago(365, 0)),
    (r"(?<![0-9一二两三四五六七八九十几])前年", _year(2)),
    (r"后年(?!级)", _year(-2)),
)
