"""Restores that the tests start in processes of their own, and kill at any step."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from index.store.backup import unpack
from index.store.restoring import finish_restore

KEPT = "access-rules.sqlite3"
PRELOADED = ["index.store.backup", "tests.restore_worker"]
_STEPS = ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link")
_WRITING = os.O_WRONLY | os.O_RDWR


def restore(file: Path, data: Path, steps: int = -1) -> None:
    """Put a backup in place, and be killed before the step of this number, or from outside."""
    if steps >= 0:
        _be_killed_before(steps, data)
    unpack(file, data, replace=True, keep=(KEPT,))


def finish(data: Path, steps: int) -> None:
    """Finish a restore that was killed, and be killed before the step of this number."""
    _be_killed_before(steps, data)
    finish_restore(data)


def _be_killed_before(steps: int, data: Path) -> None:
    """End this process like a power cut before it changes an entry of a folder once more."""
    left = steps

    def count(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal left
        writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & _WRITING
        if not (writes or event in _STEPS) or os.path.dirname(str(arguments[0])) != str(data):
            return
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count)
