"""Print what Docent depends on, one a line; without torch and what needs it unless asked.

The bundled model runs without torch, which is most of an installation's size. Models by other
names (`EMBEDDING_MODEL`) need it: `python deploy/requirements.py --torch`.
"""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

NEED_TORCH = {"torch", "sentence-transformers"}


def requirements(project: Path, *, torch: bool) -> list[str]:
    """Return the dependencies that `pyproject.toml` names."""
    named = tomllib.loads(project.read_text(encoding="utf-8"))["project"]["dependencies"]
    return [line for line in named if torch or _name(line) not in NEED_TORCH]


def _name(requirement: str) -> str:
    return re.split(r"[^A-Za-z0-9._-]", requirement, maxsplit=1)[0].lower()


if __name__ == "__main__":
    found = requirements(Path(__file__).parents[1] / "pyproject.toml", torch="--torch" in sys.argv)
    sys.stdout.write("".join(f"{line}\n" for line in found))
