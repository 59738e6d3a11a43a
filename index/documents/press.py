"""Turn the pieces of newspaper pages into the marked lines that the editor's rules read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median

from index.documents.columns import Block, Box, order
from index.documents.furniture import without_furniture
from index.documents.layout import type_of
from index.documents.newspaper.articles import split_articles
from index.models import Article, Document

_LONGEST_HEADING = 120
_MOST_BLOCKS = 200


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

    What most pages repeat is left out.
    """
    printed = without_furniture([order(boxes) for boxes in pages])
    levels = type_of(printed).levels
    return "\n\n".join("\n".join(_lines(block, levels)) for blocks in printed for block in blocks)


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
