"""The data folder is its owner's alone, and never part of the documents."""

from __future__ import annotations

import json
import os
import stat
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.app.context import AppContext
from bot.storage.answers import AnswerStore
from config.settings import Settings, SettingsError, load_settings
from index.library import Library
from index.pipeline import reindex
from index.scan import scan_folder
from index.store.privacy import make_private
from index.watching import Change
from tests.fakes import HashEmbedder, write_articles


@pytest.fixture
def loose() -> Iterator[None]:
    """Make files as most systems do, readable for everyone."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def open_to_others(folder: Path) -> list[str]:
    found = [folder, *folder.rglob("*")]
    return [str(p) for p in found if not p.is_symlink() and p.stat().st_mode & 0o077]


class Terminal:
    """Runs `docent` in this process, as `main` does, in a folder with one document."""

    def __init__(self, home: Path, patch: pytest.MonkeyPatch, out: pytest.CaptureFixture[str]):
        self.home, self._patch, self._out = home, patch, out
        write_articles(home / "articles", {"ferry.md": ("Ferry", "The ferry runs hourly.")})

    def run(self, *arguments: str) -> tuple[int, str]:
        self._patch.setattr(sys, "argv", ["docent", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        said = self._out.readouterr()
        return int(ended.value.code or 0), said.out + said.err


@pytest.fixture
def terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Terminal:
    return Terminal(tmp_path, monkeypatch, capsys)


@pytest.mark.usefixtures("loose")
def test_all_that_is_kept_is_for_its_owner_alone(terminal: Terminal) -> None:
    data, file = terminal.home / ".docent", terminal.home / "kept.tar.gz"
    assert terminal.run("index")[0] == 0
    AnswerStore(data).close()
    assert open_to_others(data) == []
    assert terminal.run("backup", str(file))[0] == 0
    assert terminal.run("restore", str(file), "--replace")[0] == 0
    assert open_to_others(data) == [] and open_to_others(file) == []
    # A folder of an earlier version.
    for path in (data, *data.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    settings = terminal.home / ".env"
    settings.write_text("DISCORD_TOKEN=\n")
    settings.chmod(0o644)
    status, told = terminal.run("doctor", "--json")
    details = [check["detail"] for check in json.loads(told)["checks"] if not check["ok"]]
    assert status == 1 and len(details) == 2
    assert ".docent" in details[0] and "chmod 600 .env" in details[1]
    settings.chmod(0o600)
    assert terminal.run("status")[0] == 0
    assert open_to_others(data) == []
    assert terminal.run("doctor")[0] == 0
    # The documents keep the rights that they had.
    assert stat.S_IMODE((terminal.home / "articles").stat().st_mode) == 0o755


@pytest.mark.usefixtures("loose")
def test_no_folder_that_is_not_a_data_folder_is_tightened(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    make_private(tmp_path)
    assert open_to_others(tmp_path) != []
    everybodys = tmp_path / "tmp"
    everybodys.mkdir()
    everybodys.chmod(0o1777)
    (everybodys / "writer.lock").write_text("")
    make_private(everybodys)
    assert stat.S_IMODE(everybodys.stat().st_mode) == 0o1777
    make_private(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("documents", "data"),
    [
        *(("d", "d"), ("d", "d/data"), ("d/below", "d"), ("d", "d/.docent")),
        *(("link", "d/data"), ("d", "link/data"), ("d/../d", "d/x/..")),
    ],
)
def test_folders_that_hold_each_other_are_refused(
    tmp_path: Path, documents: str, data: str
) -> None:
    (tmp_path / "d" / "x").mkdir(parents=True)
    (tmp_path / "link").symlink_to("d")
    folders = {"documents_dir": tmp_path / documents, "data_dir": tmp_path / data}
    with pytest.raises(SettingsError, match="DOCUMENTS_DIR"):
        load_settings(**folders)
    load_settings(documents_dir=tmp_path / "d", data_dir=tmp_path / "d2")


@pytest.mark.usefixtures("loose")
def test_doctor_tells_of_them_and_no_command_runs(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATA_DIR", "articles/data")
    status, told = terminal.run("doctor", "--json")
    (check,) = json.loads(told)["checks"]
    assert status == 1 and not check["ok"] and "DATA_DIR" in check["detail"]
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    for command in (("index",), ("ask", "when does the ferry run"), ("run",)):
        status, told = terminal.run(*command)
        assert status == 1 and "互相包含" in told
    assert [path.name for path in (terminal.home / "articles").iterdir()] == ["ferry.md"]


def test_a_run_never_reads_its_own_data(tmp_path: Path) -> None:
    write_articles(tmp_path, {"a.md": ("Mill", "It grinds 40 sacks a day.")})
    write_articles(tmp_path / "data" / "removed", {"b.md": ("Board", "A secret of the board.")})
    library = Library.open(tmp_path / "data", HashEmbedder())
    report = reindex(library, tmp_path)
    assert [entry.article.source for entry in library.articles()] == ["a.md"]
    assert report.articles == 1
    library.close()
    sources = [state.source for state in scan_folder(tmp_path, frozenset({".md"}), None).files]
    assert "data/removed/b.md" in sources


def test_whoever_looks_through_the_folder_leaves_its_data_out(tmp_path: Path) -> None:
    write_articles(tmp_path, {"a.md": ("Mill", "It grinds 40 sacks a day.")})
    write_articles(tmp_path / "data" / "removed", {"b.md": ("Board", "A secret of the board.")})
    (tmp_path / "data" / "removed" / "old.doc").write_bytes(b"")
    changes: list[Change] = []
    stop = threading.Event()

    def index(change: Change) -> bool:
        changes.append(change)
        stop.set()
        return True

    # `load_settings` refuses these folders; a link that comes later can still lead there.
    with AppContext(Settings(documents_dir=tmp_path, data_dir=tmp_path / "data")) as context:
        assert context.skipped() == ()
        context.watch.follow(index, stop)
    assert [change.new for change in changes] == [("a.md",)]
