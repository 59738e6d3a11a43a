"""Number the items of HTML lists as a browser does, and tell which list an item belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.documents.builder import BlockBuilder
from index.documents.word_numbers import numeral

if TYPE_CHECKING:
    from lxml.etree import _Element

_STYLES = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}


@dataclass(slots=True)
class OpenList:
    """A list that is open: its group and depth, and the number of its next item, if it counts."""

    element: _Element
    group: int
    depth: int
    next: int = 1
    step: int = 1


def open_list(element: _Element, around: Sequence[OpenList], builder: BlockBuilder) -> OpenList:
    """Return the list that an element opens, inside the lists `around` it."""
    if around:
        group, depth = around[-1].group, around[-1].depth + 1
    else:
        group, depth = builder.new_group(), 0
    start = _integer(element.get("start"), 1)
    if "reversed" in element.attrib:
        return OpenList(element, group, depth, sum(1 for _ in element.iterchildren("li")), -1)
    return OpenList(element, group, depth, start)


def item_number(item: _Element, around: Sequence[OpenList]) -> str:
    """Return the number that stands before an item ("1.", "b."), "" in a list of bullets."""
    if not around or around[-1].element.tag != "ol":
        return ""
    inside = around[-1]
    number = _integer(item.get("value"), inside.next)
    inside.next = number + inside.step
    return f"{numeral(number, _STYLES.get(inside.element.get('type') or '', ''))}."


def _integer(text: str | None, otherwise: int) -> int:
    value = (text or "").strip()
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else otherwise
