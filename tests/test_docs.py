"""What the documentation shows is true: every command is run, every output and shape compared."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from bot.core.measured import measured
from bot.discord.connection import ConnectionState
from bot.operations.metrics import Metrics
from bot.operations.monitor import Monitor
from bot.storage.answers import AnswerStore
from bot.storage.feedback import Feedback
from config.logs import JsonFormatter, _Numbered, begin_question
from retrieval.models import Answer, AskRequest
from tests.docent import run_line
from tests.fakes_service import FakeService
from tests.monitor_page import fetch, free_port
from tests.shown_commands import OUTSIDE, PAGES, ROOT, commands, inner, outside, transcripts

# Commands that end with 1 where they are shown, and what they say.
REFUSED = {
    "docent run": "DISCORD_TOKEN is not set",
    "docent migrate": "DATABASE_URL",
    "docent migrate --back": "DATABASE_URL",
    "docent migrate --no-index": "DATABASE_URL",
    "docent run --watch": "DISCORD_TOKEN is not set",
    "docent restore docent-backup.tar.gz": "--replace",
    "docent restore shown.tar.gz": "--replace",
}

# Named in passing, without what they need to be told.
MENTIONED = {f"docent {name}" for name in ("ask", "summary", "eval", "backup", "restore")}


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def rows_shown() -> str:
    """Return the question file that docs/question-files.md shows."""
    page = text_of(ROOT / "docs" / "question-files.md")
    found = re.search(r"^```json\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert found
    return found[1]


class Stage:
    """A folder with the sample library, an index, a question file and two thumbs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def run(self, *lines: str) -> list[CompletedProcess[str]]:
        """Run `docent` commands one after another, each in a process of its own."""
        return [run_line(self.folder, line) for line in lines]

    def shows(self, lines: list[str]) -> None:
        """Run what a page shows; each ends as the page says."""
        named = [f"{line} --help" if line in MENTIONED else line for line in lines]
        for line, done in zip(lines, self.run(*named), strict=True):
            refusal = REFUSED.get(line)
            assert done.returncode == (1 if refusal else 0), f"{line}: {done.stderr or done.stdout}"
            assert "Traceback" not in done.stderr, line
            assert refusal is None or refusal in done.stderr, f"{line}: {done.stderr}"
            if "--json" in line and ">" not in line:
                json.loads(done.stdout)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built")
    shutil.copytree(ROOT / "articles", folder / "articles")
    (folder / "questions.jsonl").write_text(rows_shown(), encoding="utf-8")
    # Twice, so that there is an earlier generation to go back to.
    made = Stage(folder).run("docent index", "docent index --full")
    assert [done.returncode for done in made] == [0, 0]
    store = AnswerStore(folder / ".docent")
    asked = Answer("票价会涨多少", "zh", False, "这些文档里没有。", "extractive", (), ())
    for rating in ("up", "down"):
        Feedback(store).rate(store.keep(asked), 7, rating)
    store.close()
    return folder


@pytest.fixture
def stage(built: Path, tmp_path: Path) -> Stage:
    shutil.copytree(built, tmp_path / "stage")
    return Stage(tmp_path / "stage")


# Another model is loaded for this one, which takes torch.
SLOW = {"models.md"}


@pytest.mark.parametrize(
    "page",
    [pytest.param(p, marks=[pytest.mark.slow] if p.name in SLOW else []) for p in PAGES],
    ids=lambda page: page.name,
)
def test_every_command_that_is_shown_is_run(page: Path, stage: Stage) -> None:
    lines = []
    for command in commands(text_of(page)):
        entry = outside(command)
        if entry is None:
            lines.append(command)
            continue
        entry.check(command)
        if inside := inner(command):
            lines.append(inside)
    stage.shows(lines)


def test_the_commands_of_the_other_pages_name_what_there_is() -> None:
    for name in ("CONTRIBUTING.md", "benchmarks/README.md", "training/README.md"):
        indented = re.sub(r"(?m)^    (\S.*)$", r"`\1`", text_of(ROOT / name))
        for command in commands(indented):
            entry = outside(command)
            if entry is not None:
                entry.check(command)
            elif not command.startswith("docent "):
                assert (ROOT / command.split()[0]).exists(), f"{name}: {command}"


def test_the_commands_are_seen_and_no_reason_is_left_over() -> None:
    shown = {page.name: commands(text_of(page)) for page in PAGES}
    assert all(shown[name] for name in ("README.md", "operating.md", "models.md"))
    everything = [command for found in shown.values() for command in found]
    assert len(set(everything)) > 35
    others = [ROOT / "benchmarks" / "README.md", ROOT / "training" / "README.md"]
    everything += [c for p in others for c in re.findall(r"(?m)^    (python .*)$", text_of(p))]
    for entry in OUTSIDE:
        assert any(outside(command) is entry for command in everything), entry.pattern


def test_the_transcript_is_what_is_printed(stage: Stage) -> None:
    found = list(transcripts(text_of(ROOT / "README.md")))
    assert len(found) == 2
    for (_, lines), done in zip(found, stage.run(*(c for c, _ in found)), strict=True):
        printed = done.stdout.splitlines()
        for line in lines:
            beginning = line.removesuffix("…")
            assert any(each.startswith(beginning) for each in printed), (line, printed)


def test_every_option_of_the_table_is_taken_and_help_has_an_example(stage: Stage) -> None:
    table = re.findall(r"(?m)^\| `docent (\w+)[^`]*` \| (.*) \|$", text_of(PAGES[0]))
    helped = stage.run(*(f"docent {command} --help" for command, _ in table))
    assert len(table) > 10
    for (command, told), done in zip(table, helped, strict=True):
        assert done.returncode == 0, command
        assert command == "access" or "Example: docent" in done.stdout, command
        for option in re.findall(r"`(--[\w-]+)", told):
            assert option in done.stdout, f"docent {command} takes no {option}"


def test_the_shape_of_a_comparison(stage: Stage) -> None:
    line = "docent eval questions.jsonl"
    _, done = stage.run(f"{line} --out before", f"{line} --baseline before --json")
    page = text_of(ROOT / "docs" / "question-files.md")
    named = re.search(r'`"baseline": \{(.*?)\}`', page)
    assert named
    keys = re.findall(r'"(\w+)"', re.sub(r"\[.*?\]", "", named[1]))
    assert list(json.loads(done.stdout)["baseline"]) == keys


def test_the_log_line_has_the_shape_that_is_shown(caplog: pytest.LogCaptureFixture) -> None:
    page = text_of(ROOT / "docs" / "operating.md")
    shown = re.search(r"^```json\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert shown
    begin_question()
    caplog.handler.addFilter(_Numbered())
    with caplog.at_level("INFO", "bot.core.measured"):
        request = AskRequest("when does the ferry to Pine Island resume")
        measured(lambda: FakeService().ask(request))
    line = json.loads(JsonFormatter().format(caplog.records[-1]))
    example = json.loads(shown[1])
    assert list(line) == list(example) and line["logger"] == example["logger"]
    assert {name: type(value) for name, value in line.items()} == {
        name: type(value) for name, value in example.items()
    }


def test_the_health_check_has_the_shape_that_is_shown() -> None:
    page = text_of(ROOT / "docs" / "operating.md")
    shown = re.search(r'`(\{"ready": .*?\})`', page)
    assert shown

    async def look() -> str:
        async with Monitor(Metrics(), ConnectionState, lambda: None) as monitor:
            await monitor.open("127.0.0.1", port := free_port())
            return (await fetch(port, "/healthz"))[1]

    assert list(json.loads(asyncio.run(look()))) == list(json.loads(shown[1]))
