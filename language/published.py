"""The days that an article's printed date names, so that a bound in time can be held against it."""

from __future__ import annotations

import calendar
import re
import unicodedata
from datetime import date
from typing import NamedTuple

_DIGITS = {digit: max(0, value) for value, digit in enumerate("零〇○一二三四五六七八九", -2)}
_TENS = {"百": 100, "十": 10, "廿": 20, "卅": 30}
_HAN_NUMBER = "〇零○一二三四五六七八九十百廿卅"
_MONTHS = {name: n for n, name in enumerate(calendar.month_abbr) if name}
_MONTH_NAME = "|".join(f"{name}[a-z]*" for name in _MONTHS)
_EASTERN = re.compile(
    rf"(?:(?P<roc>民[国國])?\s?(?P<year>\d{{2,4}}|[{_HAN_NUMBER}]{{1,5}}|元)\s?年\s?)?"
    rf"(?P<month>\d{{1,2}}|[{_HAN_NUMBER}]{{1,3}})\s?月"
    rf"(?:份|\s?(?:(?P<day>\d{{1,2}}|[{_HAN_NUMBER}]{{1,3}})\s?[日号號])?)"
)
_NUMERIC = re.compile(
    r"(?<!\d)(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d{1,2})(?:(?P=mark)(?P<day>\d{1,2}))?(?!\d)"
)
_COMPACT = re.compile(r"(?<!\d)(?P<year>(?:19|20)\d\d)(?P<month>\d\d)(?P<day>\d\d)(?=T\d|\D|$)")
_ENDS_IN_YEAR = re.compile(r"(?<!\d)(?P<one>\d{1,2})[./](?P<two>\d{1,2})[./](?P<year>\d{4})(?!\d)")
_WESTERN = re.compile(
    rf"(?:(?P<before>\d{{1,2}})(?:st|nd|rd|th)?(?:\sof)?\s)?\b(?P<month>{_MONTH_NAME})\b\.?"
    r"(?:\s(?P<after>\d{1,2})(?:st|nd|rd|th)?(?![\d:]))?(?:,?\s(?P<year>\d{4})(?!\d))?",
    re.IGNORECASE,
)
_YEAR_OF_PATH = re.compile(
    r"(?<!\d)((?:19|20)\d\d)"
    r"(?:[-_/.年]?\d{1,2}(?!\d)|[-_]?(?:0[1-9]|1[0-2])[0-3]\d(?!\d)|/)"
)
_DAY_OF_PATH = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d\d)(?P<mark>[-_/.年]?)(?P<month>\d\d?)(?:(?P=mark)|月)"
    r"(?P<day>\d\d?)(?!\d)"
)
_ROC_BEGINS = 1911
_EARLIEST, _LATEST = 1000, 2999


class Days(NamedTuple):
    """The first and the last day that a date names; of any year where it names none.

    The days are months and days as one number, 1124 for 24 November; `year` is 0 for none.
    """

    year: int
    first: int
    last: int

    def bounds(self) -> tuple[date, date]:
        """Return the days as dates. Only where there is a year."""
        return tuple(date(self.year, day // 100, day % 100) for day in (self.first, self.last))  # type: ignore[return-value]


def published(printed: str, source: str = "") -> Days | None:
    """Return the days of an article's date, its year from the path where none is printed.

    None where neither the date nor the path names a day.
    """
    text = unicodedata.normalize("NFKC", printed[:200])
    for reading in (_numeric, _eastern, _western):
        found = reading(text)
        if found:
            return found if found.year else _dated_by_path(found, source)
    return None if text.strip() else _of_path(source)


def _days(year: int, month: int, day: int) -> Days | None:
    """Return a day, or a whole month for day 0; None if there is no such day."""
    if not 1 <= month <= 12 or (year and not _EARLIEST <= year <= _LATEST):
        return None
    longest = calendar.monthrange(year or 2000, month)[1]
    if not 0 <= day <= longest:
        return None
    return Days(year, month * 100 + (day or 1), month * 100 + (day or longest))


def _numeric(text: str) -> Days | None:
    for pattern in (_NUMERIC, _COMPACT):
        found = pattern.search(text)
        if found:
            return _days(int(found["year"]), int(found["month"]), int(found["day"] or 0))
    found = _ENDS_IN_YEAR.search(text)
    if not found:
        return None
    one, two, year = int(found["one"]), int(found["two"]), int(found["year"])
    # 3/5/2024 is the third of May or the fifth of March: both days, and no more, are meant.
    ways = [way for way in (_days(year, two, one), _days(year, one, two)) if way]
    return ways[0] if len(set(ways)) == 1 else None


def _eastern(text: str) -> Days | None:
    found = _EASTERN.search(text)
    if not found:
        return None
    year = _year(found["year"] or "", of_republic=bool(found["roc"]))
    return _days(year, _number(found["month"]), _number(found["day"] or "0"))


def _year(written: str, *, of_republic: bool) -> int:
    if not written:
        return 0
    year = 1 if written == "元" else _number(written)
    if of_republic or year < _EARLIEST // 5:
        return year + _ROC_BEGINS
    return year


def _number(written: str) -> int:
    """Return a number in digits, in Chinese digits one by one, or in tens and ones."""
    if written.isdecimal():
        return int(written)
    if not any(character in _TENS for character in written):
        return int("".join(str(_DIGITS[character]) for character in written))
    total, ones = 0, 0
    for character in written:
        if character in _TENS:
            tens = _TENS[character]
            total, ones = total + (tens if tens > 10 and tens < 100 else (ones or 1) * tens), 0
        else:
            ones = _DIGITS[character]
    return total + ones


def _western(text: str) -> Days | None:
    for found in _WESTERN.finditer(text):
        day = int(found["before"] or found["after"] or 0)
        year = int(found["year"] or 0)
        if day or year:
            return _days(year, _MONTHS[found["month"][:3].title()], day)
    return None


def _dated_by_path(days: Days, source: str) -> Days:
    """Return the days in the year that a path names plainly, once."""
    years = set(_YEAR_OF_PATH.findall(source))
    if len(years) != 1:
        return days
    year = int(years.pop())
    if days.last == 229 and not calendar.isleap(year):
        return days if days.first == 229 else Days(year, days.first, 228)
    return Days(year, days.first, days.last)


def _of_path(source: str) -> Days | None:
    """Return the day that a path names plainly."""
    found = _DAY_OF_PATH.search(source)
    if not found:
        return None
    return _days(int(found["year"]), int(found["month"]), int(found["day"]))
