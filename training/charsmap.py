"""Write a character map as the `Precompiled` normalizer of `tokenizers` reads it.

One pass over a text then folds width, case, accents and traditional characters, which a list of
a few thousand `Replace` steps would do in as many passes. The format is SentencePiece's: the
size of a double array in bytes, the double array (Darts-clone units, 32 bits each), and the
replacements, each ended by a zero byte.
"""

from __future__ import annotations

import struct
import unicodedata
from collections.abc import Callable

import numpy as np

# More than twice what the character map of a whole Unicode plane takes.
_PLACES = 1 << 16
_LEAF = 1 << 31
_HAS_LEAF = 1 << 8


def folded_character(character: str, simplify: Callable[[str], str]) -> str:
    """Return what one character is read as: NFKC, lower case, no accent, simplified Han.

    Kana and Hangul keep their marks; controls and separators become a space.
    """
    if unicodedata.category(character) in {"Cc", "Zs", "Zl", "Zp"}:
        return " "
    if unicodedata.category(character) == "Cf":
        return ""
    composed = unicodedata.normalize("NFKC", character).casefold()
    if "\u3040" <= composed[:1] <= "\u30ff" or "\uac00" <= composed[:1] <= "\ud7af":
        return composed
    letters = unicodedata.normalize("NFKD", composed)
    bare = "".join(c for c in letters if unicodedata.category(c) != "Mn")
    return simplify(unicodedata.normalize("NFC", bare or composed))


def fold_table(simplify: Callable[[str], str]) -> dict[str, str]:
    """Return every character of the Basic Multilingual Plane that is read as something else."""
    table = {}
    for code in range(1, 0x10000):
        if 0xD800 <= code <= 0xF8FF:
            continue
        character = chr(code)
        folded = folded_character(character, simplify)
        # A zero byte ends a replacement, so nothing may be replaced by one.
        if folded != character and "\0" not in folded:
            table[character] = folded
    return table


def compile_charsmap(table: dict[str, str]) -> bytes:
    """Return the binary character map for `table` (each key one character)."""
    blob = bytearray()
    keys: dict[bytes, int] = {}
    offsets: dict[str, int] = {}
    for key, value in sorted(table.items()):
        if value not in offsets:
            offsets[value] = len(blob)
            blob += value.encode() + b"\0"
        keys[key.encode()] = offsets[value]
    units = _double_array(_trie(keys))
    array = struct.pack(f"<{len(units)}I", *units)
    return struct.pack("<I", len(array)) + array + bytes(blob)


class _Node:
    """A byte of a key: its children by byte, and the value if a key ends here."""

    __slots__ = ("children", "value")

    def __init__(self) -> None:
        self.children: dict[int, _Node] = {}
        self.value: int | None = None


def _trie(keys: dict[bytes, int]) -> _Node:
    root = _Node()
    for key, value in keys.items():
        node = root
        for byte in key:
            node = node.children.setdefault(byte, _Node())
        node.value = value
    return root


def _double_array(root: _Node) -> list[int]:
    """Lay a trie out as Darts-clone units: a child of base b under byte c stands at b ^ c."""
    units = np.zeros(_PLACES, dtype=np.uint32)
    used = np.zeros(_PLACES, dtype=bool)
    taken = np.zeros(_PLACES, dtype=bool)
    used[0] = taken[0] = True
    pending = [(root, 0)]
    while pending:
        node, position = pending.pop()
        labels = ([0] if node.value is not None else []) + sorted(node.children)
        bases = np.flatnonzero(~used) ^ labels[0]
        fits = ~taken[bases]
        for label in labels[1:]:
            fits &= ~used[bases ^ label]
        if not fits.any():
            raise ValueError("the character map does not fit its table")
        base = int(bases[np.argmax(fits)])
        taken[base] = True
        units[position] |= (position ^ base) << 10
        if node.value is not None:
            units[position] |= _HAS_LEAF
            units[base] = node.value | _LEAF
        used[[base ^ label for label in labels]] = True
        for label, child in node.children.items():
            units[base ^ label] |= label
            pending.append((child, base ^ label))
    last = int(np.flatnonzero(used)[-1])
    return units[: (last | 0xFF) + 1].tolist()
