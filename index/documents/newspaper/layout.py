"""Measure a page: how wide its lines are, and whether layout broke them inside sentences."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from index.documents.newspaper.lines import Line
from index.documents.newspaper.short_lines import verse_lines
from language.abbreviations import stop_is_inside

_ENDS = frozenset("。！？｡!?：:؟۔।॥።…")
_CLOSERS = "\"'”’」』）)》】〕*_»]"
_NOTE = re.compile(r"(?<!\[\d\])(?<!\[\d\d\])(?<!\[\d\d\d\])(?:\[\d{1,3}\])+$")
# （记者 王一） after the last sentence, or （完）.
_CREDITED = re.compile(r"[。！？.!?][\"'”’」』]*\s?[（(【\[][^（）()\[\]]{1,40}[）)】\]]$")
_SHORT = 44  # cells: a shorter line may be a heading or a name, even unclosed
_SHORT_SHARE = 0.6
_NARROWEST = 22  # cells of the narrowest column that is prose


@dataclass(frozen=True, slots=True)
class Page:
    """What the lines of a page have in common.

    `full` is the width at which lines were broken, else nearly the widest of all. `wrapped`: most
    lines were broken because they were full, and follow one another after `base` blank lines.
    `parted`: paragraphs are further apart than that. `broken`: lines end inside a sentence.
    `marked`: headings are shown by markup. `gap` blank lines stand between most lines. `verse`
    are the places of lines that must stay apart.
    """

    full: int
    wrapped: bool
    base: int
    parted: bool
    broken: bool
    marked: bool
    gap: int
    verse: frozenset[int]


def measure(lines: Sequence[Line], *, around: Page | None = None) -> Page:
    """Find how wide the lines are and whether layout broke them or others `around` them."""
    prose = [line for line in lines if line.kind in {"text", "item"}]
    couples = list(pairwise(prose))
    cut = [(a, b) for a, b in couples if not is_closed(a.text)]
    base = Counter(b.gap for _, b in cut).most_common(1)[0][0] if cut else 0
    followed = sorted(a.width for a, b in couples if b.gap == base)
    full = _near_widest(followed) if len(followed) * 2 >= len(prose) else 0
    fills = sum(a.width >= full * 0.75 for a, b in cut if b.gap == base)
    if base == 0:
        wrapped = full >= _NARROWEST and fills * 4 >= len(followed)
    else:  # ragged pieces are common here, even widths need to be seen
        wrapped = full >= _NARROWEST and fills >= 4 and fills * 5 >= len(cut) * 3
    full = full if wrapped else _near_widest(sorted(line.width for line in prose))
    long = full * 0.75 if wrapped else max(_SHORT, full * _SHORT_SHARE)
    broken = (around is not None and around.broken) or any(line.width > long for line, _ in cut)
    gaps = Counter(line.gap for line in prose[1:])
    return Page(
        full=full,
        wrapped=wrapped,
        base=base,
        parted=any(b.gap > base for _, b in couples),
        broken=broken,
        marked=around.marked if around else any(line.kind == "heading" for line in lines),
        gap=gaps.most_common(1)[0][0] if gaps else 1,
        verse=verse_lines(lines),
    )


def is_closed(text: str, following: str = "The") -> bool:
    """Return True if a line ends where a sentence, or the announcement of a list, ends.

    `following` is what stands in the next line: after `Vol.`, a number goes on.
    """
    tail = text[-80:]
    bare = (_NOTE.sub("", tail) if tail[-1:] == "]" else tail).rstrip(_CLOSERS)
    if not bare:
        return False
    if bare[-1] in _ENDS:
        return True
    if bare[-1] == ".":
        return not stop_is_inside(bare[:-1], f" {following[:30]}")
    return tail[-1] in "）)】]" and bool(_CREDITED.search(tail))


def _near_widest(widths: Sequence[int]) -> int:
    return widths[len(widths) * 9 // 10] if widths else 0
