"""A restore that is killed at any step leaves the old state or the new one, and nothing open."""

from __future__ import annotations

import multiprocessing
import shutil
from pathlib import Path

import pytest

from bot.storage.access import ACCESS_FILE, AccessRules, AccessUnusable
from bot.storage.memory import MEMORY_FILE
from index.errors import StoreLocked, StoreUnusable
from index.store.backup import pack, unpack
from index.store.lock import FileLock
from index.store.restoring import MARKER, finish_restore
from tests import restore_worker
from tests.restore_stage import OTHERS, build, state


def killed(file: Path, data: Path, steps: int) -> bool:
    """Restore in another process that is killed before a step; True if it came so far."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(restore_worker.PRELOADED)
    process = context.Process(target=restore_worker.restore, args=(file, data, steps))
    process.start()
    process.join()
    return process.exitcode != 0


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder, with a backup of it beside."""
    (tmp_path / "data").mkdir()
    build(tmp_path / "data", "7")
    pack(tmp_path / "data", tmp_path / "kept.tar.gz", OTHERS)
    return tmp_path / "data"


def test_killed_at_every_step_it_is_the_old_or_the_new(data: Path, tmp_path: Path) -> None:
    file, here = tmp_path / "kept.tar.gz", tmp_path / "here"
    new = state(data)
    build(data, "8")
    old = state(data)
    found = set()
    steps = 0
    while True:
        shutil.rmtree(here, ignore_errors=True)
        shutil.copytree(data, here)
        was_killed = killed(file, here, steps)
        assert (here / ACCESS_FILE).exists(), "the rules were away for a moment"
        if (here / MARKER).exists():
            with pytest.raises(AccessUnusable):
                AccessRules(here).current()
        elif was_killed:
            assert frozenset(AccessRules(here).current()) in (old[1], new[1])
        now = state(here)
        assert now in (old, new), f"killed before step {steps}"
        found.add(now)
        assert not (here / MARKER).exists() and not list(here.glob("restoring-*"))
        if now == new:
            (aside,) = [path for path in here.glob("replaced-*") if (path / "docent.db").exists()]
            assert state(aside)[0] == old[0]
        if not was_killed:
            break
        steps += 1
    assert found == {old, new} and steps > 12


def test_killed_while_it_is_finished_it_is_finished_by_the_next(data: Path, tmp_path: Path) -> None:
    file, here = tmp_path / "kept.tar.gz", tmp_path / "here"
    new = state(data)
    build(data, "8")
    shutil.copytree(data, here)
    steps = 6
    while not (here / MARKER).exists():
        shutil.rmtree(here)
        shutil.copytree(data, here)
        assert killed(file, here, steps)
        steps += 1
    with FileLock(here / "writer.lock", "restoring"), pytest.raises(StoreLocked):
        finish_restore(here)
    context = multiprocessing.get_context("forkserver")
    for steps in range(1, 40, 3):
        process = context.Process(target=restore_worker.finish, args=(here, steps))
        process.start()
        process.join()
        assert (here / ACCESS_FILE).exists()
        if process.exitcode == 0:
            break
    assert state(here) == new


def test_a_restore_that_cannot_be_finished_gives_way_to_another(data: Path, tmp_path: Path) -> None:
    whole = state(data)
    for content in ("", "{}", "[1]", '{"staging": "../x", "aside": "y"}'):
        (data / MARKER).write_text(content)
        with pytest.raises(StoreUnusable, match="--replace"):
            finish_restore(data)
        with pytest.raises(AccessUnusable):
            AccessRules(data).current()
        unpack(tmp_path / "kept.tar.gz", data, replace=True, keep=(ACCESS_FILE,))
        assert state(data) == whole


def test_a_journal_of_rules_that_stay_stays_with_them(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "early.tar.gz"
    pack(data, file, (MEMORY_FILE,))
    (data / f"{ACCESS_FILE}-journal").write_bytes(b"")
    unpack(file, data, replace=True, keep=(ACCESS_FILE,))
    assert (data / f"{ACCESS_FILE}-journal").exists()
    assert state(data)[1] == {"closed7"}
