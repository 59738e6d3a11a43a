"""Which servers can write: those of the setting, or the first one joined, which is remembered."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.storage.home import HOME_FILE, Home, HomeUnusable

EARLY = datetime(2024, 1, 1, tzinfo=UTC)


def test_a_setting_counts_alone(tmp_path: Path) -> None:
    home = Home(tmp_path, (8, 9))
    assert home.settle([(EARLY, 7)]) == {8, 9}
    assert not (tmp_path / HOME_FILE).exists()


@pytest.mark.parametrize("kept", ["", "{}", "[7]", '{"guild_id": "x"}', "\x00"])
def test_in_doubt_no_server_can_write(tmp_path: Path, kept: str) -> None:
    (tmp_path / HOME_FILE).write_text(kept)
    for look in (Home(tmp_path).servers, lambda: Home(tmp_path).settle([(EARLY, 7)])):
        with pytest.raises(HomeUnusable):
            look()
    assert (tmp_path / HOME_FILE).read_text() == kept


def test_two_that_ask_first_at_once_are_told_the_same(tmp_path: Path) -> None:
    for number in range(20):
        home = Home(tmp_path / str(number))
        start = threading.Barrier(8)

        def settle(home: Home = home, start: threading.Barrier = start) -> frozenset[int]:
            start.wait()
            return home.settle([(EARLY, 7)])

        with ThreadPoolExecutor(8) as pool:
            assert [each.result() for each in [pool.submit(settle) for _ in range(8)]] == [{7}] * 8
