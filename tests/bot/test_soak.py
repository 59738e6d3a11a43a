"""The soak of `benchmarks/soak.py`, in a hurry: nothing is lost, doubled, wrong or left open."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from benchmarks.soak import soak
from benchmarks.soak_report import told


@pytest.mark.slow
def test_twenty_seconds_of_use_and_misfortune(tmp_path: Path) -> None:
    soaked = asyncio.run(soak(tmp_path, 20, pace=0.2, every=0.5))
    report = told(soaked, kept=False)
    assert soaked.is_sound, report
    assert sum(soaked.tally.asked.values()) > 20 and soaked.harm, report
    assert soaked.tally.right > soaked.tally.refused, report
    (files, files_later), (threads, threads_later) = (
        soaked.grown(lambda found: found.files),
        soaked.grown(lambda found: found.threads),
    )
    # Sockets and threads come and go; what leaks grows with each of a hundred questions.
    assert files_later <= files + 15 and threads_later <= threads + 15, report
