"""Turn the pieces of newspaper pages into the marked lines that the editor's rules read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median

from index.documents.columns import Block, Box, order
from index.documents.newspaper.articles import split_articles
from index.models import Article, Document

_HEADING = 1.2  # in body sizes
_LONGEST_HEADING = 120
_MOST_BLOCKS = 200
_PAGE_NUMBER = re.compile(
    r"\W*(?:第\s*)?(?:[Pp]age\s+)?\d{1,4}(?:\s*(?:页|頁|/|of)\s*\d{0,4})?\W*", re.IGNORECASE
)


def read_press(source: str, pages: Sequence[Sequence[Box]]) -> tuple[Article, ...]:
    """Return the articles of newspaper pages; none if the pages look like another document's.

    A newspaper sets prose in columns, and signs or dates its stories.
    """
    if any(box.grid or box.field for boxes in pages for box in boxes):
        return ()
    if not any(_are_beside(order(boxes)) for boxes in pages):
        return ()
    articles = split_articles(Document(source, pages_text(pages)))
    return articles if any(article.byline for article in articles) else ()


def _are_beside(blocks: Sequence[Block]) -> bool:
    """Return True if two blocks of a page stand beside each other, as columns do."""
    sides = [
        (min(b.left for b in block), max(b.right for b in block), block[-1].bottom, block[0].top)
        for block in blocks[:_MOST_BLOCKS]
        if len(block) > 1
    ]
    return any(
        one[1] <= other[0]
        and min(one[3], other[3]) - max(one[2], other[2])
        > 0.5 * min(one[3] - one[2], other[3] - other[2])
        for one in sides
        for other in sides
    )


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
