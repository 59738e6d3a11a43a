"""Where figures stand in a text and what each is worth: shares, places, codes, plain numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction

from language.facts import Fact
from language.numerals import (
    ARABIC,
    ENGLISH,
    ENGLISH_ORDINAL,
    HAN,
    HAN_DIGIT,
    HAN_FORMAL,
    SCALES,
    arabic_value,
    english_ordinal,
    english_value,
    han_value,
)
from retrieval.proof.units import is_unit, unit_after, unit_before

Finder = Callable[[str], Iterator[tuple[tuple[int, int], list[Fact]]]]

_TO = r"\s?(?:-|–|—|~|至|到|to|and)\s?"
_ANY = rf"(?:{ARABIC}|[{HAN}]{{1,40}}(?:点[{HAN_DIGIT}]{{1,40}}[万亿]{{0,9}})?)"
# 千 is no thousand in 千瓦 and 千米.
_NO_PREFIX = "(?![瓦米克伏卡焦赫])"
_PARTS = {"third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6, "eighth": 8, "tenth": 10}
_PART = "|".join(_PARTS)
_PERCENT = re.compile(
    rf"(?:(?P<from>{ARABIC}){_TO})?(?P<arabic>{ARABIC})\s?(?:%|percent\b|per cent\b|pct\b)"
    rf"|(?P<per>百|千)分之(?P<han>{_ANY})(?:{_TO}(?P<until>{_ANY}))?"
    rf"|(?P<words>{ENGLISH})[ -](?:percent|per cent)\b"
)
_TENTHS = re.compile(
    r"(?<!\d)(?<!\.)(?P<tenths>[一二两三四五六七八九]|[1-9])成(?P<more>[一二三四五六七八九半])?"
    "(?![立为功员长就本交果熟绩都语分型品人套])"
)
_FRACTION = re.compile(
    rf"(?P<bottom>{_ANY})分之(?P<top>{_ANY})"
    r"|(?<![\d/.])(?P<above>\d{1,4})[/⁄](?P<below>[1-9]\d{0,3})(?![\d/])"
    rf"|\b(?:(?:an?|one) (?P<one>{_PART})(?= of\b)|one-(?P<joined>{_PART})\b"
    rf"|(?P<count>two|three|four|five|seven|nine)[ -](?P<many>{_PART})s\b)"
    r"|(?P<half>一半|半数|\bhalf of\b|\bhalf the\b|\bone[ -]half\b)"
)
_POINTS = re.compile(rf"(?P<n>{_ANY})\s?(?:个百分点|percentage points?\b|% points?\b)")
_DECADE = re.compile(rf"(?<!\d)(?:(?:19|20)?(?P<n>\d0)(?:'?s\b|年代)|(?P<han>[{HAN_DIGIT}]十)年代)")
_ORDINAL = re.compile(
    rf"第(?P<n>{_ANY})|\b(?P<digits>\d{{1,9}})(?:st|nd|rd|th)\b|(?P<words>{ENGLISH_ORDINAL})"
    rf"|(?P<period>[一二三四1-4])季度|\bq(?P<q>[1-4])\b|(?P<century>{_ANY})世纪"
    r"|(?P<halves>[上下])半[年场]"
)
_FIRST = re.compile(
    r"首(?!都|府|饰|页|脑)|最初|最早|初次|\b(?:earliest|firstly|initial|initially)\b"
)
_CODE = re.compile(
    r"(?<![a-z0-9])(?:[a-z]+[-_]?\d[a-z0-9]*(?:[-_.](?=[a-z0-9]*\d)[a-z0-9]+)*"
    r"|\d+(?:\.\d+){2,}|\d+[a-z]+\d[a-z0-9]*|\d+(?P<letters>[a-z]{1,3})(?![a-z]))"
)
_NUMBER = re.compile(
    r"(?P<sign>零下|minus |(?:(?<=[\s(])|^)[-−](?=\d))?"
    rf"(?:(?P<mixed>(?:{ARABIC}\s?(?:[百千万亿]{_NO_PREFIX})+零?)+)"
    rf"|(?P<arabic>{ARABIC})(?:[ -]?(?P<scale>{'|'.join(SCALES)}|m)(?![a-z^]))?"
    rf"|(?<![几数])(?P<han>{HAN_FORMAL}|(?:[{HAN}]{_NO_PREFIX})+(?:点[{HAN_DIGIT}]+[万亿]*(?![分刻]))?)"
    rf"|(?P<english>{ENGLISH}))"
)
_TWOS = re.compile(r"双(?!方)|翻一?番|俩|\b(?:both|twice|pair|doubled?)\b")
_ONES = re.compile(r"\b(?:an?|per|past|last) (?:hour|day|week|month|year|minute)\b")
# 'At eight this morning' is a time of day.
_AT = re.compile(r"\b(?:at|until|till|around|by) $")
_DAYTIME = re.compile(r"\s*(?:[.,?!;)]|$|in the|this|every|tomorrow|yesterday|on\b)")
_BELOW_ZERO = re.compile(r"(?: degrees| ?°c)? below (?:zero|freezing)")
_FEW = re.compile(f"(?P<low>[{HAN_DIGIT}])(?P<high>[{HAN_DIGIT}])(?P<unit>[十百千万亿]*)")
# 一人 is a count where 一个 may be an article.
_COUNTED_ONES = re.compile("人|.*元|岁|倍|person|people|yuan|dollars?")


def _finder(pattern: re.Pattern[str], build: Callable[[re.Match[str]], Iterable[Fact]]) -> Finder:
    """Return a search that yields the span and the facts of every match that is a figure."""

    def find(text: str) -> Iterator[tuple[tuple[int, int], list[Fact]]]:
        for found in pattern.finditer(text):
            if some := list(build(found)):
                yield found.span(), some

    return find


def _value(written: str) -> Fraction | None:
    """Return the value of a numeral, Arabic or Chinese."""
    is_plain = written[0].isdigit() and not any(character in "百千万亿十" for character in written)
    return arabic_value(written) if is_plain else han_value(written)


def _percent(found: re.Match[str]) -> Iterator[Fact]:
    per = 1000 if found.group("per") == "千" else 100
    values = [_value(w) for w in found.group("from", "arabic", "han", "until") if w]
    if found.group("words"):
        values = [english_value(found.group("words"))]
    for value in values:
        if value is not None:
            yield Fact("percent", value / per, text=found.group())


def _tenths(found: re.Match[str]) -> Iterator[Fact]:
    more = found.group("more")
    added = Fraction(1, 2) if more == "半" else (_value(more or "零") or Fraction(0)) / 10
    yield Fact("percent", ((_value(found.group("tenths")) or 0) + added) / 10, text=found.group())


def _fraction(found: re.Match[str]) -> Iterator[Fact]:
    named = found.groupdict()
    top: Fraction | None
    bottom: Fraction | None
    if named["bottom"]:
        top, bottom = _value(named["top"]), _value(named["bottom"])
    elif named["above"]:
        top, bottom = Fraction(int(named["above"])), Fraction(int(named["below"]))
    elif named["half"]:
        top, bottom = Fraction(1), Fraction(2)
    else:
        part = named["one"] or named["joined"] or named["many"]
        top, bottom = english_value(named["count"] or "one"), Fraction(_PARTS[part])
    if top is not None and bottom:
        yield Fact("percent", top / bottom, text=found.group())


def _points(found: re.Match[str]) -> Iterator[Fact]:
    value = _value(found.group("n"))
    if value is not None:
        yield Fact("number", value, frozenset({"point"}), text=found.group())


def _decade(found: re.Match[str]) -> Iterator[Fact]:
    value = _value(found.group("n") or found.group("han"))
    if value is not None:
        yield Fact("decade", value, text=found.group())


def _ordinal(found: re.Match[str]) -> Iterator[Fact]:
    named = found.groupdict()
    numeral = named["n"] or named["digits"] or named["period"] or named["q"] or named["century"]
    if named["words"]:
        place = english_ordinal(named["words"])
    elif named["halves"]:
        place = Fraction(1 if named["halves"] == "上" else 2)
    else:
        place = _value(numeral)
    if place is not None:
        yield Fact("ordinal", place, weak=_is_adverb(found), text=found.group())


def _is_adverb(found: re.Match[str]) -> bool:
    """Return True if an ordinal may be none: 'at first', 'goes first', 'a second'."""
    before = found.string[max(0, found.start() - 8) : found.start()]
    if found.group() == "first":
        return not re.search(r"\b(?:the|its|his|her|their|our|this)(?: very)? $|'s $", before)
    listed = found.string.startswith(",", found.end())
    return listed or bool(re.search(r"\b(?:a|per|each|every) $", before))


def _first(found: re.Match[str]) -> Iterator[Fact]:
    yield Fact("ordinal", Fraction(1), weak=True, text=found.group())


def _weak(value: int) -> Callable[[re.Match[str]], Iterator[Fact]]:
    """Return a builder of numbers that words such as 双 and 'an hour' only imply."""

    def build(found: re.Match[str]) -> Iterator[Fact]:
        yield Fact("number", Fraction(value), weak=True, text=found.group())

    return build


def _code(found: re.Match[str]) -> Iterator[Fact]:
    letters = found.group("letters")
    # 50km and 3bn are numbers with their unit.
    if letters and (letters in SCALES or is_unit(letters)):
        return
    if letters == "m" and unit_before(found.string, found.start()):
        return
    yield Fact("code", re.sub(r"[-_]", "", found.group()), text=found.group())


def _number(found: re.Match[str]) -> Iterator[Fact]:
    named = found.groupdict()
    before = unit_before(found.string, found.start())
    after, word = unit_after(found.string, found.end())
    if named["han"] and (few := _FEW.fullmatch(named["han"])) and _is_approximate(few):
        values = [_value(few.group(side) + few.group("unit")) for side in ("low", "high")]
    else:
        values = [_plain(named, before)]
        if named["scale"] == "m" and not before:
            after, word = frozenset({"metre"}), "m"
    units = before if before and not before <= {"label"} else after or before
    if not units and _AT.search(found.string, max(0, found.start() - 7), found.start()):
        is_time = _DAYTIME.match(found.string, found.end())
        units = frozenset({"clock"}) if is_time else units
    negative = named["sign"] or _BELOW_ZERO.match(found.string, found.end())
    for value in values:
        if value is None:
            continue
        signed = -value if negative else value
        one = value == 1 and (named["han"] == "一" or named["english"] == "one")
        weak = one and not _COUNTED_ONES.fullmatch(word)
        yield Fact("number", signed, units, weak, f"{found.group()}{word}".strip())


def _is_approximate(few: re.Match[str]) -> bool:
    """Return True if two digits side by side mean one or the other: 三四十, 七八个, 三五人."""
    low, high = han_value(few.group("low")), han_value(few.group("high"))
    return low is not None and high is not None and 0 < low < high <= low + 2


def _plain(named: dict[str, str | None], before: frozenset[str]) -> Fraction | None:
    """Return the value of one plain number."""
    if named["mixed"]:
        return han_value(named["mixed"].replace(" ", "").replace(",", ""))
    if named["han"]:
        return han_value(named["han"])
    if named["english"]:
        return english_value(named["english"])
    scale = named["scale"] or ""
    times = 10**6 if scale == "m" and before else SCALES.get(scale, 1)
    return arabic_value(named["arabic"] or "0") * times


# In this order: what a finder takes, the later ones no longer see.
POINTS, SHARES = _finder(_POINTS, _points), _finder(_PERCENT, _percent)
TENTHS, FRACTIONS = _finder(_TENTHS, _tenths), _finder(_FRACTION, _fraction)
DECADES, ORDINALS, FIRSTS = (
    _finder(_DECADE, _decade),
    _finder(_ORDINAL, _ordinal),
    _finder(_FIRST, _first),
)
CODES, NUMBERS, TWOS = _finder(_CODE, _code), _finder(_NUMBER, _number), _finder(_TWOS, _weak(2))
ONES = _finder(_ONES, _weak(1))
