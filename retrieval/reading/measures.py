"""Whether a number is one of what is asked for: vehicles, years of age, money, metres."""

from __future__ import annotations

import re
from functools import cache

from index.words.text import fold
from retrieval.reading.passages import SentenceView
from retrieval.reading.questions import QuestionView
from retrieval.reading.spans import Span

_NUMBER = "(?:[\\d.,]+|[零〇一二两三四五六七八九十百千万亿半]+|[a-z]+)[多余几]?"
_MONEY = r"[^。.]{0,3}(?:元|块|美金|钱)|.{0,30}(?:dollar|yuan|euro|pound|rmb|рубл)"
_LENGTH = (
    r"\D{0,3}(?:米|里|尺|海里|(?<![a-z])[ck]?m\b)"
    r"|.{0,20}\b(?:kilo|centi|milli)?(?:met(?:re|er)|mile|feet|foot|inch|yard)"
)
_LASTS = (
    r"\D{0,2}(?:年|月|周|星期|天|日|小时|分|秒)"
    r"|.{0,12}\b(?:year|month|week|day|hour|minute|second)"
)
_COSTS = (
    "多少钱|多少元|几元|几块|价格|票价|造价|花费|费用|how much(?: money)? (?:does|do|did|is|was)"
    r"|\bprice\b|\bcost\b|\bwas kostet|\bwie teuer|\bwie viel kostet|\bcuanto cuesta"
    r"|\bcuánto cuesta|\bcombien coûte|сколько стоит"
)
# The words of a question of a measure, and how a number that answers goes on.
_MEASURES: tuple[tuple[str, str], ...] = (
    (
        r"多大年纪|多大岁数|几岁|多少岁|年龄|how old|\bage\b",
        r"\D{0,2}岁|[ -]years?\b(?: old|-old|[^a-z]*$|,| of age)?",
    ),
    (_COSTS, _MONEY),
    (
        "百分之|百分比|比例|占比|percent|proportion",
        r"\s?[%％]|\D{0,3}成|.{0,12}percent|百分之|分之",
    ),
    ("多长时间|多久|how long", f"{_LASTS}|{_LENGTH}"),
    ("多[长高远深宽]|how (?:far|tall|high|deep|wide)", _LENGTH),
    ("多重|how heavy|weigh", r"\D{0,3}(?:吨|斤|克)|.{0,12}\b(?:ton|kilogram|kg|pound|gram)"),
    ("多少度|气温|temperature", r"\D{0,2}(?:度|℃|°)|.{0,10}degree"),
)
# Where the number itself tells, whatever follows.
_WHOLE: tuple[tuple[str, str], ...] = (
    (_COSTS, "[$€£¥]"),
    (r"哪一?年(?![级代])|何年|(?:what|which) year\b", r"\d{3,4}(?!\d)|.{2,6}年"),
)
UNKNOWN = 0.5
_WORDS_AFTER = 4
_CHARACTERS_AFTER = 8
_LOOKED_AT = 40


@cache
def _measures() -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
    after = ((asks, f"{_NUMBER}(?:{told})") for asks, told in _MEASURES)
    return tuple((re.compile(asks), re.compile(told)) for asks, told in (*after, *_WHOLE))


class Measure:
    """What a question counts or measures."""

    def __init__(self, question: QuestionView) -> None:
        """Find the measure or the unit that is asked for."""
        asked = fold(question.query.question)
        self._told = [told for asks, told in _measures() if asks.search(asked)]
        self._is_time = question.asked.kind == "time"
        self._is_number = question.asked.kind == "number"
        self._unit = question.asked.unit if self._is_number else ""
        last = question.asked_last
        characters = question.tokens.characters
        self._in_characters = bool(self._unit) and last < len(characters) and characters[last]
        self._stems = frozenset(question.tokens.keys[last : last + 2])

    @property
    def told(self) -> bool:
        """Tell whether the question asks for a measure: money, age, length, a year ..."""
        return bool(self._told)

    @property
    def known(self) -> bool:
        """Tell whether numbers of other things can be told apart at all."""
        return bool(self._told or self._unit)

    def fits(self, sentence: SentenceView, span: Span, first: int, last: int) -> float:
        """Return 1 if a number is of what is asked for, 0 if of something else, 0.5: unknown.

        `first` and `last` are its tokens.
        """
        if not self.known or span.kind not in ("number", "time"):
            return UNKNOWN
        if self._told:
            told = fold(sentence.text[span.start : span.end + _LOOKED_AT])
            kinds = ("time",) if self._is_time else ("number", "time")
            return float(span.kind in kinds and any(pattern.match(told) for pattern in self._told))
        if span.kind != "number":
            return UNKNOWN
        if self._in_characters:
            return self._fits_characters(sentence, span)
        if sentence.tokens.characters[last : last + 1] == (True,):
            return UNKNOWN
        return float(bool(self._stems.intersection(_words_after(sentence, last))))

    def _fits_characters(self, sentence: SentenceView, span: Span) -> float:
        """Compare Han units: the measure word, or the noun that follows it."""
        following = fold(sentence.text[span.end : span.end + _CHARACTERS_AFTER])
        following = re.split(r"[\d，,、；。]", following)[0]
        if not following or following[0].isascii():
            return UNKNOWN
        return float(following[:1] == self._unit[0] or self._unit[:2] in following)


def _words_after(sentence: SentenceView, first: int) -> list[str]:
    """Return the keys after a number, as far as the next number."""
    words = []
    for key in sentence.tokens.keys[first : first + _WORDS_AFTER]:
        if key[0].isdigit():
            break
        words.append(key)
    return words
