"""What the styles of a Word document say of a paragraph or a run."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HEADING = re.compile(
    r"(?:heading|标题|標題|überschrift|titre|título|заголовок)\s*(\d)", re.IGNORECASE
)
_USUAL_SIZE = 20
_BODY_LEVEL = 9  # an outline level of nine says "no heading"
_OFF = frozenset(("0", "false", "off", "none"))


@dataclass(frozen=True, slots=True)
class Style:
    """A style with all that it takes from the styles it is based on."""

    id: str = ""
    name: str = ""
    outline: int | None = None
    list_id: str | None = None
    depth: int | None = None
    hidden: bool = False
    bold: bool = False
    shift: str = ""
    size: int = 0  # in half points
    heads_table: bool = False


class Styles:
    """The styles of a document by their ids."""

    def __init__(self, root: _Element | None) -> None:
        """Read the styles part; None is a document without one."""
        nodes = root.iterfind(f"{W}style") if root is not None else ()
        self._nodes = {node.get(f"{W}styleId") or "": node for node in nodes}
        defaults = root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr") if root is not None else None
        self.size = half_points(defaults) or _USUAL_SIZE
        self._known: dict[str, Style] = {"": Style(size=self.size)}
        marked = (
            id
            for id, node in self._nodes.items()
            if node.get(f"{W}type") == "paragraph" and is_on(node.get(f"{W}default") or "0")
        )
        self._default = next(marked, "")

    def of_paragraph(self, properties: _Element | None) -> Style:
        """Return the style of a paragraph with these properties."""
        return self.named(value(properties, "pStyle") or self._default)

    def named(self, id: str) -> Style:
        """Return a style by its id; one that is not there says nothing."""
        chain: list[str] = []
        while id not in self._known and id in self._nodes and id not in chain:
            chain.append(id)
            id = value(self._nodes[id], "basedOn") or ""
        style = self._known.get(id) or self._known[""]
        for each in reversed(chain):
            style = self._known[each] = _merged(style, self._nodes[each])
        return style


def _merged(base: Style, node: _Element) -> Style:
    """Return what a style says, with what its base says of the rest."""
    paragraph, run = node.find(f"{W}pPr"), node.find(f"{W}rPr")
    outline, list_id, depth = base.outline, base.list_id, base.depth
    if (level := value(paragraph, "outlineLvl")) is not None:
        outline = int(level) if level.isdecimal() else None
    numbering = paragraph.find(f"{W}numPr") if paragraph is not None else None
    if numbering is not None:
        list_id = value(numbering, "numId") or list_id
        level = value(numbering, "ilvl")
        depth = int(level) if level and level.isdecimal() else depth
    return Style(
        node.get(f"{W}styleId") or "",
        value(node, "name") or "",
        outline,
        list_id,
        depth,
        switched(run, "vanish", base.hidden),
        switched(run, "b", base.bold),
        value(run, "vertAlign") or base.shift,
        half_points(run) or base.size,
        base.heads_table
        or any(part.get(f"{W}type") == "firstRow" for part in node.iterfind(f"{W}tblStylePr")),
    )


def value(parent: _Element | None, name: str) -> str | None:
    """Return the `val` of a child; None if there is no such child."""
    child = parent.find(f"{W}{name}") if parent is not None else None
    return None if child is None else child.get(f"{W}val") or ""


def half_points(properties: _Element | None) -> int:
    """Return the size of type that properties give, in half points; 0 if they give none."""
    size = value(properties, "sz")
    return int(size) if size and size.isdecimal() and len(size) < 5 else 0


def is_on(text: str) -> bool:
    """Return True if the value of a switch turns it on; an empty one does."""
    return text.lower() not in _OFF


def switched(properties: _Element | None, name: str, otherwise: bool) -> bool:
    """Return what properties say of a switch such as "hidden", or `otherwise`."""
    found = value(properties, name)
    return otherwise if found is None else is_on(found)


def heading_level(style: Style, properties: _Element | None) -> int:
    """Return the level of a heading from 1, or 0 for a paragraph that is none."""
    own = value(properties, "outlineLvl")
    level = int(own) if own and own.isdecimal() else style.outline
    if level is not None:
        return level + 1 if level < _BODY_LEVEL else 0
    named = _HEADING.match(style.name)
    return int(named.group(1)) if named else 0
