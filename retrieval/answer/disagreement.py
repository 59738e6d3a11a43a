"""Sources that say the same but for one value: the newest is quoted, and the other told of.

Told of are only sentences whose words are the same but for the value: silence is better than a
quarrel that is none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from index.models import ArticleHead, BlockKind
from language.facts import Fact
from language.periods import days_named
from language.published import published
from language.relative import Period
from language.text import fold, folded_line, pieces
from retrieval.answer.compose import sentence_quote
from retrieval.answer.reader import UnitReading
from retrieval.models import Citation
from retrieval.proof.numbers import facts, is_proved
from retrieval.search.query import analyse

# Only a unit that answers nearly as surely as the best makes a claim of its own.
_BEHIND = 3.0
_KINDS = frozenset((BlockKind.PARAGRAPH, BlockKind.ANSWER, BlockKind.LIST_ITEM))
# So many words, or twice as many characters of Han, say what a value is said of.
_FEWEST_WORDS = 2
# When a thing is told is no part of the claim; whether it is denied is.
_NOW = re.compile(r"\b(?:now|currently|at present|today)\b|目前|现在|如今|现")
_NUMERAL = re.compile(r"\d[\d.,]*|[零一二三四五六七八九十百千万亿两]+")
_DENIAL = re.compile(r"\b(?:not|no|never|without)\b|n['’]t\b|[不没无非未]")


class Rivals(NamedTuple):
    """The quote to give, one of another article with another value, and whether that is older."""

    newest: Citation
    other: Citation
    is_older: bool


@dataclass(frozen=True, slots=True)
class _Claim:
    """A unit with the value that answers, what else it says, and the day of its article."""

    quote: Citation
    value: tuple[Fact, ...]
    words: tuple[str, ...]
    times: tuple[tuple[date | None, date | None], ...]
    denials: int
    title: tuple[str, ...]
    day: date | None


def rivals(readings: Sequence[UnitReading], heads: Mapping[str, ArticleHead]) -> Rivals | None:
    """Return whom to quote where what the best unit claims is claimed with another value too."""
    ranked = sorted(readings, key=lambda reading: -reading.rank)
    first = _claim_of(ranked[0], heads) if ranked else None
    if first is None:
        return None
    near = [r for r in ranked[1:] if r.rank >= ranked[0].rank - _BEHIND]
    claims = [claim for r in near if (claim := _claim_of(r, heads))]
    others = [claim for claim in claims if _says_otherwise(first, claim)]
    if not others:
        return None
    dated = [claim for claim in (first, *others) if claim.day]
    newest = max(dated, key=lambda claim: claim.day or date.min, default=first)
    if first.day is None or newest.day == first.day:
        newest = first
    other = max(
        (claim for claim in (first, *others) if differ(claim.value, newest.value)),
        key=lambda claim: (claim.day or date.min, claim is first),
    )
    is_older = bool(newest.day and other.day and other.day < newest.day)
    return Rivals(newest.quote, other.quote, is_older)


def without_rivals(quotes: Sequence[Citation]) -> list[Citation]:
    """Return the quotes without those of other articles that give another value than the first."""
    kept: list[Citation] = []
    for quote in quotes:
        first = kept[0] if kept else quote
        if quote.article_id == first.article_id or not differ(_value(first), _value(quote)):
            kept.append(quote)
    return kept


def _value(quote: Citation) -> tuple[Fact, ...]:
    """Return the facts of what answers in a quote."""
    start, end = quote.highlight or (0, 0)
    return tuple(fact for fact in facts(quote.quote[start:end]) if not fact.weak)


def _claim_of(reading: UnitReading, heads: Mapping[str, ArticleHead]) -> _Claim | None:
    """Return the claim of a sentence whose answer is a value."""
    if reading.unit.items or reading.unit.block.kind not in _KINDS:
        return None
    head = heads[reading.window.chunk.article_id]
    quote = sentence_quote(reading, heads)
    value = _value(quote)
    if not value or quote.highlight is None:
        return None
    start, end = quote.highlight
    # Of "17 vehicles", the vehicles are part of what is claimed.
    is_time = any(not isinstance(fact.value, Fraction) for fact in value)
    kept = "" if is_time else _NUMERAL.sub(" ", quote.quote[start:end])
    left = f"{quote.quote[:start]} {kept} {quote.quote[end:]}"
    days = published(head.date, head.source)
    day = days.bounds()[0] if days and days.year else None
    named = days_named(left, day or date.min.replace(year=2000))
    return _Claim(
        quote, value, _words(left, named), tuple((p.after, p.before) for p in named),
        len(_DENIAL.findall(fold(left))), _words(head.title, ()), day,
    )  # fmt: skip


def _words(text: str, named: Sequence[Period]) -> tuple[str, ...]:
    """Return the content words and the characters of Han of a text, without times."""
    folded = folded_line(text)
    for period in sorted(named, key=lambda p: -p.start):
        folded = f"{folded[: period.start]} {folded[period.end :]}"
    parts = pieces(_NOW.sub(" ", folded))
    words = analyse(" ".join(piece for piece, is_run in parts if not is_run)).words
    return (*words, *(character for piece, is_run in parts if is_run for character in piece))


def _says_otherwise(first: _Claim, other: _Claim) -> bool:
    """Return True if another article makes the same claim with another value."""
    if first.quote.article_id == other.quote.article_id or not differ(first.value, other.value):
        return False
    if sum(2 - (word > "\u2e80") for word in first.words) < 2 * _FEWEST_WORDS:
        return False
    if (first.words, first.times, first.denials) != (other.words, other.times, other.denials):
        return False
    # "Oak Hall" and "Elm Hall" are two halls.
    same = [one == two for one, two in zip(first.title, other.title, strict=False)]
    return len(first.title) != len(other.title) or all(same) or not any(same)


def differ(left: Sequence[Fact], right: Sequence[Fact]) -> bool:
    """Return True if two values of one kind are different ones, however they are written."""
    if not left or not right or {f.kind for f in left} != {f.kind for f in right}:
        return False
    return not any(is_proved(fact, right) for fact in left) and not any(
        is_proved(fact, left) for fact in right
    )
