"""What pages repeat: heads, feet, page numbers and line numbers, which are no part of the text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from index.documents.columns import Block, Box, rows_of

_PAGE_NUMBER = re.compile(
    r"\W*(?:第\s*)?(?:page\s+|p\.\s*|seite\s+)?\d{1,5}(?:\s*(?:页|頁|/|of|von|de)\s*\d{0,4})?\W*",
    re.IGNORECASE,
)
_DEEP = 3  # rows at the head and at the foot of a page that may be furniture
_SAME_HEIGHT = 6.0  # points
_FEWEST_LINES = 5  # numbers of lines that make a margin of numbered lines


def without_furniture(pages: Sequence[Sequence[Block]]) -> list[list[Block]]:
    """Return pages without numbers of pages and lines, and without what most pages repeat."""
    edges = [_edges([box for block in blocks for box in block]) for blocks in pages]
    counts = Counter(key for rows in edges for key in {_key(row) for row in rows})
    least = max(3, -(-len(pages) * 2 // 5))  # heads of left and right pages take turns
    kept: list[list[Block]] = []
    for number, (blocks, rows) in enumerate(zip(pages, edges, strict=True), 1):
        drop = {id(box) for box in _line_numbers([box for block in blocks for box in block])}
        for place, row in enumerate(rows):
            repeated = counts[_key(row)] >= least and not _is_long(row)
            outer = place in {0, len(rows) - 1}
            numbered = outer and _PAGE_NUMBER.fullmatch(_shown(row))
            if repeated or numbered or _shown(row) == str(number):
                drop.update(map(id, row))
        cut = [[box for box in block if id(box) not in drop] for block in blocks]
        kept.append([block for block in cut if block])
    return kept


def _edges(boxes: Sequence[Box]) -> list[list[Box]]:
    """Return the rows at the head and at the foot of a page."""
    rows = list(rows_of([box for box in boxes if not box.grid and not box.field]))
    return rows if len(rows) <= 2 * _DEEP else [*rows[:_DEEP], *rows[-_DEEP:]]


def _key(row: Sequence[Box]) -> str:
    return f"{round(row[0].bottom / _SAME_HEIGHT)} {re.sub(r'[0-9]+', '0', _shown(row))}"


def _shown(row: Sequence[Box]) -> str:
    return " ".join(box.text for box in row)


def _is_long(row: Sequence[Box]) -> bool:
    return len(_shown(row)) > 150


def _line_numbers(boxes: Sequence[Box]) -> list[Box]:
    """Return the numbers in the left margin that count the lines of a page."""
    numbers = [box for box in boxes if box.text.isdecimal() and len(box.text) < 4]
    if len(numbers) < _FEWEST_LINES:
        return []
    edge = min(box.right for box in numbers)
    margin = [box for box in numbers if box.left <= edge + box.size]
    margin.sort(key=lambda box: -box.bottom)
    steps = [int(b.text) - int(a.text) for a, b in zip(margin, margin[1:], strict=False)]
    others = [box for box in boxes if not box.text.isdecimal()]
    clear = all(box.left > edge for box in others if not box.grid)
    counted = len(margin) >= _FEWEST_LINES and all(step == 1 for step in steps)
    return margin if counted and clear else []
