"""How a module of ours is started in a process of its own, wherever this one was started."""

from __future__ import annotations

import sys
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[1]


def command(module: str, *arguments: str) -> list[str]:
    """Return the command that calls `main` of a module; `sys.argv[1:]` are the arguments."""
    start = f"import sys; sys.path.insert(0, sys.argv.pop(1)); import {module} as m; m.main()"
    return [sys.executable, "-c", start, str(_ROOT), *arguments]
