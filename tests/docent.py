"""`docent` as a person or a script runs it: each command its own process, over small articles."""

from __future__ import annotations

import functools
import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

FERRY = """# Ferry to the islands runs hourly

By Jonas Lind

The ferry to the islands runs every hour from 7:30 a.m. until 10 p.m. A return ticket costs $4.20.

Captain Rosa Weiss said the new boat, the Heron, carries 120 passengers and 16 bicycles.
"""
MARKET = """# 菜市场整修后重新开张

2024年5月6日

东街菜市场整修三个月后重新开张，摊位从八十个增加到一百二十个。市场经理罗建平说，雨天再也不会漏水了。

整修共花费三百二十万元，由区政府全额承担。停车场可以停放65辆汽车。
"""


@functools.cache
def _starter() -> subprocess.Popen[str]:
    """Start the process that all commands are forks of; it ends with this one."""
    return subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("run_shown.py"))],
        env={"PATH": os.environ["PATH"], "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def run_line(folder: Path, line: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a command as a shell in this folder would, with nothing but the settings given."""
    kept = {"PATH": os.environ["PATH"], "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"}
    environment = {**kept, "HOME": str(folder), "LANG": "C.UTF-8", **settings}
    starter = _starter()
    assert starter.stdin is not None and starter.stdout is not None
    request = {"line": line, "folder": str(folder), "environment": environment}
    starter.stdin.write(f"{json.dumps(request)}\n")
    starter.stdin.flush()
    return subprocess.CompletedProcess(line, *json.loads(starter.stdout.readline()))


class Docent:
    """Runs `docent` over a folder of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.documents = home / "articles"
        self.documents.mkdir()
        (self.documents / "ferry.md").write_text(FERRY, encoding="utf-8")
        (self.documents / "菜市场.md").write_text(MARKET, encoding="utf-8")

    def run(self, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        return run_line(self.home, shlex.join(["docent", *arguments]), **settings)

    def json(self, *arguments: str) -> Any:
        done = self.run(*arguments, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)
