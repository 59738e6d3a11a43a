"""Han characters by their pinyin, so that a list can be filtered by Latin letters."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

# A dictionary lists rare readings too; the first three hold the surnames (单 shan, 解 xie).
_READINGS = 3


@lru_cache(maxsize=32768)
def readings(character: str) -> tuple[str, ...]:
    """Return the toneless readings of a Han character, commonest first; () for any other."""
    from pypinyin.constants import PINYIN_DICT  # 0.1 s, for Han alone

    spelled = PINYIN_DICT.get(ord(character), "") if len(character) == 1 else ""
    plain = [_plain(reading) for reading in spelled.split(",") if reading]
    distinct = list(dict.fromkeys(reading for reading in plain if reading))[:_READINGS]
    # Lü is spelled Lv, Lyu (read as lv below) and, most often, Lu.
    return tuple(distinct + [r[0] + "u" for r in distinct if r in ("lv", "nv")])


def _plain(reading: str) -> str:
    """Return a reading without tone marks, ü written v."""
    parts = unicodedata.normalize("NFD", reading).replace("u\u0308", "v")
    return "".join(c for c in parts if "a" <= c <= "z")
