"""Choose what is quoted: up to two sentences, one list whole, or up to three rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.models import ArticleHead, Block, BlockKind
from retrieval.answer.reader import UnitReading
from retrieval.citations import Quote

# How far, in log-odds, a further sentence or row may stand behind the best.
_SENTENCE_BEHIND, _ROW_BEHIND = 2.5, 1.5
_MOST_SENTENCES, _MOST_ROWS = 2, 3
# A list is quoted whole where this share of its items answers; so far may each stand behind.
_LIST_SHARE, _ITEM_BEHIND = 0.5, 3.0
_MOST_ITEMS, _MOST_LIST_CHARACTERS = 12, 700
# A span is shown in bold from this likelihood on, if it is no more than this share of its unit.
_SURE_SPAN, _BOLD_SHARE = 0.35, 0.6

Heads = dict[str, ArticleHead]


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of an article to quote, with how it is shown."""

    reading: UnitReading
    start: int
    end: int
    shown: str = ""
    highlight: tuple[int, int] | None = None


def quotes_of(readings: Sequence[UnitReading], heads: Heads, least: float) -> list[Quote]:
    """Return what to quote of readings, best first; a further quote scores at least `least`."""
    ranked = sorted(readings, key=lambda reading: -reading.score)
    if not ranked:
        return []
    best = ranked[0]
    kind = best.unit.block.kind
    pieces: list[_Piece] | None = None
    if kind is BlockKind.LIST_ITEM:
        pieces = _list(best, readings)
    elif kind is BlockKind.TABLE_ROW:
        pieces = [_row(r) for r in _rows(best, ranked, least)]
    if pieces is None:
        pieces = [_sentence(best)]
    if len(pieces) < _MOST_SENTENCES and not pieces[0].shown.count("\n"):
        pieces += _further(best, ranked, least, _MOST_SENTENCES - len(pieces))
    return [_quote(piece, heads) for piece in pieces]


def quote_of(reading: UnitReading, heads: Heads) -> Quote:
    """Return the quote of one unit alone, nothing in bold."""
    is_row = reading.unit.block.kind is BlockKind.TABLE_ROW
    piece = _row(reading) if is_row else _sentence(reading)
    return replace(_quote(piece, heads), highlight=None)


def _further(
    best: UnitReading, ranked: Sequence[UnitReading], least: float, count: int
) -> list[_Piece]:
    """Return further units that answer too, nearly as surely as the best."""
    enough = max(least, best.score - _SENTENCE_BEHIND)
    found: list[_Piece] = []
    for reading in ranked[1:]:
        if len(found) == count or reading.score < enough:
            break
        text = _text(reading)
        if text == _text(best) or any(text == _text(piece.reading) for piece in found):
            continue
        is_row = reading.unit.block.kind is BlockKind.TABLE_ROW
        found.append(_row(reading) if is_row else _sentence(reading))
    return found


def _text(reading: UnitReading) -> str:
    return reading.window.text[reading.unit.first : reading.unit.last]


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


def _list(best: UnitReading, readings: Sequence[UnitReading]) -> list[_Piece] | None:
    """Return the whole list where most of it answers, else None.

    A list that is longer than may be quoted is cut at an item; its lead-in goes with it.
    """
    items = sorted(_group_of(readings, best), key=lambda reading: reading.unit.start)
    answering = [item for item in items if item.score >= best.score - _ITEM_BEHIND]
    if len(items) < 2 or len(answering) < max(2, _LIST_SHARE * len(items)):
        return None
    kept = [item for item in items if item.window.chunk.id == best.window.chunk.id]
    chunk = best.window.chunk
    lead = kept[0].unit.block.lead
    start = lead if chunk.start <= lead < kept[0].unit.start else kept[0].unit.start
    last = 0
    while last + 1 < min(len(kept), _MOST_ITEMS) and (
        kept[last + 1].unit.end - start <= _MOST_LIST_CHARACTERS
    ):
        last += 1
    end = kept[last].unit.end
    lines = [] if start == kept[0].unit.start else [_lead_text(best, start, kept[0].unit.start)]
    lines += [f"{'  ' * item.unit.block.level}• {_text(item)}" for item in kept[: last + 1]]
    left = len(items) - last - 1
    if left:
        lines.append(f"… +{left}")
    return [_Piece(best, start, end, "\n".join(lines))]


def _lead_text(reading: UnitReading, start: int, end: int) -> str:
    chunk = reading.window.chunk
    return " ".join(chunk.text[start - chunk.start : end - chunk.start].split())


def _rows(
    best: UnitReading, ranked: Sequence[UnitReading], least: float
) -> list[UnitReading]:
    """Return the rows of the best one's table that answer nearly as surely, best first."""
    enough = max(least, best.score - _ROW_BEHIND)
    rows = [r for r in _group_of(ranked, best) if r is best or r.score >= enough]
    return sorted(rows, key=lambda r: -r.score)[:_MOST_ROWS]


def _row(reading: UnitReading) -> _Piece:
    """Show a row with its column names: "Saturday · Laser room: 10:00–18:00"."""
    block, chunk = reading.unit.block, reading.window.chunk
    parts = []
    for name, (start, end) in zip(block.columns, block.cells, strict=True):
        cell = chunk.text[start - chunk.start : end - chunk.start]
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
    start, end = start + base - unit.start, end + base - unit.start
    if start < 0 or end - start > _BOLD_SHARE * (unit.end - unit.start):
        return None
    return start, end


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """Return a span without blanks and marks at its ends that cuts no word of letters or digits.

    Han is written without blanks: a span may begin and end anywhere in it.
    """
    while start < end and not text[start].isalnum():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    while start > 0 and _joined(text[start - 1], text[start]):
        start -= 1
    while end < len(text) and end > start and _joined(text[end - 1], text[end]):
        end += 1
    return start, end


def _joined(left: str, right: str) -> bool:
    """Return True if two neighbouring characters belong to one word or number."""
    if not (left.isalnum() and right.isalnum()):
        return False
    return left.isdigit() == right.isdigit() and left < "\u2e80" and right < "\u2e80"


def _quote(piece: _Piece, heads: Heads) -> Quote:
    chunk = piece.reading.window.chunk
    head = heads[chunk.article_id]
    block: Block = piece.reading.unit.block
    return Quote(
        chunk.text[piece.start - chunk.start : piece.end - chunk.start],
        piece.start,
        piece.end,
        head.id,
        head.title,
        head.source,
        head.date,
        chunk.id,
        piece.highlight,
        path=block.path,
        page=block.page,
        url=head.url,
        ocr=block.ocr,
        shown=piece.shown,
    )
