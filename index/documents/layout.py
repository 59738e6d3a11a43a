"""Turn the pieces of printed pages into what a reader sees: headings, paragraphs, lists, tables."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from index.documents.columns import Block, Box, merged, regions, rows_of, runs_left
from index.documents.furniture import without_furniture
from index.documents.links import Link
from index.documents.loose_tables import LooseTable, split_tables
from index.documents.newspaper.join_lines import compose, words_of
from index.documents.page_notes import with_notes
from index.documents.pdf_links import with_links
from index.documents.pieces import Piece
from index.documents.scripts import raised
from index.models import BlockKind

_HEADING = 1.15  # in body sizes
_LONGEST_HEADING = 150
_LONG = 60  # characters: a paragraph that may go on elsewhere
_SHORT = 0.6  # of the width of a column: a line that ends before is one of its own
_BULLET = re.compile(r"[•●○◦▪■□▶➢❖‣·∙\uf0b7\uf0a7]\s*|[-–—*]\s+(?=[^\W_])")
_TICK = re.compile(r"[☐☑☒]\s*")
_NUMBER = re.compile(
    r"(?:\(?(?:\d{1,2}|[a-zA-Z]|[ivx]{1,4})\)|\d{1,2}\.|\d{1,2}(?:\.\d{1,2}){1,3}\.?)(?=\s|$)"
)
_CJK_NUMBER = re.compile(r"[（(]?[一二三四五六七八九十]{1,3}[)）、.．]")
_NOTE = re.compile(r"([⁰¹²³⁴⁵⁶⁷⁸⁹]+|[*†‡∗]|\d{1,2}(?=\s))\s*(?=\S)")
_SENTENCE_END = (".", "!", "?", "。", "！", "？", "”", ":", "：", ";", "；")


@dataclass(frozen=True, slots=True)
class PrintedPage:
    """A page as its pieces; `aside` are lines that are turned, `links` its linked words.

    `ocr` says that its words were recognised in a picture, `is_picture` that they may be.
    """

    number: int
    boxes: Sequence[Box]
    aside: Sequence[str] = ()
    ocr: bool = False
    is_picture: bool = False
    links: Sequence[Link] = ()


@dataclass(frozen=True, slots=True)
class _Type:
    """How a document is set: the size of its body, and the level of each larger size."""

    body: float
    levels: dict[float, int]
    bold_level: int


def read_layout(pages: Sequence[PrintedPage]) -> list[Piece]:
    """Return what stands on pages, in reading order, without what is repeated on each."""
    parts = without_furniture([regions(page.boxes) for page in pages])
    setting = type_of(parts)
    pieces: list[Piece] = []
    seen: set[str] = set()
    for page, blocks in zip(pages, parts, strict=True):
        found = [piece for block in blocks for piece in _block(block, setting)]
        aside = [line for line in page.aside if line not in seen]
        seen.update(aside)
        found.extend(Piece(BlockKind.NOTE, line, apart=True) for line in aside)
        found = with_links(found, page.links)
        pieces.extend(replace(piece, page=str(page.number), ocr=page.ocr) for piece in found)
    return with_notes(_joined_pages(pieces))


def type_of(parts: Sequence[Sequence[Block]]) -> _Type:
    """Return how pages are set; sizes that are near are one level."""
    sizes, bold = Counter[float](), 0
    for box in (box for blocks in parts for block in blocks for box in block if not box.grid):
        sizes[round(box.size, 1)] += len(box.text)
        bold += len(box.text) * box.bold
    half, seen, body = sum(sizes.values()) / 2, 0, 0.0
    for size in sorted(sizes):
        seen += sizes[size]
        if seen >= half:
            body = size
            break
    levels: dict[float, int] = {}
    level, last = 0, 0.0
    for size in sorted((size for size in sizes if size >= body * _HEADING), reverse=True):
        if not last or size < last * 0.92:
            level, last = min(level + 1, 5), size
        levels[size] = level
    mostly = bold * 2 > sum(sizes.values())
    return _Type(body, levels, 0 if mostly else min(level + 1, 6))


def _block(block: Block, setting: _Type) -> Iterator[Piece]:
    """Yield the pieces of one part of a page: its tables, and the text between them."""
    for part in split_tables([row for row in rows_of(block)]):
        if isinstance(part, LooseTable):
            yield Piece(BlockKind.TABLE_ROW, grid=part.grid)
            continue
        lines: list[Box] = []
        for row in part:
            if any(box.grid or box.field for box in row):
                yield from _text(lines, setting)
                lines = []
                yield from _form(row)
            else:
                lines.extend(_apart(row))
        yield from _text(lines, setting)


def _apart(row: Sequence[Box]) -> Iterator[Box]:
    """Yield the pieces of a row; the mark of a list item belongs to what it stands before."""
    rest = list(row)
    while rest:
        first = rest.pop(0)
        if rest and _marker(f"{first.text} ") and len(first.text) < 7:
            first = merged(first, rest.pop(0), " ")
        yield first


def _form(row: Sequence[Box]) -> Iterator[Piece]:
    """Yield what stands on a line that somebody filled in, label by label."""
    label = ""
    for box in row:
        if box.grid is not None:
            yield Piece(BlockKind.TABLE_ROW, grid=box.grid)
        elif not box.field:
            if label:
                yield _unfilled(label)
            label = box.text
        elif box.text in "☐☒":
            label = f"{label} {box.text}".strip()
        else:
            name = label.rstrip(" :：_.")
            yield Piece(
                BlockKind.LABELLED_VALUE if name else BlockKind.PARAGRAPH, box.text, number=name
            )
            label = ""
    if label:
        yield _unfilled(label)


def _unfilled(label: str) -> Piece:
    tick = _TICK.match(label)
    if tick:
        return Piece(BlockKind.LIST_ITEM, label[tick.end() :], number=tick.group().strip())
    return Piece(BlockKind.PARAGRAPH, label)


def _text(lines: Sequence[Box], setting: _Type) -> Iterator[Piece]:
    """Yield the headings, paragraphs and list items that lines of text make."""
    if not lines:
        return
    words = words_of([line.text for line in lines])
    right, left = max(line.right for line in lines), min(line.left for line in lines)
    steps = sorted(a.bottom - b.bottom for a, b in zip(lines, lines[1:], strict=False))
    step = steps[len(steps) // 3] if steps else 0.0
    paragraph: list[Box] = []
    for line in lines:
        if paragraph and not _goes_on(paragraph, line, (left, right), step):
            yield from _piece(paragraph, words, setting, left)
            paragraph = []
        paragraph.append(line)
    yield from _piece(paragraph, words, setting, left)


def _goes_on(paragraph: Sequence[Box], line: Box, edges: tuple[float, float], step: float) -> bool:
    """Return True if a line continues a paragraph."""
    last, first = paragraph[-1], paragraph[0]
    size = min(last.size, line.size)
    if (
        _starts_item(last, line, edges)
        or abs(last.size - line.size) > 0.12 * size
        or last.bold
        and not line.bold
    ):
        return bool(last.bold and not line.bold and _inline(paragraph, line, step))
    fall = last.bottom - line.bottom
    if fall > max(1.45 * step, 1.2 * size) and fall > 1.3 * size or fall < -size:
        return False
    if line.bold and not last.bold and last.text.endswith(_SENTENCE_END):
        return False
    if _marker(first.text):
        return line.left > first.left + 0.3 * size or not last.text.endswith(_SENTENCE_END)
    indent = _indent(line, edges)
    further = indent > 0.8 * size and indent > _indent(last, edges) + 0.8 * size
    if further and (len(paragraph) > 1 or last.text.endswith(_SENTENCE_END)):
        return False
    if not _had_room(last, line, edges) or line.text[0].islower():
        return True
    short = last.right - last.left < _SHORT * (edges[1] - edges[0])
    return not short and not last.text.endswith(_SENTENCE_END)


def _starts_item(last: Box, line: Box, edges: tuple[float, float]) -> bool:
    """Return True if a line begins a list item; a number may also begin a line in a sentence."""
    if _BULLET.match(line.text) or _TICK.match(line.text):
        return True
    full = not _had_room(last, line, edges) and not last.text.endswith(_SENTENCE_END)
    return _marker(line.text) and not full


def _indent(line: Box, edges: tuple[float, float]) -> float:
    """Return how far a line is set in from the edge at which lines begin."""
    return edges[1] - line.right if runs_left(line.text) else line.left - edges[0]


def _inline(paragraph: Sequence[Box], line: Box, step: float) -> bool:
    """Return True if plain text goes on what began in bold type, as after a label set in it."""
    last = paragraph[-1]
    close = last.bottom - line.bottom < 1.45 * max(step, 1.0)
    return close and abs(last.size - line.size) < 0.12 * line.size and line.text[0].islower()


def _had_room(last: Box, line: Box, edges: tuple[float, float]) -> bool:
    """Return True if the first word of a line would have fitted at the end of the line before."""
    word = line.text.split(" ", 1)[0]
    width = (line.right - line.left) * len(word) / max(len(line.text), 1)
    room = last.left - edges[0] if runs_left(last.text) else edges[1] - last.right
    return room > width + 0.8 * last.size


def _piece(
    paragraph: Sequence[Box], words: frozenset[str], setting: _Type, left: float
) -> Iterator[Piece]:
    text = compose([line.text for line in paragraph], words)
    first = paragraph[0]
    level = setting.levels.get(round(first.size, 1), 0)
    if (
        not level
        and all(line.bold for line in paragraph)
        and not text.endswith((".", "。", ",", ";"))
    ):
        level = setting.bold_level
    letters = any(map(str.isalpha, text))
    if (
        level
        and letters
        and "@" not in text
        and len(text) <= _LONGEST_HEADING
        and len(paragraph) < 4
    ):
        bullet = _BULLET.match(text)
        yield Piece(BlockKind.HEADING, text[bullet.end() :] if bullet else text, level)
        return
    mark = _TICK.match(text) or _BULLET.match(text)
    if mark and text[mark.end() :].strip():
        tick = mark.group().strip() if _TICK.match(text) else ""
        depth = min(int((first.left - left) / max(2 * first.size, 1)), 5)
        yield Piece(BlockKind.LIST_ITEM, text[mark.end() :], depth, tick)
    elif number := _NUMBER.match(text) or _CJK_NUMBER.match(text):
        rest = text[number.end() :].strip()
        kind = BlockKind.LIST_ITEM if rest else BlockKind.PARAGRAPH
        depth = min(int((first.left - left) / max(2 * first.size, 1)), 5)
        yield Piece(kind, rest or text, depth, number.group() if rest else "")
    elif first.size < 0.95 * setting.body and (note := _NOTE.match(text)):
        yield Piece(BlockKind.NOTE, text[note.end() :], number=raised(note.group(1)))
    else:
        yield Piece(BlockKind.PARAGRAPH, text)


def _marker(text: str) -> bool:
    """Return True if a line begins as a list item does."""
    return any(form.match(text) for form in (_BULLET, _TICK, _NUMBER, _CJK_NUMBER))


def _joined_pages(pieces: list[Piece]) -> list[Piece]:
    """Return pieces with the paragraphs joined that a page or column breaks in mid-sentence."""
    joined: list[Piece] = []
    place = -1  # of the last piece that is no note
    for piece in pieces:
        if place >= 0 and _is_broken(joined[place], piece):
            last = joined[place]
            text = compose([last.text, piece.text], words_of([last.text, piece.text]))
            joined[place] = replace(last, text=text, links=(*last.links, *piece.links))
            continue
        if piece.kind is not BlockKind.NOTE:
            place = len(joined)
        joined.append(piece)
    return joined


def _is_broken(last: Piece, piece: Piece) -> bool:
    """Return True if a piece is the rest of a long paragraph or item that broke off."""
    if last.kind not in {BlockKind.PARAGRAPH, BlockKind.LIST_ITEM} or last.grid or piece.grid:
        return False
    unfinished = len(last.text) > _LONG and not last.text.endswith(_SENTENCE_END)
    return piece.kind is BlockKind.PARAGRAPH and unfinished and piece.text[:1].islower()
