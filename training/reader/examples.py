"""What the reader is trained on: a question, a window with its units, and which of them answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from index.units import Window

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Example:
    """One question and one window.

    `units` are spans of `text`; `gold` are the indices of those that answer, () where none does;
    `ignored` are left out of the loss. `span` is the answer in `text`. With `loose`, any of the
    gold units will do: a heading is answered by its section, nobody knows by which sentence.
    `listed` tells whether a list or steps are asked for; None where nobody knows.
    """

    question: str
    head: str
    text: str
    units: tuple[Span, ...]
    gold: tuple[int, ...] = ()
    span: Span | None = None
    ignored: tuple[int, ...] = ()
    loose: bool = False
    listed: bool | None = None


def spans_of(window: Window) -> tuple[Span, ...]:
    """Return the units of a window as spans of its text."""
    return tuple((unit.first, unit.last) for unit in window.units)


def without(
    question: str, head: str, text: str, units: Sequence[Span], left_out: set[int]
) -> Example:
    """Return an example whose window lacks some units, and so the answer."""
    kept: list[Span] = []
    parts = ""
    for place, (start, end) in enumerate(units):
        if place not in left_out:
            kept.append((len(parts), len(parts) + end - start))
            parts += text[start:end] + "\n"
    return Example(question, head, parts, tuple(kept))
