"""Spans of a sentence that could answer: numbers with units, times, names, places, quoted words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from index.words.text import simplify
from retrieval.reading.learned import learned
from retrieval.reading.span_patterns import PATTERNS, TELLS_TIME, UNIT, SpanKind

_WIDTHS = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_BLANKS = " \t\u3000.,-"
_SHORT_NAME = 2
_ITEM = re.compile(r"[、．)）]|\.(?!\d)\s")


@dataclass(frozen=True, slots=True)
class Span:
    """`text[start:end]` could answer. `unit` is the unit that follows a number, simplified."""

    kind: SpanKind
    start: int
    end: int
    unit: str = ""


@lru_cache(maxsize=16384)
def answer_spans(text: str) -> tuple[Span, ...]:
    """Return every span of a sentence that could answer a question, by kind, then by place."""
    # Both steps keep the length, so offsets stay those of the text.
    even = simplify(text.translate(_WIDTHS))
    found = [span for kind, pattern in PATTERNS for span in _spans(kind, pattern, even)]
    return tuple(
        span for span in found if not _is_part(span, found) and not _counts_items(span, even)
    )


def _counts_items(span: Span, text: str) -> bool:
    """Tell whether a number at the head of a sentence is the number of a list's item: 一、 or 2."""
    return span.kind == "number" and not span.start and bool(_ITEM.match(text[span.end :]))


def _is_part(span: Span, others: list[Span]) -> bool:
    """Tell whether a number is only the head or the tail of another one: 1.3 of 1.3 million."""
    return span.kind == "number" and any(
        other.kind == "number"
        and other.start <= span.start
        and span.end <= other.end
        and (other.end - other.start, bool(other.unit)) > (span.end - span.start, bool(span.unit))
        for other in others
    )


def _spans(kind: SpanKind, pattern: re.Pattern[str], text: str) -> Iterator[Span]:
    """Yield the spans of one pattern."""
    for match in pattern.finditer(text):
        groups = match.groupdict()
        start, end = match.span("name") if groups.get("name") else match.span()
        unit = ""
        if groups.get("unit"):
            end = match.start("unit")
            unit = _unit(groups["unit"])
        while end > start and text[end - 1] in _BLANKS:
            end -= 1
        if kind == "person" and "·" not in text[start:end]:
            end = _name_end(text, start, end)
        if start < end and (kind != "time" or _tells_time(text[start:end])):
            yield Span(kind, start, end, unit)


def _tells_time(text: str) -> bool:
    return len(text) > 1 and bool(TELLS_TIME.search(text) or not text[0].isdigit())


def _unit(following: str) -> str:
    """Return the unit at the head of what follows a number; a Latin word is one."""
    if following.isascii():
        return following
    found = UNIT.match(following)
    return found.group() if found else ""


def _name_end(text: str, start: int, end: int) -> int:
    """Return where a Han name ends: at its surname if it is no name at all.

    A pair of characters that is common in everyday text is a word: 常委 is no name, and of
    高义出席 only 高义 is one.
    """
    everyday = learned().background
    if text[start : start + 2] in everyday:
        return start
    following = text[end - 1 : end + 1]
    if end - start > _SHORT_NAME and len(following) == _SHORT_NAME and following in everyday:
        return end - 1
    return end
