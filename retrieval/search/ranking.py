"""The order of passages: what tells that one holds the answer, weighed as learned.

The weights are made by `training/train_ranking.py` on DRCD and CMRC trial alone.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from retrieval.search.coverage import Coverage

# Whether a passage is in the question's script, or in the other one: in Han (and kana, Hangul)
# where the question is in words, or in words where the question is in Han.
Direction = Literal["own", "into_han", "out_of_han"]

_FILE = Path(__file__).with_name("ranking.json")
FEATURES: tuple[str, ...] = (*Coverage._fields, "nearness")


@dataclass(frozen=True, slots=True)
class Weights:
    """What each of FEATURES counts by direction, and the curve that makes of the sum a score."""

    by_direction: Mapping[Direction, tuple[float, ...]]
    slope: float
    middle: float

    def score(self, values: Sequence[float], direction: Direction) -> float:
        """Return 0..1: how likely a passage with these features is the right one."""
        weights = self.by_direction[direction]
        total = sum(w * value for w, value in zip(weights, values, strict=True))
        return 1 / (1 + math.exp(min(50.0, -self.slope * (total - self.middle))))


@cache
def learned_weights() -> Weights:
    """Return the weights in the repository."""
    read = json.loads(_FILE.read_text(encoding="utf-8"))
    directions: tuple[Direction, ...] = get_args(Direction)
    by_direction = {
        direction: tuple(float(read[direction][name]) for name in FEATURES)
        for direction in directions
    }
    return Weights(by_direction, float(read["slope"]), float(read["middle"]))


def nearness_of(cosines: Sequence[float]) -> list[float]:
    """Return cosines, best first, as 0..1 above the last of them.

    Models differ in where their cosines lie; how far one stands out of the crowd is comparable.
    """
    if not cosines:
        return []
    floor = min(cosines[-1], 0.999)
    return [max(0.0, (cosine - floor) / (1 - floor)) for cosine in cosines]
