"""What the reader has learned: weights made by `training/train_reader.py`, read once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from retrieval.network import Network

WEIGHTS = Path(__file__).with_name("reader_weights.json")


@dataclass(frozen=True, slots=True)
class Learned:
    """The networks of the reader, and how often keys stand in everyday passages (0..1)."""

    background: Mapping[str, float]
    tagger: Network
    ranker: Network
    judge: Network


@cache
def learned() -> Learned:
    """Return the weights in the repository."""
    read = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    networks = {name: Network(read[name]) for name in ("tagger", "ranker", "judge")}
    return Learned(read["background"], **networks)
