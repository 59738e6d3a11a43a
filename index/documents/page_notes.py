"""Tie the notes at the foot of pages to the paragraphs that point to them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from index.documents.pieces import Piece
from index.models import BlockKind

_BODY = frozenset((BlockKind.PARAGRAPH, BlockKind.LIST_ITEM))
_FAR = 200  # pieces: a note stands near what points to it


def with_notes(pieces: Sequence[Piece]) -> list[Piece]:
    """Return pieces with each note right after its paragraph, whose mark is taken out.

    What looks like a note and is pointed to by nothing stays where it stands, as a paragraph.
    """
    texts = [piece.text for piece in pieces]
    after: dict[int, list[Piece]] = {}
    moved: set[int] = set()
    for at, piece in enumerate(pieces):
        if piece.kind is not BlockKind.NOTE or not piece.number:
            continue
        mark = _mark(piece.number)
        near = range(at - 1, max(at - _FAR, 0) - 1, -1)
        place = next((p for p in near if _is_body(pieces[p]) and mark.search(texts[p])), -1)
        if place >= 0:
            texts[place] = mark.sub("", texts[place], count=1)
            after.setdefault(place, []).append(replace(piece, number=""))
            moved.add(at)
    found: list[Piece] = []
    for at, piece in enumerate(pieces):
        if at in moved:
            continue
        if piece.kind is BlockKind.NOTE and piece.number:
            shown = f"{piece.number} {piece.text}"
            found.append(replace(piece, kind=BlockKind.PARAGRAPH, text=shown, number=""))
        else:
            found.append(replace(piece, text=texts[at]))
        found.extend(after.get(at, ()))
    return found


def _is_body(piece: Piece) -> bool:
    return piece.kind in _BODY and piece.grid is None


def _mark(number: str) -> re.Pattern[str]:
    """Return what finds the mark of a note: raised, and no exponent of a number."""
    sign = "[*∗]" if number in "*∗" else re.escape(number)
    end = "(?![⁰¹²³⁴⁵⁶⁷⁸⁹0-9])"
    return re.compile(rf"(?<=[^\d\s⁰¹²³⁴⁵⁶⁷⁸⁹])\s?{sign}{end}|(?<=\d)\s+{sign}{end}")
