"""Choose what is quoted: up to two sentences, one list whole, or up to three rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from index.models import ArticleHead, Block, BlockKind
from retrieval.answer.reader import UnitReading
from retrieval.citations import links_in
from retrieval.models import Citation

# How far, in log-odds, a further sentence or row may stand behind the best.
_SENTENCE_BEHIND, _ROW_BEHIND = 3.0, 1.5
# And the sentence beside it in its paragraph, without which it is often not understood.
_BESIDE_BEHIND, _LONGEST_BESIDE = 6.0, 400
_MOST_SENTENCES, _MOST_ROWS = 2, 3
_MOST_ITEMS, _MOST_LIST_CHARACTERS = 12, 700
# A span is shown in bold from this likelihood on, if it is no more than this share of its unit.
_SURE_SPAN, _BOLD_SHARE = 0.3, 0.6
# A figure is bold whole: 1,200, 9:30, 3/4, 10–12.
_FIGURE = re.compile(r"\d+(?:[.,:/'’\u00a0\u202f–-]\d+)+")

Heads = Mapping[str, ArticleHead]


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of an article to quote, with how it is shown."""

    reading: UnitReading
    start: int
    end: int
    shown: str = ""
    highlight: tuple[int, int] | None = None


def quotes_of(
    readings: Sequence[UnitReading], heads: Heads, may_follow: Callable[[UnitReading], bool]
) -> list[Citation]:
    """Return what to quote, best first; `may_follow` tells of a unit whether it may be second."""
    ranked = sorted(readings, key=lambda reading: -reading.rank)
    if not ranked:
        return []
    best = ranked[0]
    if best.unit.items:
        pieces = [_list(best)]
    elif best.unit.block.kind is BlockKind.TABLE_ROW:
        pieces = [_row(reading) for reading in _rows(best, ranked, may_follow)]
    else:
        pieces = [_sentence(best)]
    if len(pieces) < _MOST_SENTENCES and not best.unit.items:
        pieces += _further(best, ranked, may_follow, _MOST_SENTENCES - len(pieces))
    if len(pieces) == 1 and (beside := _beside(best, ranked)):
        pieces = [_with(pieces[0], beside)]
    return [_quote(piece, heads) for piece in pieces]


def quote_of(reading: UnitReading, heads: Heads) -> Citation:
    """Return the quote of one unit alone, nothing in bold."""
    return replace(_quote(_piece(reading), heads), highlight=None)


def sentence_quote(reading: UnitReading, heads: Heads) -> Citation:
    """Return the quote of a sentence, what answers in bold."""
    return _quote(_sentence(reading), heads)


def _piece(reading: UnitReading) -> _Piece:
    if reading.unit.items:
        return _list(reading)
    is_row = reading.unit.block.kind is BlockKind.TABLE_ROW
    return _row(reading) if is_row else _sentence(reading)


def _further(
    best: UnitReading,
    ranked: Sequence[UnitReading],
    may_follow: Callable[[UnitReading], bool],
    count: int,
) -> list[_Piece]:
    """Return further units that answer too, nearly as surely as the best."""
    enough = best.rank - _SENTENCE_BEHIND
    found: list[_Piece] = []
    for reading in ranked[1:]:
        if len(found) == count or reading.rank < enough:
            break
        if not may_follow(reading):
            continue
        known = (best.text, *(piece.reading.text for piece in found))
        if reading.unit.items or reading.text in known:
            continue
        found.append(_piece(reading))
    return found


def _beside(best: UnitReading, ranked: Sequence[UnitReading]) -> UnitReading | None:
    """Return the likelier of the sentences before and after the best one in its paragraph."""
    if best.unit.items or best.unit.block.kind in (BlockKind.TABLE_ROW, BlockKind.CODE):
        return None
    near = (
        reading
        for reading in ranked
        if reading.window.chunk.id == best.window.chunk.id
        and reading.unit.block == best.unit.block
        and not reading.unit.items
        and reading.rank >= best.rank - _BESIDE_BEHIND
        and len(reading.text) <= _LONGEST_BESIDE
        and _touches(reading, best)
    )
    return next(near, None)


def _touches(one: UnitReading, other: UnitReading) -> bool:
    """Return True if nothing but white space stands between two units."""
    first, second = sorted((one.unit, other.unit), key=lambda unit: unit.start)
    chunk = one.window.chunk
    between = chunk.text[first.end - chunk.start : second.start - chunk.start]
    return first.end <= second.start and not between.strip()


def _with(piece: _Piece, beside: UnitReading) -> _Piece:
    """Return a piece together with the sentence beside it, as one stretch of the article."""
    start = min(piece.start, beside.unit.start)
    bold, moved = piece.highlight, piece.start - start
    return replace(
        piece,
        start=start,
        end=max(piece.end, beside.unit.end),
        highlight=(bold[0] + moved, bold[1] + moved) if bold else None,
    )


