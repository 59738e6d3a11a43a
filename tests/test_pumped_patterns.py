"""No pattern of the project takes longer than its share, whatever text it meets."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.pattern_pump import patterns, pumps, too_long

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    ("rooms", "least"),
    [
        (("retrieval.",), 80),
        (("bot.", "config.", "language."), 80),
        (("index.",), 180),
    ],
)
def test_no_pattern_is_slow_on_what_it_may_meet(rooms: tuple[str, ...], least: int) -> None:
    """The pump runs in a process of its own, so that it can be ended."""
    command = [sys.executable, "-m", "tests.pattern_pump", *rooms]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=800, env={"PYTHONPATH": "."}, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr
    *slow, number = done.stdout.splitlines()
    assert not slow
    assert int(number) >= least, "the pump finds the patterns"


def test_the_pump_finds_the_patterns_and_what_they_repeat() -> None:
    found = {name: pattern for name, pattern, _ in patterns()}
    marker = found["retrieval.proof.markers._MARKER"]
    assert any("1" in unit and "," in unit for _, unit in pumps(marker))
    assert ("", "a") in pumps(re.compile("(?:a+)+b"))


@pytest.mark.parametrize(
    "slow",
    [
        r"(?:a+)+b",
        r"\s+(?:in|on)\s",
        r"[零一二]+分之",
        r"</?[A-Z][\w.]*(?:\{(?:[^{}]{0,100}+|\{[^{}]{0,100}+\}){0,20}\}){0,60}>",
    ],
)
def test_the_pump_finds_what_is_slow(slow: str) -> None:
    # Long enough for any processor: what is quadratic takes one of 2026 four times the limit.
    assert too_long(re.compile(slow), True, 80_000)
    assert not too_long(re.compile(r"\s(?:in|on)\s"), True, 80_000)
