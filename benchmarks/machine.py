"""Say on what machine and when something was measured."""

from __future__ import annotations

import os
import platform
import time


def machine(model: str = "bundled") -> str:
    """Return one line: day, system, cores, Python and embedding model."""
    day = time.strftime("%Y-%m-%d")
    return (
        f"{day}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}, model `{model}`."
    )