def _group_of(readings: Sequence[UnitReading], best: UnitReading) -> list[UnitReading]:
    """Return the readings of the list or table that the best unit belongs to, in order."""
    group = best.unit.block.group
    return [
        reading
        for reading in readings
        if group
        and reading.window.chunk.article_id == best.window.chunk.article_id
        and reading.unit.block.group == group
    ]


def _list(reading: UnitReading) -> _Piece:
    """Return a list whole with the line that leads into it.

    One that is longer than may be quoted is cut at an item, with a count of the rest.
    """
    unit, chunk = reading.unit, reading.window.chunk
    items = [
        block
        for block in chunk.blocks
        if block.kind is BlockKind.LIST_ITEM and block.group == unit.block.group
    ]
    kept = 1
    while kept < min(len(items), _MOST_ITEMS) and (
        items[kept].end - unit.start <= _MOST_LIST_CHARACTERS
    ):
        kept += 1
    lines = [] if unit.start == items[0].start else [_line(reading, unit.start, items[0].start)]
    lines += [f"{'  ' * b.level}• {_line(reading, b.start, b.end)}" for b in items[:kept]]
    if kept < len(items):
        lines.append(f"… +{len(items) - kept}")
    return _Piece(reading, unit.start, items[kept - 1].end, "\n".join(lines))


def _line(reading: UnitReading, start: int, end: int) -> str:
    """Return a stretch of the article on one line."""
    chunk = reading.window.chunk
    return " ".join(chunk.text[start - chunk.start : end - chunk.start].split())


def _rows(
    best: UnitReading,
    ranked: Sequence[UnitReading],
    may_follow: Callable[[UnitReading], bool],
) -> list[UnitReading]:
    """Return the rows of the best one's table that answer nearly as surely, best first."""
    enough = best.rank - _ROW_BEHIND
    rows = [r for r in _group_of(ranked, best) if r is best or (r.rank >= enough and may_follow(r))]
    return rows[:_MOST_ROWS]


def _row(reading: UnitReading) -> _Piece:
    """Show a row with its column names: "Saturday · Laser room: 10:00–18:00"."""
    block = reading.unit.block
    parts: list[str] = []
    for name, cell in zip(block.columns, reading.cells, strict=True):
        if cell:
            parts.append(f"{name}: {cell}" if name and parts else cell)
    shown = " · ".join(parts) if any(block.columns) else ""
    return _Piece(reading, reading.unit.start, reading.unit.end, shown)


def _sentence(reading: UnitReading) -> _Piece:
    unit = reading.unit
    return _Piece(reading, unit.start, unit.end, highlight=_highlight(reading))


def _highlight(reading: UnitReading) -> tuple[int, int] | None:
    """Return the span that answers as offsets into its unit, where it is sure and short."""
    if reading.span is None or reading.span_likelihood < _SURE_SPAN:
        return None
    span = reading.window.article_span(*reading.span)
    unit = reading.unit
    if span is None or span[0] < unit.start or span[1] > unit.end:
        return None
    text = reading.window.chunk.text
    base = reading.window.chunk.start
    start, end = _whole_words(text, span[0] - base, span[1] - base)
    first, last = start + base - unit.start, end + base - unit.start
    whole = unit.end - unit.start
    if start == end or first < 0 or last > whole or last - first > _BOLD_SHARE * whole:
        return None
    return first, last


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """Return a span without blanks and marks at its ends that cuts no word of letters or digits.

    Han is written without blanks: a span may begin and end anywhere in it. The span is empty if it
    has no letter or digit.
    """
    while start < end and not text[start].isalnum():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    if start == end:
        return start, end
    while start > 0 and _joined(text[start - 1], text[start]):
        start -= 1
    while end < len(text) and end > start and _joined(text[end - 1], text[end]):
        end += 1
    for figure in _FIGURE.finditer(text):
        if figure.start() < end and start < figure.end():
            start, end = min(start, figure.start()), max(end, figure.end())
    return start, end


def _joined(left: str, right: str) -> bool:
    """Return True if two neighbouring characters belong to one word or number."""
    if not (left.isalnum() and right.isalnum()):
        return False
    return left.isdigit() == right.isdigit() and left < "\u2e80" and right < "\u2e80"


def _quote(piece: _Piece, heads: Heads) -> Citation:
    chunk = piece.reading.window.chunk
    head = heads[chunk.article_id]
    block: Block = piece.reading.unit.block
    return Citation(
        number=0,
        article_id=head.id,
        title=head.title,
        source=head.source,
        date=head.date,
        quote=chunk.text[piece.start - chunk.start : piece.end - chunk.start],
        start=piece.start,
        end=piece.end,
        highlight=piece.highlight,
        chunk_id=chunk.id,
        path=block.path,
        page=block.page,
        url=head.url,
        ocr=block.ocr,
        shown=piece.shown,
        links=links_in(chunk.text, chunk.start, chunk.blocks, piece.start, piece.end),
    )
