"""The documents of the soak: depots in two languages, some of which keep changing."""

from __future__ import annotations

import random
from pathlib import Path

_ENGLISH = (
    "Alder",
    "Birch",
    "Cedar",
    "Dover",
    "Elm",
    "Fenwick",
    "Grove",
    "Hazel",
    "Ivy",
    "Juniper",
)
_CHINESE = ("青山", "白河", "红桥", "绿洲", "东湖", "西坡", "南岭", "北站", "金沙", "银杏")
_FIGURES = range(11, 99)


class Depots:
    """One file a depot; every other one is rewritten now and then, or goes for a while."""

    def __init__(self, folder: Path, chance: random.Random) -> None:
        """Write all of them."""
        self.folder = folder
        self._chance = chance
        self.figures: dict[str, list[int]] = {}
        folder.mkdir(parents=True, exist_ok=True)
        for name in (*_ENGLISH, *_CHINESE):
            self.write(name)

    def question(self) -> tuple[str, str]:
        """Return the name of a depot and a question about it, in the language of its name."""
        name = self._chance.choice(list(self.figures))
        if name in _CHINESE:
            return name, f"{name}车辆段有多少辆扫雪车？"
        return name, f"how many ploughs does the {name} depot keep"

    def is_steady(self, name: str) -> bool:
        """Return True if the file of a depot stays as it is."""
        return name in (*_ENGLISH[1::2], *_CHINESE[1::2])

    def change(self) -> None:
        """Rewrite, remove or bring back one of the files that change."""
        name = self._chance.choice((*_ENGLISH[::2], *_CHINESE[::2]))
        path = self._path(name)
        if path.exists() and self._chance.random() < 0.3:
            path.unlink()
        else:
            self.write(name)

    def change_many(self) -> None:
        """Rewrite all that change, at once."""
        for name in (*_ENGLISH[::2], *_CHINESE[::2]):
            self.write(name)

    def write(self, name: str) -> None:
        """Write a file with another figure."""
        figure = self._chance.choice(_FIGURES)
        self.figures.setdefault(name, []).append(figure)
        if name in _CHINESE:
            text = (
                f"# {name}车辆段的冬季准备\n\n{name}车辆段有{figure}辆扫雪车，比去年多三辆。\n\n"
                f"段长表示，{name}车辆段的司机将轮班值守，遇到大雪立即出动。\n"
            )
        else:
            text = (
                f"# Winter at the {name} depot\n\nThe {name} depot keeps {figure} ploughs, three "
                f"more than last year.\n\nDrivers of the {name} depot take turns at night.\n"
            )
        self._path(name).write_text(text, encoding="utf-8")

    def holds(self, name: str, text: str) -> bool:
        """Return True if a text names a figure that the file of this depot ever held."""
        return name in text and any(str(figure) in text for figure in self.figures[name])

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.md"
