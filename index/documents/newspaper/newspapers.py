"""Recognise newspaper pages, and find the byline and date of a document."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from index.documents.newspaper.bylines import byline_of
from index.documents.newspaper.datelines import starts_report, strip_lead
from index.documents.newspaper.dates import date_in, find_date, is_date_line, opening_date
from index.documents.newspaper.layout import is_closed
from index.documents.newspaper.lines import Line
from index.documents.newspaper.titles import is_masthead
from index.models import Block, BlockKind

_NEAR = 3
_HEAD = 3
_LONGEST_BYLINE = 110
_FEWEST_SIGNED = 2
_WIDE = 40
_MOST_TORN = 2


def is_newspaper(text: str, blocks: Sequence[Block], *, titled: bool = False) -> bool:
    """Return True if a document holds several articles, each under a headline of its own.

    At least two headings stand over a byline or the lead of a report; or one does and there are
    others of the first level. The title, which no block holds, counts as one, unless the document
    is `titled` by its front matter.
    """
    signed, near = 0, _NEAR
    highest = any(block.kind is BlockKind.HEADING and block.level == 1 for block in blocks)
    for block in blocks:
        if block.kind is BlockKind.HEADING:
            near = _NEAR
        elif near:
            near -= 1
            if _is_signed(text[block.start : min(block.end, block.start + 200)]):
                signed += 1
                near = 0
        if signed >= _FEWEST_SIGNED:
            return True
    return bool(signed) and highest and not titled


def is_printed_page(lines: Sequence[Line]) -> bool:
    """Return True if lines of plain text look like a newspaper's.

    A byline, the lead of a report or the head of a page stands among them; or the layout broke
    sentences over empty lines.
    """
    texts = [line for line in lines if line.kind in {"text", "heading", "item"}]
    if any(is_masthead(line.text) for line in texts[:_HEAD]):
        return True
    if any(_is_signed(line.text[:200]) for line in texts if line.kind != "heading"):
        return True
    torn = sum(
        1
        for line, after in pairwise(texts)
        if after.gap and line.kind == after.kind == "text" and line.width > _WIDE and line.han
        and not is_closed(line.text)
    )  # fmt: skip
    return torn >= _MOST_TORN


def credits_of(text: str, blocks: Sequence[Block], title: str) -> tuple[str, str]:
    """Return the byline and the date that a document prints at its head or as its own.

    A day that its text opens with is its date only in a report: 5 May: spring fair.
    """
    byline = date = ""
    signed = False
    paragraphs = [text[b.start : b.end] for b in (*blocks[:4], *blocks[4:][-2:])]
    if paragraphs and len(paragraphs[-1]) <= _LONGEST_BYLINE:
        paragraphs.append(paragraphs[-1].rpartition(" ")[2])  # a date after the one who signs
    for block in blocks[:_HEAD]:
        line = text[block.start : block.end]
        found = byline_of(line) if len(line) <= _LONGEST_BYLINE else None
        if found:
            byline, date, signed = byline or found.byline, date or found.date, True
        elif is_date_line(line):
            date = date or find_date(line)
        elif block.kind is BlockKind.HEADING:
            break
        elif not signed:
            lead, rest = strip_lead(line)
            if lead:
                byline, signed = lead.byline, True
                date = date or lead.date or opening_date(rest)
    if signed and not date:
        date = opening_date(paragraphs[0])
    return byline, date or date_in(paragraphs, title)


def _is_signed(line: str) -> bool:
    return starts_report(line) or (len(line) <= _LONGEST_BYLINE and byline_of(line) is not None)
