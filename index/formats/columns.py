"""Put the pieces of a printed page into reading order: columns one after another, rows as rows."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from index.words.text import NGRAM_CHARACTER


@dataclass(frozen=True, slots=True)
class Box:
    """A piece of a line: its place in points from the lower left corner, its size and its text."""

    left: float
    bottom: float
    right: float
    top: float
    size: float
    text: str


_WORD_GAP = 1.0  # in font sizes: a wider gap on one line lies between columns or cells
_BLANK_GAP = 0.12
_GUTTER = 0.7
_BAND = 1.2
_STORY_BAND = 3.0
_HEADING = 1.2  # in body sizes
_LONGEST_HEADING = 120
_STRIPS = 100
_DEEPEST = 200  # regions within regions
_PAGE_NUMBER = re.compile(
    r"\W*(?:第\s*)?(?:[Pp]age\s+)?\d{1,4}(?:\s*(?:页|頁|/|of)\s*\d{0,4})?\W*", re.IGNORECASE
)

Block = list[Box]


def pages_text(pages: Sequence[Sequence[Box]]) -> str:
    """Return the text of a document: lines in reading order, headings marked by their size.

    Page numbers and lines that head or foot most pages are left out.
    """
    printed = _without_furniture([order(boxes) for boxes in pages])
    sizes = Counter[float]()
    for blocks in printed:
        for line in (line for block in blocks for line in block):
            sizes[round(line.size, 1)] += len(line.text)
    body = _middle(sizes)
    levels = _levels([size for size in sizes if size >= body * _HEADING])
    return "\n\n".join(
        "\n".join(_lines(block, levels)) for blocks in printed for block in blocks if block
    )


def order(boxes: Sequence[Box]) -> list[Block]:
    """Return the blocks of a page in reading order, each a list of whole lines from the top."""
    return [_whole_lines(block) for block in _split(_joined(boxes))]


def _joined(boxes: Sequence[Box]) -> list[Box]:
    """Join the pieces of one line that have no wider gap between them than words have."""
    found: list[Box] = []
    for row in _rows(boxes):
        for box in row:
            last = found[-1] if found and box is not row[0] else None
            if last and box.left - last.right < _WORD_GAP * min(last.size, box.size):
                found[-1] = merged(last, box, " " if _apart(last, box) else "")
            else:
                found.append(box)
    return found


def _rows(boxes: Sequence[Box]) -> Iterator[list[Box]]:
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
    gap = right.left - left.right
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
    """Tell whether columns of prose stand on both sides of a strip, beside each other."""
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
    """Tell whether most lines fill their column, as the cells of a table do not."""
    lefts = sorted(side, key=lambda b: b.left)
    edges: list[float] = []
    for box in lefts:
        if not edges or box.left - edges[-1] > 3 * size:
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
    for row in _rows(block):
        line = row[0]
        for box in row[1:]:
            line = merged(line, box, " | ")
        lines.append(line)
    return lines


def _lines(block: Block, levels: dict[float, int]) -> Iterator[str]:
    """Yield the lines of a block as text: marked headings, indents, blanks where it has gaps."""
    steps = [above.bottom - below.bottom for above, below in pairwise(block)]
    step = median(steps) if steps else 0.0
    left = median(line.left for line in block)
    previous: Box | None = None
    for line in block:
        level = levels.get(round(line.size, 1), 0) if len(line.text) <= _LONGEST_HEADING else 0
        if previous is not None:
            grown = abs(line.size - previous.size) > 0.15 * previous.size
            if grown or previous.bottom - line.bottom > 1.4 * step:
                yield ""
        indent = "  " if line.left - left > 0.9 * line.size else ""
        yield f"{'#' * level} {line.text}" if level else f"{indent}{line.text}"
        previous = line


def _middle(sizes: Counter[float]) -> float:
    """Return the size in which most text is set: the median over characters."""
    half, seen = sum(sizes.values()) / 2, 0
    for size in sorted(sizes):
        seen += sizes[size]
        if seen >= half:
            return size
    return 0.0


def _levels(sizes: Sequence[float]) -> dict[float, int]:
    """Return the level of each heading size, the largest first; sizes that are near are one."""
    levels: dict[float, int] = {}
    level, last = 0, 0.0
    for size in sorted(sizes, reverse=True):
        if not last or size < last * 0.92:
            level, last = min(level + 1, 4), size
        levels[size] = level
    return levels


def _without_furniture(pages: list[list[Block]]) -> list[list[Block]]:
    """Leave out page numbers, and what stands at the head or foot of most pages."""
    edges = Counter(key for blocks in pages for key in {_key(line) for line in _edges(blocks)})
    common = {key for key, count in edges.items() if len(pages) > 2 and count * 2 > len(pages)}
    kept: list[list[Block]] = []
    for blocks in pages:
        drop = {
            id(line)
            for line in _edges(blocks)
            if _PAGE_NUMBER.fullmatch(line.text) or _key(line) in common
        }
        kept.append([[line for line in block if id(line) not in drop] for block in blocks])
    return kept


def _edges(blocks: Sequence[Block]) -> list[Box]:
    """Return the highest and the lowest line of a page."""
    lines = [line for block in blocks for line in block]
    if not lines:
        return []
    return [max(lines, key=lambda b: b.top), min(lines, key=lambda b: b.bottom)]


def _key(line: Box) -> str:
    return re.sub(r"\d+", "0", line.text)
