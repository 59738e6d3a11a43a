"""Which articles a reading may see: by collection, by day and by source."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from language.periods import day_option

__all__ = ["EVERYTHING", "Scope", "collection_of", "typed_scope"]


@dataclass(frozen=True, slots=True)
class Scope:
    """A bound on what is seen; each field narrows it, and the default sees everything.

    `collections` are first-level folders of the documents, "" for the files beside them; None
    sees every collection, an empty set none. `after` and `before` are the first and the last day,
    both seen; an article without a date is outside of any such bound. `source` is a part of an
    article's path, whatever its case.
    """

    collections: frozenset[str] | None = None
    after: date | None = None
    before: date | None = None
    source: str = ""


EVERYTHING = Scope()


def typed_scope(after: str, before: str, source: str, today: date) -> Scope:
    """Return the scope of typed bounds: the first day, the last, a part of the path.

    An empty string bounds nothing. Raises DateUnreadable.
    """
    first = day_option(after, today) if after.strip() else None
    last = day_option(before, today, last=True) if before.strip() else None
    if first and not last and first <= today:
        # Days without a year can only be compared with a bound that has two ends.
        last = today + timedelta(days=1)
    return Scope(after=first, before=last, source=source.strip())


def collection_of(source: str) -> str:
    """Return the collection of a source path: its first folder, "" for a file beside them."""
    folder, slash, _ = source.partition("/")
    return folder if slash else ""
