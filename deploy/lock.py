"""Lock every package that the image installs, with hashes: `python deploy/lock.py` (needs uv).

Writes `requirements.txt`, which the bundled model needs, and `requirements-torch.txt`, what models
of other names need on top of it. Arguments are passed on to `uv pip compile`; without any, torch
is the build for processors alone, from PyTorch's own index.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

DEPLOY = Path(__file__).resolve().parent
NEED_TORCH = {"torch", "sentence-transformers"}
COMMAND = ["uv", "pip", "compile", "-", "--quiet", "--generate-hashes", "--no-annotate"]
# The image's Python and system; the hashes are those of all its processors.
PLATFORM = ["--python-version", "3.11", "--python-platform", "linux"]
TORCH_INDEX = "https://download.pytorch.org/whl/cpu"


def wanted(*, torch: bool) -> list[str]:
    """Return what `pyproject.toml` names: what runs Docent, and what builds it."""
    project = tomllib.loads((DEPLOY.parent / "pyproject.toml").read_text(encoding="utf-8"))
    driver = project["project"]["optional-dependencies"]["postgres"]
    named = [
        *project["project"]["dependencies"],
        *driver,
        *project["build-system"]["requires"],
    ]
    return [line for line in named if torch or _name(line) not in NEED_TORCH]


def _name(requirement: str) -> str:
    return re.split(r"[^A-Za-z0-9._-]", requirement, maxsplit=1)[0].lower()


def _locked(requirements: list[str], arguments: list[str]) -> str:
    command = [*COMMAND, *PLATFORM, *arguments]
    environment = {**os.environ, "UV_CUSTOM_COMPILE_COMMAND": "python deploy/lock.py"}
    done = subprocess.run(  # noqa: S603
        command, input="\n".join(requirements), stdout=subprocess.PIPE, text=True, env=environment
    )
    if done.returncode:
        sys.exit(done.returncode)
    return done.stdout


def main(arguments: list[str]) -> None:
    """Write both files."""
    arguments = arguments or ["--torch-backend", "cpu"]
    base = DEPLOY / "requirements.txt"
    base.write_text(_locked(wanted(torch=False), arguments), encoding="utf-8")
    known = re.findall(r"^([\w.-]+)==", base.read_text(encoding="utf-8"), re.MULTILINE)
    left_out = [part for name in known for part in ("--no-emit-package", name)]
    further = _locked(wanted(torch=True), [*arguments, "--constraints", str(base), *left_out])
    text = f"--extra-index-url {TORCH_INDEX}\n{further}"
    (DEPLOY / "requirements-torch.txt").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
