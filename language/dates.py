"""Dates and times of a text as facts: 11月28日 and November 28, 上午八点半 and 8:30 a.m."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from fractions import Fraction

from language.facts import Clock, Day, Fact
from language.numerals import ENGLISH, HAN, HAN_DIGIT, english_value, han_value
from language.text import fold

_MONTH_NAMES = (
    "january february march april may june july august september october november december"
)
_MONTHS = _MONTH_NAMES.split()
_MONTH_NUMBERS = (
    {name: place for place, name in enumerate(_MONTHS, start=1)}
    | {name[:3]: place for place, name in enumerate(_MONTHS, start=1)}
    | {"sept": 9}
)
_SHORT_MONTHS = _MONTH_NUMBERS.keys() - set(_MONTHS)
_MONTH = (
    rf"(?P<month>(?:{'|'.join(_MONTHS)})\b"
    r"|(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b\.?)"
)
_BEFORE_MONTH = re.compile(
    r"\b(?:in|since|until|by|from|of|last|next|this|before|after|during|to|through) $"
)
BLANK = "\x00"
_N = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3}|廿[一二三四五六七八九]?|卅一?)"
_YEAR = rf"(?:[12]\d{{3}}|[{HAN_DIGIT}○]{{4}})"
_TO = r"\s?(?:-|–|—|~|～|至|到|、|to|and|through|until|till)\s?"
_PART = r"上旬|中旬|下旬|月初|月中|月底|月末|初|底|末"
_PARTS = {
    **dict.fromkeys(("上旬", "月初", "初", "early", "beginning", "start"), "early"),
    **dict.fromkeys(("中旬", "月中", "mid", "middle"), "middle"),
    **dict.fromkeys(("下旬", "月底", "月末", "底", "末", "late", "end"), "late"),
}
_WEEKDAYS = "一二三四五六日"
_ENGLISH_WEEKDAYS = ("mon", "tues", "wednes", "thurs", "fri", "satur", "sun")

_ISO = re.compile(
    r"(?<![\d.])(?P<year>[12]\d{3})(?P<sep>[-/.])(?P<month>0?[1-9]|1[0-2])"
    r"(?:(?P=sep)(?P<day>0?[1-9]|[12]\d|3[01]))?(?![\d.]*\d)"
)
# 24.11.2026: the day first, unless that leaves two days to choose from.
_ENDS_IN_YEAR = re.compile(
    r"(?<![\d./])(?P<day>\d{1,2})(?P<sep>[./])(?P<month>\d{1,2})(?P=sep)(?P<year>[12]\d{3})(?![\d.]*\d)"
)
_COMPACT = re.compile(
    r"(?<![\w.-])(?P<year>(?:19|20)\d\d)(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])"
    r"(?=t\d|[^\w.-]|$)"
)
# 民国113年; 113年3月8日 names the republic's year by being no other.
_REPUBLIC = re.compile(
    rf"(?:民国\s?(?P<year>\d{{1,3}}|[{HAN}]{{1,5}}|元)\s?年|(?<!\d)(?P<years>1\d\d)年(?=\s?{_N}\s?月\s?{_N}\s?[日号]))"
    rf"(?:\s?(?P<month>{_N})\s?月(?:份|\s?(?P<day>{_N})\s?[日号])?)?"
)
_REPUBLIC_BEGINS = 1911
_CHINESE = re.compile(
    rf"(?:(?P<year>{_YEAR})\s?年\s?)?(?<![\d.])(?P<month>{_N})\s?月(?!球|亮|饼|票|薪|均|租)"
    rf"(?:份)?(?:\s?(?P<day>{_N})\s?(?P<mark>[日号]|(?={_TO}(?:\d{{1,2}}|{_N})[日号])))?"
    rf"(?:{_TO}(?P<until>{_N})\s?[日号])?(?P<part>{_PART})?"
)
_CHINESE_YEAR = re.compile(
    rf"(?<!\d)(?P<year>{_YEAR})\s?年(?!级|龄)(?P<part>年?[初底末中](?![期中]))?|(?<!\d)(?P<years>{_YEAR})(?:-|—|至)(?={_YEAR}年)"
)
_CHINESE_DAY = re.compile(
    rf"(?<![\d.月{HAN_DIGIT}十百])(?P<day>{_N})日(?![元均报]|游)(?:{_TO}(?P<until>{_N})日)?"
)
_MONTH_FIRST = re.compile(
    rf"(?:\b(?P<part>early|mid|middle|late|beginning|start|end)(?: of |[- ]))?\b{_MONTH}"
    rf"(?: (?:the )?(?P<day>[0-3]?\d)(?:st|nd|rd|th)?\b(?![\d,]*\d|:)"
    rf"(?:{_TO}(?P<until>[0-3]?\d)(?:st|nd|rd|th)?(?![\d:]))?)?"
    r"(?:,? (?:of )?(?P<year>[12]\d{3})(?!\d))?"
)
_DAY_FIRST = re.compile(
    rf"(?<![\d.,:])(?P<day>[0-3]?\d)(?:st|nd|rd|th)?(?:{_TO}(?P<until>[0-3]?\d)(?:st|nd|rd|th)?)?"
    rf" (?:of )?{_MONTH}(?:[.,]? (?P<year>[12]\d{{3}})(?!\d))?"
)
_WEEKDAY = re.compile(
    rf"(?<![一二两三四五六七八九十几\d])(?:周|星期|礼拜)(?P<han>[{_WEEKDAYS}天])(?!次|趟|班|期)"
    rf"|\b(?P<english>{'|'.join(_ENGLISH_WEEKDAYS)})days?\b"
)
_AM = r"(?:凌晨|清晨|早晨|早上|早|上午)"
_PM = r"(?:中午|下午|傍晚|晚上|晚间|晚|夜间|当晚)"
_H = r"(?:\d{1,2}|[一二两三四五六七八九]|十[一二]?)"
_CLOCK = re.compile(
    rf"(?P<half>{_AM}|{_PM})?\s?(?<![\d.:])(?P<hour>[01]?\d|2[0-4])[:：](?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d))?(?![\d:])"
    r"(?:\s?(?P<ampm>[ap])\.?m\b\.?)?"
    rf"|(?P<half2>{_AM}|{_PM})?\s?(?<![\d.零一二三四五六七八九十])(?P<hour2>{_H})(?:点|时)(?:钟|整)?"
    rf"(?:(?P<minute2>[0-5]?\d|[一二三四五]?十[一二三四五六七八九]?|零[一二三四五六七八九])分|(?P<quarter>半|[一三]刻)|(?P<whole>(?<=钟|整)))?"
    r"|(?<![\d.:])(?P<hour3>1[0-2]|0?[1-9])\s?(?P<ampm3>[ap])\.?m\b\.?"
    r"|\b(?P<noon>noon|midnight)\b"
    rf"|\b(?P<spoken>half|quarter) (?P<side>past|to) (?P<hour4>\d{{1,2}}|{ENGLISH})"
)


_HINT = re.compile(r"\d|月")
_MONTH_IN_WORDS = re.compile("[a-z月]")
_PATTERNS = (
    *(_ISO, _ENDS_IN_YEAR, _COMPACT, _REPUBLIC),
    *(_CHINESE, _DAY_FIRST, _MONTH_FIRST, _CHINESE_YEAR, _CHINESE_DAY),
)


def dates(text: str) -> Iterator[tuple[tuple[int, int], list[Fact]]]:
    """Yield every date of folded text with its span; a range gives both its days."""
    for pattern in _PATTERNS:
        spans = []
        for found in pattern.finditer(text):
            facts = _date_facts(found)
            if facts:
                spans.append(found.span())
                yield found.span(), facts
        text = blank(text, spans)


def printed_dates(text: str) -> list[tuple[int, int, list[Day]]]:
    """Return (start, end, days) of each date in a text that names a month with a day or a year.

    Offsets are those of the text as it is, not folded. A range ends with its first day; the days
    of 3/5/2024, which may be two, are an empty list.
    """
    if not _HINT.search(text):
        return []
    folded, offsets = _folded(text)
    found = [(span, facts) for span, facts in dates(folded) if not all(f.weak for f in facts)]
    for match in _ENDS_IN_YEAR.finditer(folded):
        if max(int(match["day"]), int(match["month"])) <= 31:
            found.append((match.span(), []))
    printed: list[tuple[int, int, list[Day]]] = []
    for (start, end), facts in sorted(found, key=lambda each: (each[0], not each[1])):
        days = [f.value for f in facts if isinstance(f.value, Day)]
        if (printed and start < printed[-1][1]) or not all(map(_is_printed, days)):
            continue
        written = folded[start:end]
        if days and not days[0].day and not _MONTH_IN_WORDS.search(written):
            # 2021-03 is as often the number of a version.
            continue
        if len(days) > 1 and (to := re.search(_TO, written)):
            # 11月28日至30日 begins with a date, 28-30 November ends with one.
            if _MONTH_IN_WORDS.search(written[: to.start()]):
                end = start + to.start()
            else:
                start += to.end()
        printed.append((start, end, days))
    return [(offsets[start], offsets[end], days) for start, end, days in printed]


def _is_printed(day: Day) -> bool:
    return bool(day.month and (day.day or day.year) and not day.part)


def _folded(text: str) -> tuple[str, list[int]]:
    """Return the folded text with the offset in the text of each of its characters, and its end."""
    folded = fold(text).replace("\n", " ")
    if len(folded) == len(text):
        return folded, [*range(len(text) + 1)]
    pieces = [fold(character) for character in text]
    offsets = [at for at, piece in enumerate(pieces) for _ in piece]
    return "".join(pieces).replace("\n", " "), [*offsets, len(text)]


def blank(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """Return the text with spans taken out, in order and apart, every other place kept."""
    pieces, last = [], 0
    for start, end in spans:
        pieces += [text[last:start], BLANK * (end - start)]
        last = end
    return "".join((*pieces, text[last:]))


def _date_facts(found: re.Match[str]) -> list[Fact]:
    """Return the facts of a matched date; an empty list if the calendar has no such date."""
    named = found.groupdict()
    written = named.get("month")
    month = _month(written)
    day, until = _small(named.get("day")), _small(named.get("until"))
    year = _year_of(found)
    part = _PARTS.get((named.get("part") or "").removeprefix("年"), "")
    if found.re is _ENDS_IN_YEAR:
        ways = {(m, d) for m, d in ((month, day), (_month(named["day"]), _small(written))) if m}
        if len(ways) != 1:
            # 3/5/2024 is the third of May or the fifth of March.
            return []
        ((month, day),) = ways
    if written and month is None:
        return []
    if any(value is not None and not 1 <= value <= 31 for value in (day, until)):
        return []
    days: list[int | None] = [value for value in (day, until) if value is not None]
    # 'may' and 'march' by themselves are mostly verbs, 'dec' and 'mar' mostly no months.
    is_bare = bool(written) and not days and year is None and not part
    doubtful = is_bare and (written in ("may", "march") or written in _SHORT_MONTHS)
    weak = bool(
        doubtful
        and not _BEFORE_MONTH.search(found.string, max(0, found.start() - 9), found.start())
    )
    return [
        Fact("date", Day(year, month, each, part), weak=weak, text=found.group())
        for each in days or [None]
    ]


def _year_of(found: re.Match[str]) -> int | None:
    """Return the year of a match; one of the republic (民国) as the world counts it."""
    named = found.groupdict()
    written = (named.get("year") or named.get("years") or "").replace("○", "〇")
    year = 1 if written == "元" else _small(written)
    return year + _REPUBLIC_BEGINS if year and found.re is _REPUBLIC else year


def _month(written: str | None) -> int | None:
    """Return the month, 1 to 12, of a numeral or an English name."""
    if written is None:
        return None
    named = _MONTH_NUMBERS.get(written.rstrip("."))
    value = named or _small(written)
    return value if value is not None and 1 <= value <= 12 else None


def _small(written: str | None) -> int | None:
    """Return the value of a short numeral, Arabic or Chinese."""
    if not written:
        return None
    value = (
        Fraction(int(written)) if written.isdigit() and written.isascii() else han_value(written)
    )
    return int(value) if value is not None else None


def weekdays(text: str) -> Iterator[tuple[tuple[int, int], list[Fact]]]:
    """Yield every day of the week, Monday being 1."""
    for found in _WEEKDAY.finditer(text):
        if han := found.group("han"):
            place = _WEEKDAYS.find("日" if han == "天" else han) + 1
        else:
            place = _ENGLISH_WEEKDAYS.index(found.group("english")) + 1
        yield found.span(), [Fact("weekday", Fraction(place), text=found.group())]


def times(text: str) -> Iterator[tuple[tuple[int, int], list[Fact]]]:
    """Yield every time of day; 上午 and p.m. give the half of the day.

    三点 alone may be three points: it is left to the numbers, with a unit that says so.
    """
    half = ""
    last_end = -2
    for found in _CLOCK.finditer(text):
        named = found.groupdict()
        spoken = named["half"] or named["half2"]
        if spoken:
            half = "a" if re.fullmatch(_AM, spoken) else "p"
        elif not re.fullmatch(_TO, text[last_end : found.start()] or "?"):
            # 下午2点至3点: the half of the day holds for the second hour too.
            half = ""
        clock = _clock(named, half)
        last_end = found.end()
        if clock is not None:
            yield found.span(), [Fact("time", clock, text=found.group())]


def _clock(named: dict[str, str | None], half: str) -> Clock | None:
    """Return the time of day of a match, or None where it is only a number of points."""
    if named["noon"]:
        return Clock(12 if named["noon"] == "noon" else 0, 0, "24")
    if named["hour4"]:
        return _spoken(named)
    hour = _small(named["hour"] or named["hour2"] or named["hour3"])
    minute = _small(named["minute"] or named["minute2"]) or 0
    minute += {"半": 30, "一刻": 15, "三刻": 45}.get(named["quarter"] or "", 0)
    half = named["ampm"] or named["ampm3"] or half
    exact = named["minute2"] or named["quarter"] or named["whole"] is not None
    if hour is None or hour > 24 or (named["hour2"] and not half and not exact):
        return None
    if half == "p" and hour < 12:
        hour += 12
    elif half == "a" and hour == 12:
        hour = 0
    # 8:30 by itself is what a clock of 24 hours shows, 八点半 may be morning or evening.
    known = half or named["hour"] or hour > 12
    return Clock(hour % 24, minute, "24" if known else "12", int(named["second"] or 0))


def _spoken(named: dict[str, str | None]) -> Clock | None:
    """Return the time of 'half past two' or 'a quarter to nine'."""
    written = named["hour4"] or ""
    hour = Fraction(int(written)) if written.isdigit() else english_value(written)
    if hour is None or not 1 <= hour <= 12:
        return None
    minutes = 30 if named["spoken"] == "half" else 15
    if named["side"] == "to":
        hour, minutes = hour - 1, 60 - minutes
    return Clock(int(hour) % 12, minutes, "12")
