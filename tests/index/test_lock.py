"""One writer at a time, told who the other is; a dead holder holds nothing."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from pathlib import Path

import pytest

from index.errors import StoreLocked, StoreUnusable
from index.library import Library
from index.models import Progress
from index.pipeline import reindex
from index.store.lock import FileLock, holder
from tests.fakes import HashEmbedder


def hold(path: Path, ready: object) -> None:
    """Take a lock and keep it until the process is killed."""
    lock = FileLock(path, "counting lamps")
    lock.acquire()
    ready.set()
    time.sleep(60)


@pytest.fixture
def stranger(tmp_path: Path):
    """Another process that holds `tmp_path/writer.lock`."""
    context = multiprocessing.get_context("spawn")
    ready = context.Event()
    process = context.Process(target=hold, args=(tmp_path / "writer.lock", ready))
    process.start()
    assert ready.wait(60)
    yield process
    process.kill()
    process.join()


def test_second_one_is_told_who_holds_it(tmp_path: Path, stranger) -> None:
    with pytest.raises(StoreLocked) as caught:
        FileLock(tmp_path / "writer.lock", "second").acquire()
    assert caught.value.values["pid"] == stranger.pid
    for language in ("en", "zh"):
        said = caught.value.localize(language)
        assert str(stranger.pid) in said
        assert "counting lamps" in said
    with pytest.raises(StoreLocked):
        FileLock(tmp_path / "writer.lock", "second").check()


def test_killed_holder_frees_it(tmp_path: Path, stranger) -> None:
    os.kill(stranger.pid, signal.SIGKILL)
    stranger.join()
    with FileLock(tmp_path / "writer.lock", "heir"):
        assert holder(tmp_path / "writer.lock")["pid"] == os.getpid()


def test_same_process_counts_as_another(tmp_path: Path) -> None:
    with FileLock(tmp_path / "a.lock", "first"), pytest.raises(StoreLocked):
        FileLock(tmp_path / "a.lock", "second").acquire()
    FileLock(tmp_path / "a.lock", "third").acquire()


def test_check_takes_nothing_and_writes_nothing(tmp_path: Path) -> None:
    lock = FileLock(tmp_path / "none" / "a.lock", "looking")
    lock.check()
    assert not (tmp_path / "none").exists()
    with FileLock(tmp_path / "a.lock", "first"):
        pass
    before = (tmp_path / "a.lock").read_text()
    FileLock(tmp_path / "a.lock", "looking").check()
    assert (tmp_path / "a.lock").read_text() == before


def test_file_in_the_way_of_the_folder_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("not a folder")
    with pytest.raises(StoreUnusable) as caught:
        FileLock(tmp_path / "data" / "a.lock", "first").acquire()
    assert "data" in str(caught.value)


def test_unsigned_lock_has_an_unknown_holder(tmp_path: Path) -> None:
    (tmp_path / "a.lock").write_text("")
    assert holder(tmp_path / "a.lock") == {"pid": "?", "doing": "?", "since": "?"}


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "a.md").write_text("# Lamps\n\nThe town has nine lamps.\n", encoding="utf-8")
    return folder


def test_run_beside_a_resident_says_what_to_do(tmp_path: Path, documents: Path) -> None:
    bot = Library.open(tmp_path / "data", HashEmbedder())
    bot.resident("docent run")
    terminal = Library.open(tmp_path / "data", HashEmbedder())
    with pytest.raises(StoreLocked) as caught:
        reindex(terminal, documents)
    assert "/reindex" in str(caught.value)
    assert "CHROMA_HOST" in caught.value.localize("zh")
    assert reindex(bot, documents).added == 1, "the resident itself may write"
    with pytest.raises(StoreLocked):
        terminal.resident("a second bot")
    assert [entry.article.title for entry in terminal.articles()] == ["Lamps"]
    bot.close()
    assert reindex(terminal, documents).unchanged == 1


def test_resident_may_come_while_a_run_is_under_way(tmp_path: Path, documents: Path) -> None:
    bot = Library.open(tmp_path / "data", HashEmbedder())
    terminal = Library.open(tmp_path / "data", HashEmbedder())

    def meanwhile(progress: Progress) -> None:
        if progress.phase == "encode" and progress.done == progress.total:
            bot.resident("docent run")

    reindex(terminal, documents, progress=meanwhile)
    assert bot.status().articles == 1
    bot.close()
