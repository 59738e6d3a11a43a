"""Make blocks of the paragraphs of a page, and lines of a page out of blocks."""

from __future__ import annotations

from collections.abc import Sequence

from index.documents.newspaper.lines import Line, width
from index.models import Block, BlockKind

_KINDS = {"heading": BlockKind.HEADING, "row": BlockKind.TABLE_ROW, "code": BlockKind.CODE}
_LINE_KINDS = {
    BlockKind.HEADING: "heading",
    BlockKind.LIST_ITEM: "item",
    BlockKind.TABLE_HEADER: "row",
    BlockKind.TABLE_ROW: "row",
    BlockKind.CODE: "code",
}


def page_blocks(paragraphs: Sequence[str], lines: Sequence[Line]) -> tuple[str, tuple[Block, ...]]:
    """Return the text of an article and its blocks, a paragraph each.

    `lines` are those that the paragraphs were made of: one that is a whole paragraph tells
    whether it is a heading, an item or a row.
    """
    known = {line.text: line for line in lines if line.kind != "text"}
    blocks: list[Block] = []
    headings: list[tuple[int, str]] = []
    start = group = 0
    for paragraph in paragraphs:
        line = known.get(paragraph)
        kind = _KINDS.get(line.kind, BlockKind.PARAGRAPH) if line else BlockKind.PARAGRAPH
        level = line.level if line and kind is BlockKind.HEADING else 0
        if level:
            while headings and headings[-1][0] >= level:
                headings.pop()
        row = kind is BlockKind.TABLE_ROW
        follows = bool(blocks) and blocks[-1].kind is BlockKind.TABLE_ROW
        group += row and not follows
        end = start + len(paragraph)
        cells = _cells(paragraph, start) if row else ()
        blocks.append(
            Block(
                kind, start, end, tuple(text for _, text in headings), level,
                group=group if row else 0, columns=("",) * len(cells), cells=cells,
            )
        )  # fmt: skip
        if level:
            headings.append((level, paragraph))
        start = end + 1
    return "\n".join(paragraphs), tuple(blocks)


def lines_of(text: str, blocks: Sequence[Block]) -> list[Line]:
    """Return blocks as the lines of a page, each apart from the one before."""
    lines: list[Line] = []
    for block in blocks:
        shown = text[block.start : block.end]
        kind = _LINE_KINDS.get(block.kind, "text")
        for part in shown.split("\n"):
            if part.strip():
                level = block.level if kind == "heading" else 0
                lines.append(Line(part, 1, kind, level, 0, width(part)))  # type: ignore[arg-type]
    return lines


def _cells(row: str, start: int) -> tuple[tuple[int, int], ...]:
    """Return the places of the cells of a row that begins at `start`."""
    cells: list[tuple[int, int]] = []
    for cell in row.split(" | "):
        cells.append((start, start + len(cell)))
        start += len(cell) + len(" | ")
    return tuple(cells)
