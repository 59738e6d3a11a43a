"""The figures, shares, dates and times of a text, so that two texts can be held against each other.

A fact means the same however it is written: 1,531 and 一千五百三十一, 1.2万 and 12,000, 一成
and 10%, 11月28日 and November 28, 上午八点半 and 8:30 a.m.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from fractions import Fraction

from language.dates import blank, dates, times, weekdays
from language.facts import Clock, Day, Fact
from language.text import fold
from retrieval.proof import figures
from retrieval.proof.units import agree

# Words that hold a numeral and count nothing.
_WORDS = re.compile(
    "十分(?![钟之])|十足|四川|四[处季面肢]|四周(?![内后前时])|零[钱售食件散星部]|三[亚农明峡星角轮思]|九[江寨龙]|五[金指粮台官脏常]|六[安盘]"
    "|七夕|八[卦达角宝]|两[会岸侧旁极江]|二[手维氧胡]|再三|十堰|千岛|百[姓货科合度]"
    "|接二连三|四通八达|乱七八糟|五颜六色|三三两两|七上八下|成千上万|千方百计|独一无二|不三不四"
    "|一[些起定样直般旦切致向律度同并面再时]|[统唯同单]一|\\b(?:one another|no one)\\b"
)
_SIGNS = str.maketrans(
    {"㎡": "平方米", "㎢": "平方公里", "㎥": "立方米", "²": "^2", "³": "^3"}
    | {"½": " 1/2", "¼": " 1/4", "¾": " 3/4"}
)
# Spaces and apostrophes part the thousands in some countries.
_THOUSANDS = re.compile(r"(?<=\d)[ '\u2019](?=\d{3}(?!\d))")
# A comma parts the decimals in many countries: 0,35 Euro.
_DECIMALS = re.compile(r"(?<![\d.,])(\d{1,9}),(\d{1,2})(?![\d,])")
_FINDERS = (
    dates,
    times,
    weekdays,
    figures.POINTS,
    figures.SHARES,
    figures.TENTHS,
    figures.FRACTIONS,
    figures.DECADES,
    figures.ORDINALS,
    figures.FIRSTS,
    figures.CODES,
    figures.NUMBERS,
    figures.TWOS,
    figures.ONES,
)


def facts(text: str) -> list[Fact]:
    """Return every fact of the text: what it tells in figures, dates and times."""
    return [fact for _, some in placed(normalised(text)) for fact in some]


def normalised(text: str) -> str:
    """Return the text folded, its signs of measure and thousands written in one way."""
    plain = text.replace("km²", "㎢").replace("m²", "㎡").replace("m³", "㎥")
    return _DECIMALS.sub(r"\1.\2", _THOUSANDS.sub(",", fold(plain.translate(_SIGNS))))


def placed(text: str) -> list[tuple[tuple[int, int], list[Fact]]]:
    """Return the facts of a normalised text, each with where it stands."""
    folded = blank(text, (word.span() for word in _WORDS.finditer(text)))
    found: list[tuple[tuple[int, int], list[Fact]]] = []
    for finder in _FINDERS:
        spans = []
        for span, some in finder(folded):
            found.append((span, some))
            spans.append(span)
        # What one finder took, the next ones no longer see.
        folded = blank(folded, spans)
    return found


def missing(claimed: Iterable[Fact], known: Iterable[Fact]) -> list[Fact]:
    """Return the claimed facts that no known fact proves; weak ones need no proof."""
    known = list(known)
    return [fact for fact in claimed if not fact.weak and not is_proved(fact, known)]


def is_proved(claimed: Fact, known: Iterable[Fact]) -> bool:
    """Return True if one of the known facts says what the claimed one does."""
    return any(_proves(fact, claimed) for fact in known)


def _proves(known: Fact, claimed: Fact) -> bool:
    """Return True if the known fact says all that the claimed one does."""
    if isinstance(claimed.value, Day):
        if isinstance(known.value, Day):
            return _covers(known.value, claimed.value)
        # 2022 alone is the year 2022.
        return (
            claimed.value == Day(year=_year(known)) and known.kind == "number" and not known.units
        )
    if isinstance(claimed.value, Clock):
        if isinstance(known.value, Clock):
            return _same_time(known.value, claimed.value)
        is_hour = "clock" in known.units and claimed.value.minute == 0
        return is_hour and known.value == claimed.value.hour
    if isinstance(known.value, Day):
        return _is_part_of(claimed, known.value)
    if isinstance(known.value, Clock):
        # 三点 may be said of a time that the passage tells in full.
        is_hour = "clock" in claimed.units and known.value.minute == 0
        return is_hour and claimed.value in (known.value.hour, known.value.hour % 12)
    if known.kind != claimed.kind:
        return _is_label_of(known, claimed)
    if isinstance(claimed.value, Fraction) and claimed.kind == "decade":
        return isinstance(known.value, Fraction) and known.value % 100 == claimed.value % 100
    return known.value == claimed.value and agree(known.units, claimed.units)


def _covers(known: Day, claimed: Day) -> bool:
    """Return True if a date has every component of the claimed one."""
    pairs = (
        (claimed.year, known.year),
        (claimed.month, known.month),
        (claimed.day, known.day),
        (claimed.part, known.part),
    )
    return all(not wanted or wanted == there for wanted, there in pairs)


def _year(fact: Fact) -> int | None:
    """Return the year that a bare number may be."""
    if isinstance(fact.value, Fraction) and fact.value.denominator == 1:
        return int(fact.value) if 1000 <= fact.value < 3000 else None
    return None


def _is_part_of(claimed: Fact, known: Day) -> bool:
    """Return True if a bare 2022, or 'the 28th', is the year or the day of a known date."""
    if claimed.kind == "ordinal":
        return claimed.value == known.day
    bare = claimed.kind == "number" and not claimed.units - {"year"}
    return bare and known.year is not None and claimed.value == known.year


def _same_time(known: Clock, claimed: Clock) -> bool:
    """Return True if two times of day are one; an hour without half of the day may be either."""
    if (known.minute, known.second) != (claimed.minute, claimed.second):
        return False
    if claimed.dial == "12":
        return known.hour % 12 == claimed.hour % 12
    return known.hour == claimed.hour


def _is_label_of(known: Fact, claimed: Fact) -> bool:
    """Return True if 第五条 and Article 5, an ordinal and a number, name the same place."""
    if {known.kind, claimed.kind} != {"ordinal", "number"} or known.value != claimed.value:
        return False
    number = known if known.kind == "number" else claimed
    return "label" in number.units
