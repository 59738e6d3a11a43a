"""The pump finds every pattern of the project, and what it may repeat."""

from __future__ import annotations

import re

from tests.pattern_pump import patterns, pumps


def test_the_pump_finds_the_patterns_and_what_they_repeat() -> None:
    found = {name: pattern for name, pattern, _ in patterns()}
    marker = found["retrieval.proof.markers._MARKER"]
    assert any("1" in unit and "," in unit for _, unit in pumps(marker))
    assert ("", "a") in pumps(re.compile("(?:a+)+b"))
