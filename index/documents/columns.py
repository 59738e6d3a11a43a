"""Put the pieces of a printed page into reading order: columns one after another, rows as rows."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from index.documents.grids import Grid
from language.text import NGRAM_CHARACTER


@dataclass(frozen=True, slots=True)
class Box:
    """A piece of a line: its place in points from the lower left corner, its size and its text.

    A `field` is what somebody filled in, or a box to tick. A piece with a `grid` is a whole table.
    """

    left: float
    bottom: float
    right: float
    top: float
    size: float
    text: str
    bold: bool = False
    field: bool = False
    grid: Grid | None = None


_LEFTWARD = frozenset(("R", "AL"))
_MARK = re.compile(r"[•●○◦▪■□▶➢\uf0b7\uf0a7☐☑☒]|\(?\d{1,2}[.)]|\d{1,2}(?:\.\d{1,2}){1,3}\.?")
_MARK_GAP = 4.0  # the mark of a list item stands off so far at most
_WORD_GAP = 1.0  # in font sizes: a wider gap on one line lies between columns or cells
_BLANK_GAP = 0.12
_GUTTER = 0.7
_BAND = 1.2
_STORY_BAND = 3.0
_HEADING = 1.2  # in body sizes
_STRIPS = 100
_DEEPEST = 200  # regions within regions

Block = list[Box]


def order(boxes: Sequence[Box]) -> list[Block]:
    """Return the blocks of a page in reading order, each a list of whole lines from the top."""
    return [_whole_lines(block) for block in _split(_joined(boxes))]


def regions(boxes: Sequence[Box]) -> list[Block]:
    """Return the parts of a page that is no newspaper's: whole columns, then what is below.

    The pieces of a line that are apart stay so.
    """
    joined = _joined(boxes)
    gutter = _clean_gutter(joined)
    if gutter is None:
        return _split(joined)
    sides = ([b for b in joined if b.right <= gutter], [b for b in joined if b.right > gutter])
    return [block for side in sides for block in regions(side)]


def has_columns(boxes: Sequence[Box]) -> bool:
    """Return True if a page is set in columns of prose from top to bottom."""
    return _clean_gutter(_joined(boxes)) is not None


def _clean_gutter(boxes: Sequence[Box]) -> float | None:
    """Return where columns are parted that nothing reaches across, or None."""
    gutter = _gutter(boxes)
    crossed = gutter is None or any(box.left < gutter < box.right for box in boxes)
    return None if crossed else gutter


def _joined(boxes: Sequence[Box]) -> list[Box]:
    """Join the pieces of one line that have no wider gap between them than words have."""
    found: list[Box] = []
    for row in map(_as_read, rows_of(boxes)):
        for box in row:
            last = found[-1] if found and box is not row[0] else None
            single = last and not (last.field or box.field or last.grid or box.grid)
            near = _MARK_GAP if last and _MARK.fullmatch(last.text) else _WORD_GAP
            if last and single and _gap(last, box) < near * min(last.size, box.size):
                found[-1] = merged(last, box, " " if _apart(last, box) else "")
            else:
                found.append(box)
    return found


def _as_read(row: list[Box]) -> list[Box]:
    """Return the pieces of a line in reading order: from the right in scripts that run so."""
    if not runs_left("".join(box.text for box in row)):
        return row
    found: list[Box] = []
    place = len(row)
    for box in reversed(row):  # words of other scripts keep their own order
        if any(unicodedata.bidirectional(c) in _LEFTWARD for c in box.text):
            place = len(found) + 1
        found.insert(min(place, len(found)), box)
    return found


def runs_left(text: str) -> bool:
    """Return True if a good part of a text runs from right to left."""
    return 4 * sum(unicodedata.bidirectional(c) in _LEFTWARD for c in text) > len(text)


def _gap(one: Box, other: Box) -> float:
    """Return how far two pieces of a line are apart, in points."""
    return max(one.left, other.left) - min(one.right, other.right)


def rows_of(boxes: Sequence[Box]) -> Iterator[list[Box]]:
    """Yield the boxes that stand on one line, from the top, each row from the left."""
    row: list[Box] = []
    for box in sorted(boxes, key=lambda b: (-(b.bottom + b.top), b.left)):
        if row and min(row[0].top, box.top) - max(row[0].bottom, box.bottom) < 0.5 * min(
            row[0].top - row[0].bottom, box.top - box.bottom
        ):
            yield sorted(row, key=lambda b: b.left)
            row = []
        row.append(box)
    if row:
        yield sorted(row, key=lambda b: b.left)


def _apart(left: Box, right: Box) -> bool:
    gap = _gap(left, right)
    han = NGRAM_CHARACTER.match(left.text[-1]) and NGRAM_CHARACTER.match(right.text[0])
    return gap > _BLANK_GAP * left.size and not (han and gap < 0.6 * left.size)


def merged(left: Box, right: Box, between: str) -> Box:
    """Return two pieces of a line as one, with `between` between their texts."""
    return Box(
        min(left.left, right.left),
        min(left.bottom, right.bottom),
        max(left.right, right.right),
        max(left.top, right.top),
        max(left.size, right.size),
        f"{left.text}{between}{right.text}",
        left.bold and right.bold,
    )


def _split(boxes: list[Box], depth: int = 0) -> list[Block]:
    """Split a region at blank bands between stories, then at its gutter, then at any blank band."""
    if depth > _DEEPEST:
        return [boxes]
    above, below = _cut_across(boxes, stories=True)
    if below:
        return [*_split(above, depth + 1), *_split(below, depth + 1)]
    gutter = _gutter(boxes)
    if gutter is not None:
        return _split_at(gutter, boxes, depth + 1)
    above, below = _cut_across(boxes, stories=False)
    blocks = [*_split(above, depth + 1), *_split(below, depth + 1)] if below else []
    return blocks if len(blocks) > 2 else [boxes] if boxes else []


def _split_at(gutter: float, boxes: list[Box], depth: int) -> list[Block]:
    """Split a region into columns; what spans the gutter parts those above from those below."""
    blocks: list[Block] = []
    band: Block = []
    for box in sorted(boxes, key=lambda b: -(b.top + b.bottom)):
        if not box.left < gutter < box.right:
            band.append(box)
            continue
        if band or not blocks:
            blocks.extend(_columns(band, gutter, depth))
            blocks.append([])
            band = []
        blocks[-1].append(box)
    return [block for block in (*blocks, *_columns(band, gutter, depth)) if block]


def _cut_across(boxes: list[Box], *, stories: bool) -> tuple[list[Box], list[Box]]:
    """Part a region at its widest blank band; between `stories` it is wide or above a heading."""
    size = median(box.size for box in boxes) if boxes else 0.0
    best, place, floor = 0.0, 0, 0.0
    ordered = sorted(boxes, key=lambda b: -b.top)
    for number, box in enumerate(ordered):
        headed = box.size >= size * _HEADING
        least = size * (_STORY_BAND if stories and not headed else _BAND)
        if number and floor - box.top > max(best, least):
            best, place = floor - box.top, number
        floor = min(floor, box.bottom) if number else box.bottom
    return ordered[:place], ordered[place:] if place else []


def _columns(band: Block, gutter: float, depth: int) -> list[Block]:
    left = [box for box in band if box.right <= gutter]
    right = [box for box in band if box.right > gutter]
    return [*_split(left, depth), *_split(right, depth)]


def _gutter(boxes: Sequence[Box]) -> float | None:
    """Return where an upright blank strip parts two columns of prose, or None."""
    if len(boxes) < 4:
        return None
    size = median(box.size for box in boxes)
    lefts = sorted({round(box.left) for box in boxes})
    begun, ended = sorted(box.left for box in boxes), sorted(box.right for box in boxes)
    found: list[tuple[int, float, float]] = []
    for edge in sorted({round(box.right) for box in boxes})[:-1]:
        place = bisect_left(lefts, edge)
        strip = lefts[place] - edge if place < len(lefts) else 0
        if strip >= size * _GUTTER:
            middle = edge + strip / 2
            crossing = bisect_left(begun, middle) - bisect_right(ended, middle)
            found.append((crossing, -strip, middle))
    # Few strips are likely ones; a page that is strewn with words has thousands of others.
    likely = sorted(found)[:_STRIPS]
    return next((middle for *_, middle in likely if _parts(boxes, middle, size)), None)


def _parts(boxes: Sequence[Box], middle: float, size: float) -> bool:
    """Return True if columns of prose stand on both sides of a strip, beside each other."""
    left = [box for box in boxes if box.right <= middle]
    right = [box for box in boxes if box.left >= middle]
    if min(len(left), len(right)) < 2 or (len(boxes) - len(left) - len(right)) * 3 > len(boxes):
        return False
    shared = min(max(b.top for b in left), max(b.top for b in right)) - max(
        min(b.bottom for b in left), min(b.bottom for b in right)
    )
    if shared < size:
        return False
    return all(_is_prose(side, size) for side in (left, right))


def _is_prose(side: Sequence[Box], size: float) -> bool:
    """Return True if most lines fill their column, as the cells of a table do not."""
    lefts = sorted(side, key=lambda b: b.left)
    edges: list[float] = []
    few = len(side) // 10
    for place, box in enumerate(lefts):
        beside = [b for b in lefts[place + 1 : place + 1 + few] if b.left - box.left <= 3 * size]
        if not edges or (box.left - edges[-1] > 3 * size and len(beside) == few):
            edges.append(box.left)
    edges.append(max(box.right for box in side) + size)
    filled = 0
    for low, high in pairwise(edges):
        column = [box for box in side if low <= box.left < high]
        pitch = high - low - size
        if pitch >= 8 * size and median(box.right - box.left for box in column) >= 0.6 * pitch:
            filled += len(column)
    return filled * 2 > len(side)


def _whole_lines(block: Block) -> Block:
    """Return one box a line; the cells of a row are parted by bars."""
    lines: Block = []
    for row in rows_of(block):
        line = row[0]
        for box in row[1:]:
            line = merged(line, box, " | ")
        lines.append(line)
    return lines
