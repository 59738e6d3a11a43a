"""What the reader has learned: weights made by `training/train_reader.py`, read once."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from retrieval.reading.network import Network

WEIGHTS = Path(__file__).with_name("reader_weights.json")


@dataclass(frozen=True, slots=True)
class Learned:
    """The networks of the reader, and how often keys stand in everyday passages (0..1).

    `fingerprint` tells these weights from others.
    """

    background: Mapping[str, float]
    tagger: Network
    ranker: Network
    judge: Network
    fingerprint: int


@cache
def learned() -> Learned:
    """Return the weights in the repository."""
    text = WEIGHTS.read_text(encoding="utf-8")
    read = json.loads(text)
    networks = {name: Network(read[name]) for name in ("tagger", "ranker", "judge")}
    return Learned(
        read["background"],
        **networks,
        fingerprint=zlib.crc32(text.encode()),
    )
