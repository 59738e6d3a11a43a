"""Two articles that say the same but for one value: the newest is quoted, the other is told of.

Told of are only articles that are dated, and sentences that differ in nothing that could make
them speak of different things: silence is better than a quarrel that is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from typing import NamedTuple

from index.pages.published import published
from index.words.text import fold
from retrieval.citations import Quote, quote_from
from retrieval.models import Passage
from retrieval.proof.numbers import facts, is_proved
from retrieval.reading.passages import SentenceView, view_passage
from retrieval.reading.spans import Span, answer_spans

_KINDS = frozenset(("number", "time"))
_CAPITALISED = re.compile(r"\b[A-ZÀ-Þ][\w'’]*(?: [A-ZÀ-Þ][\w'’]*)*")
_SMALL_WORD = re.compile(r"\b[a-zß-ÿ]{4,}")
_HAN_PLACE = re.compile(r"[\u4e00-\u9fff]{2}[区镇村乡路街站桥校厂县市省馆院港湖河山岛局队园楼]")
_SIDE = re.compile(r"[东南西北左右]|\b(?:north|south|east|west|left|right|upper|lower)(?:ern)?\b")
_FIGURE = re.compile(r"\d+|第[一二三四五六七八九十]+")
_LEAST_ALIKE = 0.6
_FEWEST_TOKENS = 3
_FEWEST_PER_WORD = 5
_VALUE = "\0"
# What sets one thing apart from another of its kind, or turns a claim around.
_TELLING = re.compile(
    r"[东南西北左右首末新旧不未没无非]|(?<![目当日眼以])前|(?<![以前])后|(?<![以晚早])[上下](?!午)"
    r"|\b(?:north|south|east|west|left|right|upper|lower|first|last|new|old|no|not|never|without)"
    r"(?:ern)?\b"
)
# Words that come and go between two reports of one thing.
_PASSING_WORDS = """
a an the now currently already today still about around some nearly almost over more than at least
has have had is are was were be been will in all total altogether so far of on and by
rose risen fell fallen grown increased raised reduced to from stands stood
目 前 现 在 已 经 共 有 约 大 近 将 了 的 为 达 到 至 增 加 减 少 调 来 派 出 投 入
总 计 合 仍 还 就 上 整 升 降
"""
_PASSING = frozenset(_PASSING_WORDS.split())


class Rivals(NamedTuple):
    """The quote of the newest article, and one of an older that gives another value."""

    newest: Quote
    older: Quote


@dataclass(frozen=True, slots=True)
class _Claim:
    """A sentence with the place of a value in it."""

    quote: Quote
    span: Span
    tokens: tuple[str, ...]
    day: date

    @property
    def value(self) -> str:
        """Return the value as written."""
        return self.quote.text[self.span.start : self.span.end]


def rivals(quotes: Sequence[Quote], passages: Sequence[Passage]) -> Rivals | None:
    """Return whom to quote where the first quote's claim is made with other values too."""
    first = _claim_of(quotes[0]) if quotes else None
    if first is None:
        return None
    others = [claim for claim in _claims(passages, first) if _says_otherwise(first, claim)]
    if not others:
        return None
    newest = max([first, *others], key=lambda claim: claim.day)
    older = [
        claim
        for claim in (first, *others)
        if claim.day < newest.day and _differ(claim.value, newest.value)
    ]
    if not older:
        return None
    return Rivals(newest.quote, max(older, key=lambda claim: claim.day).quote)


def _claim_of(quote: Quote) -> _Claim | None:
    """Return the claim of a single sentence whose answer is a number or a time."""
    day = _day(quote.date, quote.source)
    views = view_passage(quote.text)
    if day is None or quote.highlight is None or len(views) != 1:
        return None
    start, end = quote.highlight
    for span in answer_spans(quote.text):
        if span.kind in _KINDS and span.start < end and start < span.end:
            return _Claim(quote, span, _masked(views[0], span, quote.text), day)
    return None


