"""Temporal filtering: does a question mean articles published at a time, or events of that time?

"What did the council decide last week?" means last week's articles; "how many visitors came in
November" may be answered by an article of December. Both are tried, and what was found in all
articles is kept unless the articles of the time give a better answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from language.periods import days_of, periods_of, reported_by
from language.relative import Period, Span
from language.text import folded_line
from retrieval.answer.verdict import Evidence
from retrieval.models import Citation, Passage

# Log-odds by which the unfiltered answer may be better and still be replaced.
_FARTHEST_BEHIND = 2.0
# A year in a sentence does not mean a certain week of that year.
_MOST_DAYS = 31


def keep_unfiltered(period: Period, everywhere: Evidence, today: date) -> bool:
    """Return True if the unfiltered answer is from the period or mentions it."""
    if not everywhere.answers:
        return False
    best = everywhere.quotes()[0]
    return _is_of(best, period, today) or _tells_of(best, everywhere.passages, period, today)


def prefer_filtered(period: Period, everywhere: Evidence, then: Evidence, today: date) -> bool:
    """Return True if the filtered answer is better than the unfiltered one.

    Called if `keep_unfiltered` is False.
    """
    if not then.answers:
        return False
    if _speaks_of_other_times(then.quotes()[0], period, today):
        return False
    if not everywhere.answers:
        return True
    return then.score >= everywhere.score - _FARTHEST_BEHIND


def _is_of(quote: Citation, period: Period, today: date) -> bool:
    """Return True if the quote's article was published in the period."""
    days = days_of(quote.date, quote.source, today)
    return days is not None and reported_by(period).meets(*days)


def _tells_of(quote: Citation, passages: Sequence[Passage], period: Period, today: date) -> bool:
    """Return True if the quoted passage mentions the period."""
    around = [passage.text for passage in passages if passage.chunk_id == quote.chunk_id]
    days = days_of(quote.date, quote.source, today)
    named = _named_in("\n".join([quote.quote, *around]), days, today)
    # In an article without a date, the day of "yesterday" is unknown.
    if days is None and any(way == "relative" for *_, way in named):
        return True
    length = _length(period)
    return any(
        period.meets(first, last) and (last - first).days <= max(_MOST_DAYS, length)
        for first, last, _ in named
    )


def _speaks_of_other_times(quote: Citation, period: Period, today: date) -> bool:
    """Return True if a quote mentions times, but none in the period.

    The answer span itself is ignored.
    """
    text = quote.quote
    if quote.highlight:
        start, end = quote.highlight
        text = f"{text[:start]} … {text[end:]}"
    named = _named_in(text, days_of(quote.date, quote.source, today), today)
    wide = reported_by(period)
    return bool(named) and not any(wide.meets(first, last) for first, last, _ in named)


def _named_in(text: str, days: Span | None, today: date) -> list[tuple[date, date, str]]:
    """Return the days that a text mentions, relative to the days of its article."""
    told = days[0] if days else today
    folded = folded_line(text)
    return [(p.after, p.before, p.way) for p in periods_of(folded, told) if p.after and p.before]


def _length(period: Period) -> int:
    if period.after is None or period.before is None:
        return date.max.toordinal()
    return (period.before - period.after).days
