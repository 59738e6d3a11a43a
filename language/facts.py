"""The kinds of fact that an answer may not change: figures, shares, dates, times, places."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

Kind = Literal["number", "percent", "ordinal", "date", "weekday", "time", "decade", "code"]


@dataclass(frozen=True, slots=True)
class Day:
    """A date as far as it is given: `part` is early, middle or late if there is no day."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    part: str = ""


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day; `dial` is 24, or 12 if morning and evening are not distinguished."""

    hour: int
    minute: int
    dial: Literal["12", "24"] = "24"
    second: int = 0


@dataclass(frozen=True, slots=True)
class Fact:
    """One figure of a text. `units` are the readings of its unit, empty for none that is known.

    `weak` marks a figure that may prove another but need not be proved itself: 一个, one of.
    """

    kind: Kind
    value: Fraction | Day | Clock | str
    units: frozenset[str] = frozenset()
    weak: bool = False
    text: str = ""
