"""Which articles a reading may see: by collection, by day and by source."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

__all__ = ["EVERYTHING", "Scope", "collection_of"]


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


def collection_of(source: str) -> str:
    """Return the collection of a source path: its first folder, "" for a file beside them."""
    folder, slash, _ = source.partition("/")
    return folder if slash else ""
