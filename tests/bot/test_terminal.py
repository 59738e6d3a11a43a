"""What the terminal says of a run under way and of the index."""

from __future__ import annotations

import pytest

from bot.console.terminal import speed_line, status_line


@pytest.mark.parametrize(
    ("phase", "speed", "language", "line"),
    [
        ("encode", 1234.4, "en", "1,234 passages/s"),
        ("encode", 1234.4, "zh", "每秒 1,234 个段落"),
        ("read", 12.0, "en", "12 files/s"),
        ("read", None, "en", ""),
        ("scan", 12.0, "en", ""),
    ],
)
def test_the_speed_names_what_it_counts(
    phase: str, speed: float | None, language: str, line: str
) -> None:
    assert speed_line(phase, speed, language) == line


def test_counts_and_sizes_are_written_for_people() -> None:
    assert status_line("size_bytes", 25_313_929, "en") == "Size: 25.3 MB"
    assert status_line("passages", 104_282, "zh") == "段落: 104,282"
    assert status_line("store", "embedded", "en") == "Store: embedded"
