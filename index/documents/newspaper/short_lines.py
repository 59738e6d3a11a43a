"""Find the lines that are short because their author broke them: verse, songs, lists of names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from index.documents.newspaper.lines import Line

_LONGEST_HAN = 36
_LONGEST_LATIN = 64
_SURELY_SHORT = 20
_STOP = re.compile(r"[，。！？；、,.!?;:：…—][\"'”’」』）)]*$")
_INNER = re.compile(r"[，。；,;.]\S")
_CAPITAL = re.compile(r"[\"'“‘(—\-–… ]*[^\W\d_]")


def verse_lines(lines: Sequence[Line]) -> frozenset[int]:
    """Return the places of the lines that must stay apart from their neighbours."""
    found: set[int] = set()
    for run in _short_runs(lines):
        members = [lines[place] for place in run]
        if _is_verse(members):
            found.update(run)
    return frozenset(found)


def _short_runs(lines: Sequence[Line]) -> Iterator[list[int]]:
    """Yield the longest runs of three or more short lines of text."""
    run: list[int] = []
    for place, line in enumerate(lines):
        limit = _LONGEST_HAN if line.han else _LONGEST_LATIN
        if line.kind == "text" and line.width <= limit:
            run.append(place)
            continue
        if len(run) >= 3:
            yield run
        run = []
    if len(run) >= 3:
        yield run


def _is_verse(run: Sequence[Line]) -> bool:
    han = sum(line.han for line in run) * 2 >= len(run)
    return _is_han_verse(run) if han else _is_latin_verse(run)


def _is_han_verse(run: Sequence[Line]) -> bool:
    """Verse lines end at a pause of the voice; lines broken by a column end anywhere.

    Without punctuation, they are narrower than any column, or ragged as no column is.
    """
    widest = max(line.width for line in run)
    if widest <= _SURELY_SHORT:
        return True
    stopped = sum(bool(_STOP.search(line.text)) for line in run)
    paused = sum(line.text[-1] in "，、,；;：" for line in run)
    inner = sum(bool(_INNER.search(line.text)) for line in run)
    if stopped * 10 >= len(run) * 6:
        return inner * 3 <= len(run) and paused * 5 >= len(run) * 2
    body = [line.width for line in run[:-1]]
    ragged = max(body) - min(body) > 0.3 * max(body)
    return len(run) >= 4 and ragged and not inner and not any(line.gap for line in run[1:])


def _is_latin_verse(run: Sequence[Line]) -> bool:
    """The next word would have fitted on a line of verse; on a line of prose it would not.

    Verse that is even in length is known by its capitals and by the pauses at its line ends.
    """
    if any(line.text[-1] in "-‐\u00ad" for line in run):
        return False
    widest = max(line.width for line in run)
    firsts = [match.group()[-1] for line in run if (match := _CAPITAL.match(line.text))]
    capitals = sum(first.isupper() for first in firsts)
    stopped = sum(bool(_STOP.search(line.text)) for line in run)
    if capitals == len(run) >= 4 and stopped * 2 >= len(run):
        return True
    room = sum(
        line.width + 1 + len(after.text.split(" ", 1)[0]) <= widest for line, after in pairwise(run)
    )
    if room * 2 < len(run) - 1 or (len(run) == 3 and stopped < 3):
        return False
    close = sum(line.gap == 0 for line in run[1:])
    short = sum(line.width <= 0.7 * widest for line in run[:-1])
    modern = widest <= 44 and close * 3 >= (len(run) - 1) * 2 and short * 5 >= len(run) * 2
    return capitals * 4 >= len(run) * 3 or (modern and len(run) >= 4)
