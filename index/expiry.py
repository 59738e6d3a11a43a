"""Documents that say until when they hold: `expires: 2027-05-28` in their front matter."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from index.documents.front_matter import split_front_matter

_NAME = "expires"
_HEAD = 20_000


def expiring(root: Path, sources: Iterable[str], until: date) -> Iterator[tuple[str, date]]:
    """Yield those Markdown files below `root` whose last day is `until` or earlier, with the day.

    What cannot be read, or names no day, does not expire.
    """
    for source in sources:
        path = root / source
        if path.suffix.lower() != ".md" or path.is_symlink():
            continue
        try:
            with path.open(encoding="utf-8", errors="replace") as file:
                found, _ = split_front_matter(file.read(_HEAD))
            day = date.fromisoformat(dict(found.others).get(_NAME, ""))
        except (OSError, ValueError):
            continue
        if day <= until:
            yield source, day
