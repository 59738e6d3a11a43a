"""A dictionary of a few words, in place of the translator that the model implies."""

from __future__ import annotations

from collections.abc import Mapping


class TableDictionary:
    """Knows the words of a table, both ways, and nothing else."""

    def __init__(self, table: Mapping[str, tuple[str, ...]], words: tuple[str, ...] = ()) -> None:
        """`table` maps English words to Chinese ones; `words` are known without translation."""
        self._others: dict[str, list[str]] = {}
        for english, chinese in table.items():
            for word in chinese:
                self._others.setdefault(english, []).append(word)
                self._others.setdefault(word, []).append(english)
        self._words = {*self._others, *words}

    def translate(self, word: str, limit: int = 3) -> list[tuple[str, float]]:
        return [(other, 0.8) for other in self._others.get(word, [])][:limit]

    def knows(self, word: str) -> bool:
        return word in self._words


CITY_WORDS = TableDictionary(
    {
        "bridge": ("大桥", "桥梁"),
        "bridges": ("大桥", "桥梁"),
        "headmaster": ("校长",),
        "school": ("学校", "小学"),
        "library": ("图书馆",),
        "repair": ("维修", "修缮"),
        "repaired": ("维修", "修缮"),
        "tram": ("电车", "有轨电车"),
        "trams": ("电车", "有轨电车"),
        "lamps": ("路灯",),
        "market": ("市场",),
        "river": ("河",),
        "design": ("设计",),
    },
    ("开放", "时候", "会议", "出席", "安全", "meeting", "women", "open", "opened", "visit"),
)
