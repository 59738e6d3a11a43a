"""When a question names a time: whether it means what was published then, or what is told of then.

"What did the council decide last week?" means last week's articles; "how many visitors came in
November" may be answered by an article of December. Both are tried, and what was found in all
articles stands unless those of the time answer, and better.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from language.periods import (
    periods_of,
    reported_by,
    resolved,
)
from language.published import published
from language.relative import Period
from language.text import fold
from retrieval.answer.verdict import Evidence
from retrieval.citations import Quote
from retrieval.models import Passage

# How much likelier, as log-odds, what all articles answer may be before it stands anyway.
_FARTHEST_BEHIND = 2.0
# A year that a sentence names does not tell that it speaks of a certain week of it.
_MOST_DAYS = 31


def keep_unfiltered(period: Period, everywhere: Evidence, today: date) -> bool:
    """Return True if what all articles answer is of the period or tells of it."""
    if not everywhere.answers:
        return False
    best = everywhere.quotes()[0]
    return _is_of(best, period, today) or _tells_of(best, everywhere.passages, period, today)


def is_meant(period: Period, everywhere: Evidence, then: Evidence, today: date) -> bool:
    """Return True if what the articles of a period answer is better than what all answer.

    Asked where the latter does not stand by itself.
    """
    if not then.answers:
        return False
    if _speaks_of_other_times(then.quotes(), period, today):
        return False
    if not everywhere.answers:
        return True
    return then.score >= everywhere.score - _FARTHEST_BEHIND


def _article_days(quote: Quote | Passage, today: date) -> tuple[date, date] | None:
    days = published(quote.date, quote.source)
    return resolved(days, today) if days else None


def _is_of(quote: Quote, period: Period, today: date) -> bool:
    """Return True if the quote's article is of the period itself."""
    days = _article_days(quote, today)
    return days is not None and reported_by(period).meets(*days)


def _tells_of(quote: Quote, passages: Sequence[Passage], period: Period, today: date) -> bool:
    """Return True if the passage that is quoted names the time that the question does."""
    around = [passage.text for passage in passages if passage.chunk_id == quote.chunk_id]
    named = _named_in("\n".join([quote.text, *around]), quote, today)
    # Without a date of its own, nobody knows which yesterday an article tells of.
    if _article_days(quote, today) is None and any(way == "relative" for *_, way in named):
        return True
    length = _length(period)
    return any(
        period.meets(first, last) and (last - first).days <= max(_MOST_DAYS, length)
        for first, last, _ in named
    )


def _speaks_of_other_times(quotes: Sequence[Quote], period: Period, today: date) -> bool:
    """Return True if the quotes name times, and none that the question may mean.

    A time that is the answer itself says nothing of that.
    """
    named = []
    for quote in quotes[:1]:
        text = quote.text
        if quote.highlight:
            start, end = quote.highlight
            text = f"{text[:start]} … {text[end:]}"
        named += _named_in(text, quote, today)
    wide = reported_by(period)
    return bool(named) and not any(wide.meets(first, last) for first, last, _ in named)


def _named_in(text: str, quote: Quote, today: date) -> list[tuple[date, date, str]]:
    """Return the days that a text names, counted from the day of its article."""
    days = _article_days(quote, today)
    told = days[0] if days else today
    folded = " ".join(fold(text).split())
    return [(p.after, p.before, p.way) for p in periods_of(folded, told) if p.after and p.before]


def _length(period: Period) -> int:
    if period.after is None or period.before is None:
        return date.max.toordinal()
    return (period.before - period.after).days
