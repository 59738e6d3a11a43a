"""A passage as proof: the units that can be quoted from it, each with what is around it."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cached_property

from index.models import BlockKind, Chunk
from index.units import Unit as QuotableUnit
from index.units import Window, head_of, window_of
from language.sentences import sentence_spans
from language.text import fold
from retrieval.citations import quote_from
from retrieval.models import Citation, Passage
from retrieval.proof.drawn import Unit

_ENDS = '.。!！?？…»”"」』'
_WHOLE = frozenset((BlockKind.TABLE_ROW, BlockKind.LABELLED_VALUE, BlockKind.LIST_ITEM))


class Evidence:
    """One passage; each reading of it is made once, when it is needed."""

    def __init__(self, passage: Passage) -> None:
        """Keep the passage; its title and date are around each of its units."""
        self.passage = passage
        self._whole = "\n".join((passage.title, passage.date, passage.text))

    @cached_property
    def units(self) -> list[Unit]:
        """Return the units, in order."""
        return [unit for unit, _ in self._read]

    def quote(self, place: int) -> Citation:
        """Return a unit as a quote."""
        return self._read[place][1]

    @cached_property
    def _read(self) -> list[tuple[Unit, Citation]]:
        passage = self.passage
        head = head_of(passage.title, (*passage.path, *([passage.date] if passage.date else [])))
        if not passage.blocks:
            return list(self._sentences(head))
        window = window_of(
            Chunk(
                passage.chunk_id, passage.article_id, passage.ordinal, passage.text,
                passage.start, passage.end, passage.path, passage.blocks,
            ),
            passage.title,
        )  # fmt: skip
        found: list[tuple[Unit, Citation]] = []
        for quotable in window.units:
            if not quotable.items:
                before = found[-1][0].text if found else ""
                found.append(self._quotable(quotable, window, head, before))
        return found

    def _sentences(self, head: str) -> list[tuple[Unit, Citation]]:
        """Return the sentences of a passage of which nothing but its text is known."""
        text = self.passage.text
        found: list[tuple[Unit, Citation]] = []
        for start, end in sentence_spans(text) or [(0, len(text))]:
            said = text[start:end]
            before = found[-1][0].text if found else ""
            unit = Unit(said, head, "", before, whole=said.rstrip()[-1:] not in _ENDS)
            found.append((unit, quote_from(self.passage, start, end)))
        return found

    def _quotable(
        self, unit: QuotableUnit, window: Window, head: str, before: str
    ) -> tuple[Unit, Citation]:
        """Return a unit with what is around it: a row with its column names."""
        block, start = unit.block, self.passage.start
        said = window.text[unit.first : unit.last]
        lead = ""
        if block.lead >= start:
            lead = self.passage.text[block.lead - start :].split("\n", 1)[0]
        quote = replace(
            quote_from(self.passage, unit.start - start, unit.end - start),
            page=block.page,
            ocr=block.ocr,
            shown=said if block.kind is BlockKind.TABLE_ROW and block.columns else "",
        )
        return Unit(said, head, lead, before, whole=block.kind in _WHOLE), quote

    @cached_property
    def squeezed(self) -> str:
        """Return title, date and text folded, with letters and digits alone."""
        return squeeze(self._whole)

    @cached_property
    def folded(self) -> str:
        """Return title, date and text folded."""
        return fold(self._whole)


def squeeze(text: str) -> str:
    """Return the text folded, without blanks and punctuation."""
    return re.sub(r"[\W_]+", "", fold(text))
