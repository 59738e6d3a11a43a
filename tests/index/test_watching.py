"""The watch over the documents: one change for many files, none for a half-written one."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from index.library import Library
from index.models import RunReport
from index.pipeline import reindex
from index.scan import scan_folder
from index.watching import Change, FolderWatch
from tests.fakes import HashEmbedder, texts_of

PATIENCE = 30.0


class Watched:
    """A folder under watch in a thread of its own; each change is indexed for real."""

    def __init__(self, path: Path, **options: float) -> None:
        self.folder = path / "documents"
        self.library = Library.open(path / "data", HashEmbedder())
        options = {"rest": 0.3, "every": 0, "retry": 0.3, **options}
        self.watch = FolderWatch(self.folder, apart=path / "data", **options)
        self.changes: list[Change] = []
        self.reports: list[RunReport] = []
        self.failing = 0
        self.let = threading.Event()
        self.let.set()
        self.stop = threading.Event()
        self._thread = threading.Thread(target=self.watch.follow, args=(self._index, self.stop))

    def _index(self, change: Change) -> bool:
        self.changes.append(change)
        assert self.let.wait(PATIENCE)
        if self.failing:
            self.failing -= 1
            return False
        moving = self.watch.is_moving
        self.reports.append(reindex(self.library, self.folder, is_moving=moving))
        return True

    def write(self, name: str, body: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"# {name}\n\n{body}\n", encoding="utf-8")
        return path

    def texts(self) -> str:
        return "\n".join(texts_of(self.library).values())

    def until(self, found: Callable[[], object]) -> None:
        """Wait for a condition; that it never comes is the only thing that time decides."""
        end = time.monotonic() + PATIENCE
        while not found():
            assert time.monotonic() < end, (self.changes, self.reports)
            time.sleep(0.02)

    @contextmanager
    def running(self) -> Iterator[None]:
        self._thread.start()
        try:
            yield
        finally:
            self.stop.set()
            self._thread.join(PATIENCE)
            assert not self._thread.is_alive()
            self.library.close()


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    watched = Watched(tmp_path)
    watched.write("lamps.md", "The town lit 90 new lamps.")
    watched.write("桥.md", "北门大桥封闭维修四十五天。")
    return watched


def test_what_is_new_changed_and_gone_is_told_and_indexed(watched: Watched) -> None:
    with watched.running():
        watched.until(lambda: watched.reports)
        assert watched.changes[0].is_first and watched.reports[0].articles == 2
        watched.write("news/mill.md", "The mill grinds again.")
        watched.until(lambda: "mill grinds" in watched.texts())
        watched.write("news/mill.md", "The mill is silent.")
        watched.until(lambda: "mill is silent" in watched.texts())
        (watched.folder / "桥.md").unlink()
        watched.until(lambda: "北门" not in watched.texts())
    told = watched.changes[1:]
    assert [(c.new, c.changed, c.gone) for c in told] == [
        (("news/mill.md",), (), ()),
        ((), ("news/mill.md",), ()),
        ((), (), ("桥.md",)),
    ]
    assert str(told[2]) == "0 new, 0 changed, 1 gone (桥.md)"


def test_hundreds_of_changes_at_once_are_one_run(tmp_path: Path) -> None:
    watched = Watched(tmp_path, rest=1.0)
    watched.write("lamps.md", "The town lit 90 new lamps.")
    with watched.running():
        watched.until(lambda: watched.reports)
        for number in range(300):
            watched.write(f"many/{number}.md", f"Notice number {number}.")
        watched.until(lambda: watched.reports[-1].articles == 301)
    assert len(watched.reports) == 2
    assert "and 295 more" in str(watched.changes[1])


def test_a_file_that_still_grows_is_not_read_and_others_are_not_kept_waiting_for_ever(
    tmp_path: Path,
) -> None:
    watched = Watched(tmp_path, rest=0.6, patience=1.5)
    watched.write("lamps.md", "The town lit 90 new lamps.")
    with watched.running():
        watched.until(lambda: watched.reports)
        with (watched.folder / "grows.txt").open("w", encoding="utf-8") as file:
            watched.write("short.md", "A short notice.")
            while "short notice" not in watched.texts():
                file.write("half of a sentence ")
                file.flush()
                time.sleep(0.05)
            assert "half of" not in watched.texts() and "grows.txt" in watched.changes[-1].waiting
            file.write("and its end.\n")
        watched.until(lambda: "and its end." in watched.texts())
    assert [c.new for c in watched.changes if "grows.txt" in c.new] == [("grows.txt",)]


def test_a_file_that_began_to_change_after_the_look_is_left_as_it_was(watched: Watched) -> None:
    """Not even a run by hand reads it."""
    with watched.running():
        watched.until(lambda: watched.reports)
        watched.let.clear()
        watched.write("new.md", "A new notice.")
        watched.until(lambda: len(watched.changes) == 2)
        watched.write("lamps.md", "The town lit")
        moving = [s.source for s in scan_folder(watched.folder, frozenset({".md"}), None).files]
        watched.let.set()
        watched.until(lambda: len(watched.reports) == 3)
        assert "lamps.md" in moving
    assert watched.reports[1].added == 1 and watched.reports[1].changed == 0
    assert watched.reports[2].changed == 1


def test_a_rename_into_place_is_one_change(watched: Watched) -> None:
    with watched.running():
        watched.until(lambda: watched.reports)
        hidden = watched.write(".lamps.md.tmp", "The town lit 95 lamps.")
        os.utime(hidden, (1e9, 1e9))
        hidden.replace(watched.folder / "lamps.md")
        watched.until(lambda: "95 lamps" in watched.texts())
    assert [c.changed for c in watched.changes[1:]] == [("lamps.md",)]


def test_a_folder_that_vanishes_wipes_nothing_and_is_watched_when_it_is_back(
    watched: Watched, caplog: pytest.LogCaptureFixture
) -> None:
    with watched.running():
        watched.until(lambda: watched.reports)
        aside = watched.folder.rename(watched.folder.with_name("aside"))
        watched.until(lambda: "does not exist" in caplog.text)
        watched.folder.mkdir()
        watched.until(lambda: "holds no document" in caplog.text)
        watched.folder.rmdir()
        shutil.copytree(aside, watched.folder)
        watched.write("lamps.md", "The town lit 99 lamps.")
        watched.until(lambda: "99 lamps" in watched.texts())
        assert len(watched.library.articles()) == 2
        watched.write("lamps.md", "The town lit 100 lamps.")
        watched.until(lambda: "100 lamps" in watched.texts())
    assert all(report.removed == 0 for report in watched.reports)
    assert caplog.text.count("holds no document") == 1


def test_a_folder_that_does_not_exist_yet_and_one_behind_a_link(tmp_path: Path) -> None:
    watched = Watched(tmp_path)
    with watched.running():
        first, second = tmp_path / "first", tmp_path / "second"
        for folder, count in ((first, 1), (second, 2)):
            folder.mkdir()
            (folder / "count.md").write_text(f"# Count\n\nThe count is {count}.\n")
        watched.folder.symlink_to(first)
        watched.until(lambda: "count is 1" in watched.texts())
        other = tmp_path / "link"
        other.symlink_to(second)
        other.replace(watched.folder)
        watched.until(lambda: "count is 2" in watched.texts())


def test_links_out_of_the_folder_are_neither_read_nor_followed(watched: Watched) -> None:
    (watched.folder / "everything").symlink_to("/")
    (watched.folder / "circle").symlink_to(watched.folder)
    with watched.running():
        watched.until(lambda: watched.reports)
        watched.write("mill.md", "The mill grinds.")
        watched.until(lambda: "mill grinds" in watched.texts())
    assert watched.reports[-1].articles == 3


def test_a_run_that_fails_is_tried_again(watched: Watched) -> None:
    watched.failing = 2
    with watched.running():
        watched.until(lambda: watched.reports)
    assert len(watched.changes) == 3 and watched.reports[0].articles == 2


def test_where_nothing_is_reported_the_folder_is_looked_through(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a network mount: watchfiles polls so seldom here that only our looks can see it."""
    monkeypatch.setenv("WATCHFILES_FORCE_POLLING", "1")
    monkeypatch.setenv("WATCHFILES_POLL_DELAY_MS", "3600000")
    watched.watch = FolderWatch(watched.folder, apart=None, every=0.2, rest=0.2)
    watched._thread = threading.Thread(
        target=watched.watch.follow, args=(watched._index, watched.stop)
    )
    with watched.running():
        watched.until(lambda: watched.reports)
        watched.write("mill.md", "The mill grinds.")
        watched.until(lambda: "mill grinds" in watched.texts())
