"""The commands that the documentation shows, in order, and which of them need the world outside."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
# What stands for something in a table of commands.
PLACEHOLDERS = {
    "QUESTION": "'when does the ferry leave Port Lindsay'",
    "ARTICLE": "news/ferry-timetable.md#1",
    "[FILTER]": "ferry",
    "eval FILE": "eval questions.jsonl",
    "FILE": "shown.tar.gz",
    "/models/another": str(ROOT / "models" / "docent-zh-en"),
    "/tmp/tried": "tried",
}
_PROGRAMS = r"docent|docker|sudo|pip|python3?|pytest|systemd-analyze|systemctl|git|\.ci/run"
_COMMAND = re.compile(rf"^(?:\$ )?((?:[A-Z_]+=\S+ )*(?:(?:{_PROGRAMS})(?![\w.-])|\. ).*)$")
_PIECE = re.compile(r"^ *```(\w*)\n(.*?)^ *```$|`([^`\n]+)`", re.MULTILINE | re.DOTALL)


def commands(text: str) -> list[str]:
    """Return the commands of a page in order, each once, with placeholders filled in."""
    found: dict[str, None] = {}
    for kind, block, inline in _PIECE.findall(text):
        lines = block.splitlines() if kind in ("sh", "text", "") else []
        for line in [*lines, inline]:
            if shown := _COMMAND.match(line.strip()):
                found.update(dict.fromkeys(map(filled, shown[1].split(" && "))))
    # The name alone is no command: it stands for all of them.
    return [command for command in found if command not in ("docent", "git", "pip", "python")]


def filled(command: str) -> str:
    """Return a command with values in place of what stands for one."""
    for placeholder, value in PLACEHOLDERS.items():
        command = command.replace(placeholder, value)
    return command.strip()


@dataclass(frozen=True)
class Outside:
    """Commands that no test can run: why, and what of them can be checked."""

    pattern: str
    reason: str
    check: Callable[[str], None]


def _files_exist(command: str) -> None:
    for name in re.findall(r"[\w./-]*/?[\w-]*\.(?:example|service|py)\b", command):
        if not name.startswith("/"):
            assert (ROOT / name).is_file(), f"{name} in {command!r}"


def _extras_exist(command: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for extra in re.findall(r"\[(\w+)\]", command):
        assert extra in project["optional-dependencies"], command


def _unit_exists(command: str) -> None:
    assert "docent" in command.split(), command
    assert "ExecStart=" in (ROOT / "deploy" / "docent.service").read_text(encoding="utf-8")


def _composed(command: str) -> None:
    named = re.search(r" -f (\S+)", command)
    compose = yaml.safe_load((ROOT / (named[1] if named else "compose.yaml")).read_text("utf-8"))
    services = compose["services"]
    if executed := re.search(r"compose exec (\w+)", command):
        assert executed[1] in services, command
    for profile in re.findall(r"--profile (\w+)", command):
        assert any(profile in s.get("profiles", []) for s in services.values()), command
    if "build" in command:
        built = [service["build"]["context"] for service in services.values() if "build" in service]
        assert set(built) <= {".", ".."} and built and (ROOT / "Dockerfile").is_file()


def _script_takes(command: str) -> None:
    shown = re.sub(r"-m ([\w.]+)", lambda m: m[1].replace(".", "/") + ".py", command)
    script, *words = shown.split("python ")[1].split()
    text = (ROOT / script).read_text(encoding="utf-8")
    for word in words:
        assert not word.startswith("--") or f'"{word}"' in text, f"{script} takes no {word}"


def _marker_exists(command: str) -> None:
    assert "-m" not in command.split() or "slow:" in (ROOT / "pyproject.toml").read_text()


def _access_command_exists(command: str) -> None:
    name = command.split("access ")[1].split()[0]
    sources = "".join(p.read_text(encoding="utf-8") for p in (ROOT / "bot" / "cli").glob("*.py"))
    assert f'"{name}"' in sources, command


OUTSIDE = (
    Outside("docent access take-back", "needs a server that the bot is in", _access_command_exists),
    Outside(r"(sudo )?python3 -m venv", "makes an environment; .ci/run does", _files_exist),
    Outside(r"\. ", "enters the environment that was made before", _files_exist),
    Outside(r"(sudo )?(\S*/)?pip install", "loads packages; .ci/run does", _extras_exist),
    Outside(r"pytest", "would run these very tests", _marker_exists),
    Outside(r"sudo git clone|cd /opt", "needs root, and a place outside", _files_exist),
    Outside(r"sudo install", "needs root", _files_exist),
    Outside(r"sudo systemctl|systemd-analyze", "needs systemd", _unit_exists),
    Outside(r"([A-Z_]+=\S+ )*docker ", "needs Docker", _composed),
    Outside(
        r"([A-Z_]+=\S+ )*python (-m )?(benchmarks|training|tests|deploy)[/.]",
        "takes long",
        _script_takes,
    ),
)


def outside(command: str) -> Outside | None:
    """Return why a command is not run, or None for one that is."""
    return next((entry for entry in OUTSIDE if re.match(entry.pattern, command)), None)


def inner(command: str) -> str:
    """Return the command of ours that one of Docker's would run, or nothing."""
    found = re.search(r"compose exec docent (docent .*)", command)
    return found[1].replace("/data/", "") if found else ""


def transcripts(text: str) -> Iterator[tuple[str, list[str]]]:
    """Yield each command of a transcript with the lines that it shows of its output."""
    for block in re.findall(r"^```text\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, *lines = part.strip().splitlines()
            yield command, lines
