"""Reprints: how alike two articles are, told from small signatures of their texts.

MinHash (Broder 1997) over the sets of five neighbouring letters, in bands for finding candidates
(Leskovec, Rajaraman, Ullman: Mining of Massive Datasets, 3.4). Two texts that share a share `s`
of their shingles meet in at least one band with probability 1 - (1 - s^5)^12: 0.99 at 0.8.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache

import numpy as np
from numpy.typing import NDArray

from language.text import fold

_BANDS = 12
_ROWS = 5
_SHINGLE = 5
# A shorter text is too little to call its likeness a reprint.
_LEAST_LETTERS = 40
# So many shingles with every hash of theirs fit into a cache of one megabyte.
_BLOCK = 2048
# The share of shingles that makes two articles copies of each other.
ALIKE = 0.7

_NOT_LETTERS = re.compile(r"[\W_]+")


def signature(text: str) -> bytes:
    """Return the signature of a text; nothing for one that is too short to be compared."""
    letters = _NOT_LETTERS.sub("", fold(text))
    if len(letters) < _LEAST_LETTERS:
        return b""
    codes = np.frombuffer(letters.encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    shingles = np.zeros(len(codes) - _SHINGLE + 1, dtype=np.uint64)
    for place in range(_SHINGLE):
        # A polynomial modulo 2^64, whose high bits are well mixed by the multiplier.
        shingles = shingles * _PRIME + codes[place : place + len(shingles)]
    least = np.full(_BANDS * _ROWS, np.iinfo(np.uint64).max, dtype=np.uint64)
    factors, summands = _permutations()
    for start in range(0, len(shingles), _BLOCK):
        block = factors * shingles[start : start + _BLOCK]
        block += summands
        least = np.minimum(least, block.min(axis=1))
    # The least of all has the least high half, too.
    return (least >> np.uint64(32)).astype("<u4").tobytes()


_PRIME = np.uint64(0x9E3779B97F4A7C15)


@cache
def _permutations() -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Return the odd factors and the summands of the hash functions, a column each."""
    chance = np.random.Generator(np.random.PCG64(20221128))
    made = chance.integers(0, 2**63, size=(2, _BANDS * _ROWS), dtype=np.uint64)
    return (made[0] * np.uint64(2) + np.uint64(1))[:, None], made[1][:, None]


def bands(signed: bytes) -> list[int]:
    """Return a number for each band of a signature; copies share at least one of them."""
    width = _ROWS * 4
    # The band's own number keeps equal rows of different bands apart.
    named = [
        bytes([band]) + signed[start : start + width]
        for band, start in enumerate(range(0, len(signed), width))
    ]
    digests = [hashlib.blake2b(name, digest_size=8).digest() for name in named]
    return [int.from_bytes(digest, "little", signed=True) for digest in digests]


def likeness(left: bytes, right: bytes) -> float:
    """Return the share of shingles that two signed texts have in common, 0 to 1, estimated."""
    if not left or not right:
        return 0.0
    pairs = np.frombuffer(left, "<u4") == np.frombuffer(right, "<u4")
    return float(pairs.mean())
