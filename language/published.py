"""The days that an article's printed date names, for comparison with date bounds."""

from __future__ import annotations

import calendar
import re
from datetime import date
from typing import NamedTuple

from language.dates import dates
from language.facts import Day
from language.text import folded_line

_YEAR_OF_PATH = re.compile(
    r"(?<!\d)((?:19|20)\d\d)"
    r"(?:[-_/.年]?\d{1,2}(?!\d)|[-_]?(?:0[1-9]|1[0-2])[0-3]\d(?!\d)|/)"
)
_DAY_OF_PATH = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d\d)(?P<mark>[-_/.年]?)(?P<month>\d\d?)(?:(?P=mark)|月)"
    r"(?P<day>\d\d?)(?!\d)"
)
_LONGEST = 200


class DateRange(NamedTuple):
    """The first and the last day that a date names; of any year where it names none.

    The days are months and days as one number, 1124 for 24 November; `year` is 0 for none.
    """

    year: int
    first: int
    last: int

    def bounds(self) -> tuple[date, date]:
        """Return the days as dates. Only where there is a year."""
        return tuple(date(self.year, day // 100, day % 100) for day in (self.first, self.last))  # type: ignore[return-value]


def published(printed: str, source: str = "") -> DateRange | None:
    """Return the days of an article's date, its year from the path where none is printed.

    None where neither the date nor the path names a day.
    """
    folded = folded_line(printed[:_LONGEST])
    for _, facts in sorted(dates(folded), key=lambda found: found[0]):
        days = [fact.value for fact in facts if isinstance(fact.value, Day) and not fact.weak]
        ranges = [found for day in days if (found := range_of(day)) and day.month]
        if ranges:
            found = ranges[0]._replace(last=ranges[-1].last)
            return found if found.year else _dated_by_path(found, source)
    return None if folded else _of_path(source)


def range_of(day: Day) -> DateRange | None:
    """Return the days of a date: one, those of a month or of a year; None if there is no such."""
    if day.month is None:
        return DateRange(day.year, 101, 1231) if day.year else None
    longest = calendar.monthrange(day.year or 2000, day.month)[1]
    if day.day and day.day > longest:
        return None
    first, last = day.day or 1, day.day or longest
    return DateRange(day.year or 0, day.month * 100 + first, day.month * 100 + last)


def _dated_by_path(days: DateRange, source: str) -> DateRange:
    """Return the days in the year that a path names plainly, once."""
    years = set(_YEAR_OF_PATH.findall(source))
    if len(years) != 1:
        return days
    year = int(years.pop())
    if days.last == 229 and not calendar.isleap(year):
        return days if days.first == 229 else DateRange(year, days.first, 228)
    return DateRange(year, days.first, days.last)


def _of_path(source: str) -> DateRange | None:
    """Return the day that a path names plainly."""
    found = _DAY_OF_PATH.search(source)
    if not found or not 1 <= int(found["month"]) <= 12 or not int(found["day"]):
        return None
    return range_of(Day(int(found["year"]), int(found["month"]), int(found["day"])))
