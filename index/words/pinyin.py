"""Names across scripts: Han characters by their pinyin, Latin words that spell pinyin.

Both sides are cut into pairs of neighbouring syllables written together: 高义 and "Gao Yi" are
`gaoyi`, 周富强 and "Zhou Fuqiang" are `zhoufu` and `fuqiang`. Pairs make the length of a name
and the place of its blanks indifferent, at one term a character.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import chain, islice
from operator import add, itemgetter
from pathlib import Path

from index.words.text import HAN_CHARACTER

# A dictionary lists rare readings too; the first three hold the surnames (单 shan, 解 xie).
_READINGS = 3
_WORD = re.compile("[a-z]{2,24}")
_HAN_RUN = re.compile(f"{HAN_CHARACTER.pattern}{{2,}}")
_MAX_SPELLINGS = 2
_SYLLABLES = Path(__file__).with_name("pinyin_syllables.txt")


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


class _Pairs(dict[str, tuple[str, ...]]):
    """Every joined reading of two neighbouring characters, worked out when it is first asked."""

    _MOST = 500_000

    def __missing__(self, characters: str) -> tuple[str, ...]:
        if len(self) >= self._MOST:
            self.clear()
        first, second = map(readings, characters)
        joined = self[characters] = tuple(a + b for a in first for b in second)
        return joined


@cache
def _pairs() -> _Pairs:
    return _Pairs()


def han_pairs(text: str) -> list[str]:
    """Return the pinyin pairs of a text's Han runs, each once: 安伟 gives `anwei`."""
    runs = _HAN_RUN.findall(text)
    pairs = dict.fromkeys(chain.from_iterable(map(add, run, run[1:]) for run in runs))
    if not pairs:
        return []
    # An `itemgetter` looks many keys up in half the time of a loop; of one key it gives no tuple.
    joined = itemgetter(*pairs, *islice(pairs, 1))(_pairs())
    return list(dict.fromkeys(chain.from_iterable(joined)))


@cache
def syllables() -> frozenset[str]:
    """Return the syllables that some Han character of everyday use is read as.

    They stand in a file, since working them out of the dictionary takes a second.
    """
    return frozenset(_SYLLABLES.read_text(encoding="ascii").split())


@lru_cache(maxsize=16384)
def spellings(word: str) -> tuple[tuple[str, ...], ...]:
    """Return the ways to cut a folded Latin word into pinyin syllables, fewest syllables first.

    `xian` is one syllable or two; `substation` is none, and gives ().
    """
    word = re.sub("lyu", "lv", re.sub("nyu", "nv", word.replace("ü", "v").replace("'", "")))
    if not _WORD.fullmatch(word):
        return ()
    known = syllables()
    ways: list[list[tuple[str, ...]]] = [[] for _ in range(len(word) + 1)]
    ways[0].append(())
    for end in range(1, len(word) + 1):
        for start in range(max(0, end - 6), end):
            # A lone vowel is a syllable at the head of a word only (Emei), or all would be.
            if word[start:end] in known and (start == 0 or end - start > 1):
                ways[end].extend(way + (word[start:end],) for way in ways[start])
        ways[end] = sorted(ways[end], key=len)[:_MAX_SPELLINGS]
    # 西安 is written Xian, but Xiaoming is not xi-ao-ming.
    fewest = len(ways[-1][0]) if ways[-1] else 0
    return tuple(way for way in ways[-1] if len(way) <= max(fewest, 2))


def latin_pairs(words: Sequence[str]) -> list[str]:
    """Return the pinyin pairs that neighbouring folded Latin words spell, each once.

    ("zhou", "fuqiang") gives `zhoufu` and `fuqiang`; a word that is no pinyin parts the others.
    """
    found = dict.fromkeys(pair for word in words for pair in pairs_within(word))
    for left, right in zip(words, words[1:], strict=False):
        if left and right:
            found.update(dict.fromkeys(pairs_across(left, right)))
    return list(found)


@lru_cache(maxsize=16384)
def pairs_within(word: str) -> tuple[str, ...]:
    """Return the pinyin pairs that one folded Latin word spells: zhengzhou is one."""
    return tuple(
        dict.fromkeys(a + b for way in spellings(word) for a, b in zip(way, way[1:], strict=False))
    )


def pairs_across(left: str, right: str) -> tuple[str, ...]:
    """Return the pairs of the last syllable of one word and the first of the next."""
    ends = dict.fromkeys(way[-1] for way in spellings(left))
    starts = dict.fromkeys(way[0] for way in spellings(right))
    return tuple(end + start for end in ends for start in starts)
