"""No pattern of the project takes longer than its share, whatever text it meets."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.pattern_pump import patterns, pumps

ROOT = Path(__file__).resolve().parents[1]
PUMP = ROOT / "tests" / "pattern_pump.py"


def pumped(*modules: str) -> list[str]:
    """Return the lines of the pump, which runs in a process of its own, so that it can be ended."""
    command = [sys.executable, PUMP, *modules]
    environment = {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=1200, env=environment, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.slow
@pytest.mark.timeout(1300)
@pytest.mark.parametrize(
    ("rooms", "least"),
    [
        (("retrieval.",), 60),
        (("bot.", "config."), 15),
        (("index.words.", "index.store.", "index.chunker", "index.scan", "index.intake"), 20),
        (("index.documents.", "index.formats.", "index.pages."), 60),
    ],
)
def test_no_pattern_explodes_on_what_it_may_meet(rooms: tuple[str, ...], least: int) -> None:
    *slow, number = pumped(*rooms)
    assert not slow
    assert int(number) >= least, "the pump finds the patterns"


def test_the_pump_finds_the_patterns_and_what_they_repeat() -> None:
    found = {name: pattern for name, pattern, _ in patterns()}
    marker = found["retrieval.proof.markers._MARKER"]
    assert any("1" in unit and "," in unit for _, unit in pumps(marker))
    assert ("", "a") in pumps(re.compile("(?:a+)+b"))
