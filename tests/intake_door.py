"""Documents that are handed in at the one door, and what is said of those that are refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from config.errors import DocentError
from index.intake import Intake

NOTICE = "# 游泳馆开放时间\n\n游泳馆六月三日起每天早上七点开放。\n".encode()
NEWER = b"# Pool hours\n\nThe pool opens at eight from 3 June.\n"


def add(intake: Intake, name: str, collection: str = "", content: bytes = NOTICE) -> str:
    return intake.place(intake.stage(name, collection, content).token, "7").source


def files(folder: Path) -> list[str]:
    found = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return sorted(found)


def refusal(work: Callable[[], object]) -> str:
    with pytest.raises(DocentError) as raised:
        work()
    assert raised.value.localize("zh") != str(raised.value)
    return raised.value.key
