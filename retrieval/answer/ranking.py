"""Order the units of the windows that were read: the reader's word, nearness, and whole lists.

The reader is a small model; how near a unit is to the question by the encoder, and how high its
passage came in the search, each know something that it does not. What each is worth was measured
on the development communities (benchmarks/README.md).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from index.embedder import Embedder
from index.encoders.transformer import Matrix
from index.units import Window
from retrieval.answer.reader import UnitReading

# The units, best by the reader, whose nearness is worked out; the log-odds that one standard
# deviation of it among them is worth, and those that a place in the search costs.
_NEAR_UNITS = 20
_NEARNESS, _PLACE = 1.0, 0.2
# What a standard deviation is worth by which a passage in another script stands out in the search:
# there the encoder is surer than the reader.
_OUTLYING = 0.4
# A unit that was not among them counts as that far from their mean.
_FAR = -2.0
# What a list is given, in log-odds, where a list is surely asked for.
_LISTED = 3.0
# So much better than its list, an item is quoted alone.
_ITEM_AHEAD = 2.0
_LONGEST = 700
# An empty label or a lead-in: what it announces stands elsewhere.
_ANNOUNCES = re.compile(r"[:：]\s*$")


def rank_units(
    readings: Sequence[UnitReading],
    windows: Sequence[Window],
    question: Matrix,
    encoder: Embedder,
    outlying: Mapping[str, float],
) -> list[UnitReading]:
    """Return the readings with their ranks, best first; lead-ins and empty labels are left out.

    `windows` are in the order of the search, `question` (dimensions,) is the question's vector,
    `outlying` tells of the passages in another script than the question how far they stand out in
    the search.
    """
    if not readings:
        return []
    places = {window.chunk.id: place for place, window in enumerate(windows)}
    near = _nearness(readings, question, encoder)
    scored = [
        replace(
            reading,
            rank=reading.score
            + _NEARNESS * float(nearness)
            + _OUTLYING * outlying.get(reading.window.chunk.id, 0.0)
            - _PLACE * places[reading.window.chunk.id],
        )
        for reading, nearness in zip(readings, near, strict=True)
    ]
    found = [r for r in _with_lists(scored) if r.unit.items or not _ANNOUNCES.search(r.text)]
    return sorted(found, key=lambda reading: (-reading.rank, reading.unit.start))


def _nearness(readings: Sequence[UnitReading], question: Matrix, encoder: Embedder) -> Matrix:
    """Return how near each unit is, in standard deviations among the best by the reader.

    Cosines of one encoder mean nothing beside those of another; their spread does.
    """
    found = np.full(len(readings), _FAR, dtype=np.float32)
    best = sorted(range(len(readings)), key=lambda place: -readings[place].score)[:_NEAR_UNITS]
    texts = [f"{r.window.head}: {r.text}"[:_LONGEST] for r in (readings[p] for p in best)]
    cosines = encoder.encode_documents(texts) @ question
    spread = float(cosines.std())
    found[best] = (cosines - cosines.mean()) / spread if spread > 0 else 0.0
    return found


def _with_lists(readings: Sequence[UnitReading]) -> list[UnitReading]:
    """Return the readings with each list as good as its lead-in, or as its best item but a little.

    The lead-in itself is dropped: it says what the list is about, and answers nothing alone.
    """
    kept = {(r.window.chunk.id, r.unit.first, r.unit.last): r for r in readings}
    for reading in [r for r in readings if r.unit.items]:
        inside = [
            other
            for other in readings
            if other.window.chunk.id == reading.window.chunk.id
            and not other.unit.items
            and reading.unit.start <= other.unit.start < reading.unit.end
        ]
        leads = [o for o in inside if o.unit.start < reading.unit.block.start]
        items = [o.rank for o in inside if o.unit.start >= reading.unit.block.start]
        rank = max([reading.rank, *(lead.rank for lead in leads)])
        if items and rank >= max(items) - _ITEM_AHEAD:
            rank = max(rank, max(items) + 0.01)
        key = (reading.window.chunk.id, reading.unit.first, reading.unit.last)
        score = max([reading.score, *(lead.score for lead in leads)])
        rank += _LISTED * max(0.0, 2 * reading.listed - 1)
        kept[key] = replace(reading, score=score, rank=rank)
        for lead in leads:
            kept.pop((lead.window.chunk.id, lead.unit.first, lead.unit.last), None)
    return list(kept.values())