def _claims(passages: Sequence[Passage], first: _Claim) -> Iterator[_Claim]:
    """Yield the claims that other dated articles make with a value of the same kind."""
    for passage in passages:
        day = _day(passage.date, passage.source)
        if passage.article_id == first.quote.article_id or day is None or day == first.day:
            continue
        for view in view_passage(passage.text):
            for span in answer_spans(view.text):
                if (span.kind, span.unit) == (first.span.kind, first.span.unit):
                    quote = quote_from(passage, view.start, view.end, (span.start, span.end))
                    yield _Claim(quote, span, _masked(view, span, view.text), day)


def _day(printed: str, source: str) -> date | None:
    """Return the first day of an article's date; None if its year is not known."""
    days = published(printed, source)
    return days.bounds()[0] if days and days.year else None


def _masked(view: SentenceView, span: Span, text: str) -> tuple[str, ...]:
    """Return the tokens of a sentence: one mark for the value, none for days it is said of."""
    times = [s for s in answer_spans(text) if s.kind == "time" and s != span]
    found: list[str] = []
    for key, start, end in zip(view.tokens.keys, view.tokens.starts, view.tokens.ends, strict=True):
        if start < span.end and span.start < end:
            if not found or found[-1] != _VALUE:
                found.append(_VALUE)
        elif not any(time.start <= start and end <= time.end for time in times):
            found.append(key)
    return tuple(found)


def _says_otherwise(first: _Claim, other: _Claim) -> bool:
    """Tell whether another claim is the same but for its value."""
    if not _differ(first.value, other.value) or first.span.unit != other.span.unit:
        return False
    left, right = first.tokens, other.tokens
    if min(len(left), len(right)) < _FEWEST_TOKENS:
        return False
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    if matcher.ratio() < _LEAST_ALIKE:
        return False
    for way, a, b, c, d in matcher.get_opcodes():
        if way == "equal":
            continue
        changed = [token for token in (*left[a:b], *right[c:d]) if token not in _PASSING]
        if _VALUE in changed or (changed and (way == "replace" or _tells("".join(changed)))):
            return False
        if len(changed) > len(left) // _FEWEST_PER_WORD:
            return False
    return _same_things(first.quote, other.quote)


def _differ(left: str, right: str) -> bool:
    """Tell whether two values are different ones, however they are written."""
    first, second = facts(left), facts(right)
    if not first or not second:
        return False
    return not any(is_proved(fact, second) for fact in first) and not any(
        is_proved(fact, first) for fact in second
    )


def _tells(text: str) -> bool:
    return bool(_TELLING.search(text)) or any(char.isdigit() for char in text)


def _same_things(left: Quote, right: Quote) -> bool:
    """Tell whether neither sentence nor title names what the other one does not."""
    if _names(left.text) != _names(right.text):
        return False
    if sorted(_TELLING.findall(fold(left.text))) != sorted(_TELLING.findall(fold(right.text))):
        return False
    for tell in (_sides, _times, _figures):
        one, other = tell(left.title), tell(right.title)
        if one and other and one != other:
            return False
    in_right = fold(f"{right.title}\n{right.text}")
    in_left = fold(f"{left.title}\n{left.text}")
    only_left = any(name not in in_right for name in _names(left.title))
    only_right = any(name not in in_left for name in _names(right.title))
    return not (only_left and only_right)


def _names(text: str) -> set[str]:
    """Return what may be names, folded: all capitals of a heading, of a sentence but its first."""
    words = _CAPITALISED.findall(text)
    is_heading = not _SMALL_WORD.search(text)
    first = text.lstrip().split(" ", 1)[0]
    runs = [run for run in words if is_heading or run != first]
    return {fold(run) for run in (*runs, *_HAN_PLACE.findall(text))}


def _sides(text: str) -> set[str]:
    return set(_SIDE.findall(fold(text)))


def _figures(text: str) -> set[str]:
    return set(_FIGURE.findall(fold(text)))


def _times(text: str) -> set[str]:
    return {fold(text[s.start : s.end]) for s in answer_spans(text) if s.kind == "time"}
