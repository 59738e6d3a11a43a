"""Count the items of the lists of a Word document, and give each the number that Word shows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from index.documents.word_numbers import numeral
from index.documents.word_styles import W, value

if TYPE_CHECKING:
    from lxml.etree import _Element

DEEPEST = 8  # Word's lists have nine levels, from 0


@dataclass(slots=True)
class _Level:
    """One level of a kind of list: how its numbers look and where they start."""

    format: str = "decimal"
    text: str = ""
    start: int = 1
    style: str = ""
    legal: bool = False


@dataclass(slots=True)
class _List:
    """A list that paragraphs name by its id: its kind, and the levels it starts anew."""

    kind: str
    levels: dict[int, _Level]
    starts: dict[int, int] = field(default_factory=dict)


class Numbering:
    """The numbers of list items, counted as the paragraphs come."""

    def __init__(self, root: _Element | None) -> None:
        """Read the numbering part; None is a document without one."""
        self._lists: dict[str, _List] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._begun: set[str] = set()
        if root is None:
            return
        kinds = {
            node.get(f"{W}abstractNumId") or "": node for node in root.iterfind(f"{W}abstractNum")
        }
        linked = {value(node, "styleLink"): id for id, node in kinds.items()}
        for node in root.iterfind(f"{W}num"):
            kind = value(node, "abstractNumId") or ""
            link = value(kinds[kind], "numStyleLink") if kind in kinds else None
            kind = linked.get(link, kind) if link else kind
            if kind not in kinds:
                continue
            entry = _List(kind, dict(_levels(kinds[kind])))
            for override in node.iterfind(f"{W}lvlOverride"):
                depth = _number(override.get(f"{W}ilvl"), 0)
                entry.levels.update(_levels(override))
                if (start := value(override, "startOverride")) is not None:
                    entry.starts[depth] = _number(start, 1)
            self._lists[node.get(f"{W}numId") or ""] = entry

    def level_of_style(self, list_id: str, style_id: str) -> int:
        """Return the level of a list that a style stands for."""
        entry = self._lists.get(list_id)
        levels = entry.levels.items() if entry else ()
        return next((depth for depth, level in levels if level.style == style_id), 0)

    def next(self, list_id: str, depth: int) -> str | None:
        """Count one more item, and return its number; "" for a bullet, None if there is no list."""
        entry = self._lists.get(list_id)
        if entry is None:
            return None
        counts = self._counts.setdefault(entry.kind, {})
        if list_id not in self._begun:
            self._begun.add(list_id)
            for level, start in entry.starts.items():
                counts[level] = start - 1
                for deeper in [other for other in counts if other > level]:
                    del counts[deeper]
        here = entry.levels.get(depth, _Level())
        counts[depth] = counts.get(depth, here.start - 1) + 1
        for deeper in [other for other in counts if other > depth]:
            del counts[deeper]
        if here.format in {"bullet", "none"}:
            return ""

        def shown(match: re.Match[str]) -> str:
            at = int(match.group(1)) - 1
            level = entry.levels.get(at, _Level())
            form = "decimal" if here.legal else level.format
            return numeral(counts.setdefault(at, level.start), form)

        return re.sub(r"%(\d)", shown, here.text).strip()


def _levels(parent: _Element) -> Iterator[tuple[int, _Level]]:
    for node in parent.iterfind(f"{W}lvl"):
        yield (
            min(_number(node.get(f"{W}ilvl"), 0), DEEPEST),
            _Level(
                value(node, "numFmt") or "decimal",
                value(node, "lvlText") or "",
                _number(value(node, "start"), 1),
                value(node, "pStyle") or "",
                value(node, "isLgl") is not None,
            ),
        )


def _number(text: str | None, otherwise: int) -> int:
    """Return a whole number that a document gives, within reason."""
    return min(int(text), 1_000_000) if text and text.isdecimal() else otherwise
