"""What the readers of laid-out formats find, in reading order, and how it becomes an article."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from index.documents.builder import BlockBuilder
from index.documents.cleaning import clean_text
from index.documents.grids import Grid, write_grid
from index.documents.links import Link
from index.documents.newspaper.dates import find_date, is_date_line
from index.documents.prose import STRONG, STRONG_END, add_prose
from index.documents.questions import pair_questions
from index.models import Article, BlockKind

_LONGEST_TITLE = 200
# What programs put into the title property when nobody does.
_NO_TITLES = ("microsoft word", "untitled", "document", "template", "word document", "normal")
_LONGEST_HEADLINE = 120
_HEAD, _FOOT = 6, 3  # pieces among which a document says its date
_ENDS = (".", ",", ";", "。", "，", "；", "!", "！", "?", "？", ":", "：")


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing that a reader of the file sees: a heading, a paragraph, a list item, a table.

    `apart` says that it belongs to no section, as what stands at the head of every page;
    `strong` that its type is bold or large, as that of headings is. `links` are its linked words.
    """

    kind: BlockKind
    text: str = ""
    level: int = 0
    number: str = ""
    page: str = ""
    ocr: bool = False
    apart: bool = False
    strong: bool = False
    grid: Grid | None = None
    links: tuple[Link, ...] = ()


def compose_article(
    source: str, pieces: Iterable[Piece], *, title: str = "", given: str = ""
) -> Article | None:
    """Return the one article of a file, or None if it holds no text.

    `title` is what the document calls itself and is no piece; `given` is what its properties
    call it, taken where the document has no heading above all others.
    """
    found = [clean for piece in pieces if (clean := _clean(piece))]
    if not found and not title:
        return None
    if not any(piece.kind is BlockKind.HEADING for piece in found):
        found = _with_headings(found)
    if not title:
        title, found = _own_title(found)
    if not title:
        first = found[0] if found and found[0].kind is BlockKind.HEADING else None
        title = (
            _given_title(given, found)
            or (first.text if first else "")
            or PurePosixPath(source).stem
        )
    builder = BlockBuilder()
    write_pieces(builder, found or [Piece(BlockKind.PARAGRAPH, title)])
    shown = " ".join(title.split())[:_LONGEST_TITLE]
    blocks = pair_questions(builder.text, builder.blocks)
    return Article(f"{source}#1", source, shown, builder.text, date=_date(found), blocks=blocks)


def write_pieces(builder: BlockBuilder, pieces: Sequence[Piece]) -> None:
    """Write pieces as blocks: items that follow each other are one list, code is one block."""
    group, before = 0, None
    for piece in _joined_code(pieces):
        builder.page, builder.ocr, since = piece.page, piece.ocr, builder.count
        if piece.apart:
            builder.close_headings()
        if piece.grid is not None:
            write_grid(builder, piece.grid)
        elif piece.kind is BlockKind.HEADING:
            builder.heading(piece.text, piece.level)
        elif piece.kind is BlockKind.LIST_ITEM:
            group = group if before is BlockKind.LIST_ITEM else builder.new_group()
            builder.item(piece.text, group=group, depth=piece.level, number=piece.number)
        elif piece.kind is BlockKind.CODE:
            builder.code(piece.text)
        elif piece.kind is BlockKind.LABELLED_VALUE:
            builder.labelled(piece.number, piece.text)
        elif piece.kind is BlockKind.PARAGRAPH:
            add_prose(builder, f"{STRONG}{piece.text}{STRONG_END}" if piece.strong else piece.text)
        else:
            builder.paragraph(piece.text, piece.kind)
        builder.add_links(piece.links, since)
        before = piece.kind


def _joined_code(pieces: Sequence[Piece]) -> list[Piece]:
    joined: list[Piece] = []
    lines: list[str] = []
    for piece in pieces:
        if piece.kind is BlockKind.CODE and joined and joined[-1].kind is BlockKind.CODE:
            lines.append(piece.text)
            continue
        if len(lines) > 1:
            joined[-1] = replace(joined[-1], text="\n".join(lines))
        lines = [piece.text]
        joined.append(piece)
    if len(lines) > 1:
        joined[-1] = replace(joined[-1], text="\n".join(lines))
    return joined


def _own_title(pieces: list[Piece]) -> tuple[str, list[Piece]]:
    """Return the title that stands above all others, and the pieces below it."""
    first = pieces[0]
    if first.kind is BlockKind.HEADING and len(pieces) > 1:
        later = [piece.level for piece in pieces[1:] if piece.kind is BlockKind.HEADING]
        return ("", pieces) if first.level >= min(later, default=9) else (first.text, pieces[1:])
    count = next((at for at, piece in enumerate(pieces[:3]) if not _is_headline(piece)), 3)
    count = min(count, 2, len(pieces) - 1)
    return " ".join(piece.text for piece in pieces[:count]), pieces[count:]


def _given_title(given: str, pieces: Sequence[Piece]) -> str:
    """Return the title property if a person seems to have written it for this text."""
    shown = " ".join(given.split())
    folded = shown.casefold()
    if folded.startswith(_NO_TITLES) or re.search(r"[\w)]\.\w{2,4}$|_", folded):
        return ""
    head = " ".join("\n".join(piece.text for piece in pieces[:20]).split()).casefold()
    return shown if folded in head or len(shown.split()) > 1 else ""


def _date(pieces: Sequence[Piece]) -> str:
    """Return the date that stands on a line of its own at the head or the end, as printed."""
    ends = [*pieces[:_HEAD], *pieces[len(pieces) - _FOOT :]] if len(pieces) > _HEAD else pieces
    lines = (piece.text.strip() for piece in ends if piece.kind is BlockKind.PARAGRAPH)
    return next((find_date(line) or line for line in lines if is_date_line(line)), "")


def _is_headline(piece: Piece) -> bool:
    """Return True if a paragraph looks like a heading, whatever its style calls it."""
    text = piece.text.rstrip()
    strong = piece.strong or (text.isupper() and text.isascii())
    fits = strong and 0 < len(text) <= _LONGEST_HEADLINE and not text.endswith(_ENDS)
    return fits and piece.kind is BlockKind.PARAGRAPH and any(map(str.isalpha, text))


def _with_headings(pieces: list[Piece]) -> list[Piece]:
    """Return pieces whose bold or large lines are headings, in a text whose styles mark none."""
    heads = {at for at, piece in enumerate(pieces) if _is_headline(piece)}
    paragraphs = sum(piece.kind is BlockKind.PARAGRAPH for piece in pieces)
    first = next((at for at in range(len(pieces)) if at not in heads), len(pieces))
    heads -= set(range(min(first, 2)))  # these are the title
    if len(heads) * 2 > paragraphs:
        return pieces
    return [
        replace(piece, kind=BlockKind.HEADING, level=2) if at in heads else piece
        for at, piece in enumerate(pieces)
    ]


def _clean(piece: Piece) -> Piece | None:
    """Return a piece without what nobody sees, or None if nothing is left."""
    if piece.grid is not None:
        rows = [[cell and clean_text(cell) for cell in row] for row in piece.grid.rows]
        return replace(piece, grid=replace(piece.grid, rows=rows))
    text = clean_text(piece.text)
    return replace(piece, text=text) if text.strip() or piece.number else None
