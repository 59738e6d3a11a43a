"""Count what a computation costs in steps, the same on a slow machine and a busy one; run many."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Sequence
from types import FrameType
from typing import Any


class TooManySteps(Exception):
    """A computation went beyond its bound; it was ended there."""


def steps(work: Callable[[], Any], most: int) -> int:
    """Return how many calls, of Python and of C, a computation makes.

    Raises TooManySteps at `most`, so that what would never end is ended.
    """
    made = 0

    def count(frame: FrameType, event: str, argument: object) -> None:
        nonlocal made
        made += event in ("call", "c_call")
        if made > most:
            raise TooManySteps(f"more than {most} calls")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(before)
    return made


def run_all(threads: Sequence[threading.Thread]) -> None:
    """Run threads at once, and wait for all of them."""
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
