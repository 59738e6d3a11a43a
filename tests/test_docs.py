"""Every `docent` command that the documentation shows is one that the program takes."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from typer.main import get_command

from bot.console.cli import app

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
SHOWN = re.compile(r"(?:^|`|&& |; |docent )(?:[A-Z_]+=\S+ )*docent ([a-z][^`\n]*)", re.MULTILINE)


def shown() -> list[tuple[str, str]]:
    found = []
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
        inline = re.findall(r"`[^`\n]+`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
        for piece in (*blocks, *inline):
            found += [(page.name, re.split(r" (?:>|&&|\|) ", c)[0]) for c in SHOWN.findall(piece)]
    return found


def placeholders(words: list[str]) -> list[str]:
    """Fill in what stands for a number or an optional word in a table of commands."""
    return ["3" if word == "N" else word for word in words if not word.startswith("[")]


@pytest.mark.parametrize(("page", "command"), sorted(set(shown())))
def test_a_command_that_is_shown_is_understood(page: str, command: str) -> None:
    name, *words = placeholders(shlex.split(command))
    commands = get_command(app).commands  # type: ignore[attr-defined]
    assert name in commands, f"{page}: docent {command}"
    if words:
        commands[name].make_context(name, words)


def test_the_commands_of_every_page_are_seen() -> None:
    pages = {page for page, _ in shown()}
    assert {"README.md", "operating.md", "question-files.md"} <= pages
    assert len(set(shown())) > 20
