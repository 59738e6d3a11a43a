"""What of a passage can be quoted, and how a model reads it: units and windows."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from index.models import Block, BlockKind, Chunk
from language.sentences import sentence_spans

# Parts of a passage that say what others are about and answer nothing by themselves.
_CONTEXT = frozenset((BlockKind.HEADING, BlockKind.QUESTION, BlockKind.TABLE_HEADER))
_WHOLE = frozenset((BlockKind.TABLE_ROW, BlockKind.LABELLED_VALUE, BlockKind.LIST_ITEM))
# An item or a row of more characters is quoted by its sentences.
_LONGEST_WHOLE = 400
HEAD_SEPARATOR = " > "


@dataclass(frozen=True, slots=True)
class Unit:
    """A sentence, list item, row, labelled value or line of code that can be quoted.

    Or a whole list with the line that leads into it: `items` is then the number of its items.
    `start` and `end` count characters of the article's text, `first` and `last` characters of its
    window; `block` is its block, the first item of a list.
    """

    start: int
    end: int
    first: int
    last: int
    block: Block
    items: int = 0


@dataclass(frozen=True, slots=True)
class Window:
    """A passage as a model reads it: a row has its column names before its cells.

    `head` is the article's title and the headings above, `units` what can be quoted, in order.
    """

    chunk: Chunk
    head: str
    text: str
    units: tuple[Unit, ...]
    _places: tuple[tuple[int, int, int], ...]

    def article_span(self, first: int, last: int) -> tuple[int, int] | None:
        """Return the span of the article's text that `text[first:last]` shows; None if it shows
        what stands nowhere, such as a column name.
        """
        at = bisect_right(self._places, (first, 1 << 60, 0)) - 1
        if at < 0:
            return None
        place, start, length = self._places[at]
        if last > place + length:
            return None
        return start + first - place, start + last - place


def head_of(title: str, path: tuple[str, ...]) -> str:
    """Return the title and the headings above a passage in one line."""
    return HEAD_SEPARATOR.join(part for part in (title, *path) if part)


def window_of(chunk: Chunk, title: str) -> Window:
    """Return a passage as a model reads it."""
    builder = _Builder(chunk)
    whole = Block(BlockKind.PARAGRAPH, chunk.start, chunk.end)
    for block in chunk.blocks or (whole,):
        builder.add(block)
    units = sorted([*builder.units, *_lists(builder)], key=lambda unit: (unit.first, -unit.last))
    return Window(
        chunk, head_of(title, chunk.path), builder.text, tuple(units), tuple(builder.places)
    )


def _lists(builder: _Builder) -> Iterator[Unit]:
    """Yield the lists of two items and more that lie in a passage, each as one unit."""
    groups: dict[int, list[Unit]] = {}
    for unit in builder.units:
        if unit.block.kind is BlockKind.LIST_ITEM and unit.block.group:
            groups.setdefault(unit.block.group, []).append(unit)
    for units in groups.values():
        items = len({unit.block.start for unit in units})
        if items < 2:
            continue
        first, block = units[0].first, units[0].block
        start = units[0].start
        if builder.chunk.start <= block.lead < start:
            start, first = block.lead, builder.place_of(block.lead)
        yield Unit(start, units[-1].end, first, units[-1].last, block, items)


class _Builder:
    """Collects the text of a window with its units."""

    def __init__(self, chunk: Chunk) -> None:
        self.chunk = chunk
        self.text = ""
        self.units: list[Unit] = []
        self.places: list[tuple[int, int, int]] = []

    def place_of(self, start: int) -> int:
        """Return where the block that starts at a place of the article stands in the window."""
        return next(place for place, begins, _ in self.places if begins == start)

    def add(self, block: Block) -> None:
        """Add one block, and what of it can be quoted."""
        if self.text:
            self.text += "\n"
        first = len(self.text)
        if block.columns and block.kind is BlockKind.TABLE_ROW:
            self._row(block)
        else:
            self._verbatim(block.start, block.end)
        if block.kind in _CONTEXT:
            return
        if block.kind in _WHOLE and block.end - block.start <= _LONGEST_WHOLE:
            self.units.append(Unit(block.start, block.end, first, len(self.text), block))
            return
        for start, end in _parts(self._text(block.start, block.end), block.kind):
            place = first + start
            self.units.append(
                Unit(block.start + start, block.start + end, place, first + end, block)
            )

    def _text(self, start: int, end: int) -> str:
        return self.chunk.text[start - self.chunk.start : end - self.chunk.start]

    def _verbatim(self, start: int, end: int) -> None:
        self.places.append((len(self.text), start, end - start))
        self.text += self._text(start, end)

    def _row(self, block: Block) -> None:
        """Write a row as "column: cell; column: cell"; empty cells are left out."""
        written = False
        for name, (start, end) in zip(block.columns, block.cells, strict=True):
            if start == end:
                continue
            if written:
                self.text += "; "
            if name:
                self.text += f"{name}: "
            self._verbatim(start, end)
            written = True


def _parts(text: str, kind: BlockKind) -> Iterator[tuple[int, int]]:
    """Yield what of a block's text can be quoted by itself, as offsets into it."""
    if kind is not BlockKind.CODE:
        yield from sentence_spans(text)
        return
    start = 0
    for line in text.split("\n"):
        if line.strip():
            yield start + len(line) - len(line.lstrip()), start + len(line.rstrip())
        start += len(line) + 1
