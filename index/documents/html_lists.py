"""Number the items of HTML lists as a browser does, and tell which list an item belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.documents.builder import BlockBuilder

if TYPE_CHECKING:
    from lxml.etree import _Element

_ROMAN = ((50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


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
    return f"{_written(number, inside.element.get('type') or '1')}."


def _written(number: int, style: str) -> str:
    if style in {"a", "A"} and 0 < number <= 26:
        return chr(ord(style) + number - 1)
    if style in {"i", "I"} and 0 < number < 90:
        roman = ""
        for value, letters in _ROMAN:
            while number >= value:
                roman, number = roman + letters, number - value
        return roman if style == "i" else roman.upper()
    return str(number)


def _integer(text: str | None, otherwise: int) -> int:
    value = (text or "").strip()
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else otherwise
