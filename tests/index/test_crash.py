"""Kill indexing and restoring at random moments while somebody asks: no answer is wrong."""

from __future__ import annotations

import contextlib
import multiprocessing
import random
import re
import shutil
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from index.library import Library
from index.pipeline import reindex
from index.store.backup import pack
from tests import index_worker, restore_worker
from tests.engines import built_at_once, content_of
from tests.fakes import HashEmbedder

_VERSION = re.compile(r"edition (\d+)")


def article(number: int, edition: int) -> str:
    """An article whose every sentence names its edition, long enough for several passages."""
    sentences = (
        f"Station {number} has {place} lamps counted in edition {edition}. 第{number}站点。"
        for place in range(40)
    )
    return f"# Report of station {number}\n\n" + "\n".join(sentences) + "\n"


class Folder:
    """A documents folder whose articles go through editions."""

    def __init__(self, path: Path, count: int) -> None:
        self.path = path
        self.editions = {f"s{number}.md": 1 for number in range(count)}
        # What may be answered: the editions of the last good run and of the one under way.
        self.allowed: dict[str, set[int]] = {}
        path.mkdir()
        for name in self.editions:
            self._write(name)

    def _write(self, name: str) -> None:
        number = int(re.sub(r"\D", "", name))
        (self.path / name).write_text(article(number, self.editions[name]), encoding="utf-8")

    def change(self, chance: random.Random) -> None:
        """Give some articles a new edition, take one away and bring one back or in."""
        allowed = {name: set(editions) for name, editions in self.allowed.items()}
        for name in chance.sample(sorted(self.editions), 4):
            self.editions[name] += 1
            self._write(name)
        gone = chance.choice(sorted(self.editions))
        del self.editions[gone]
        (self.path / gone).unlink()
        # One that is there would leave the folder a document smaller, and at last empty.
        away = [f"s{n}.md" for n in range(100, 200) if f"s{n}.md" not in self.editions]
        new = chance.choice(away)
        self.editions[new] = 1
        self._write(new)
        for name, edition in self.editions.items():
            allowed.setdefault(name, set()).add(edition)
        # One assignment: the asking thread sees the old sets or the new ones.
        self.allowed = allowed

    def settle(self) -> None:
        """From now on only what the folder holds may be answered."""
        self.allowed = {name: {edition} for name, edition in self.editions.items()}


class Reader(threading.Thread):
    """Asks without pause, and keeps the first wrong answer."""

    def __init__(self, library: Library, folder: Folder) -> None:
        super().__init__(daemon=True)
        self.library = library
        self.folder = folder
        self.wrong: Exception | None = None
        self.asked = 0
        self.stopping = False
        self.pause = threading.Lock()

    def run(self) -> None:
        vector = HashEmbedder().encode_queries(["Station 3 counted 7 lamps"])[0]
        try:
            while not self.stopping:
                with self.pause:
                    ask(self.library, vector, self.folder.allowed)
                self.asked += 1
                time.sleep(0.001)
        except Exception as error:  # told by the test
            self.wrong = error


def ask(library: Library, vector: object, allowed: dict[str, set[int]]) -> None:
    """Ask once by each leg, and look at everything that an answer would show."""
    with library.reading():
        hits = library.nearest(vector, 8)
        hits += library.matching([("terms", "counted", 1.0), ("terms", "站", 1.0)], 8)
        chunks = library.chunks([hit.chunk_id for hit in hits])
        assert len(chunks) == len({hit.chunk_id for hit in hits}), "a hit that does not exist"
        for chunk in chunks.values():
            found = library.article(chunk.article_id)
            assert found is not None, "a passage without its article"
            assert found.text[chunk.start : chunk.end] == chunk.text, "a passage of another text"
            editions = {int(edition) for edition in _VERSION.findall(found.text)}
            assert len(editions) == 1, "a mixture of two editions"
            assert editions <= allowed.get(found.source, set()), "an edition that is gone"


def killed(work: Callable[..., None], arguments: tuple[object, ...], delay: float) -> bool:
    """Work in another process and kill it; return True if it was still alive."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(index_worker.PRELOADED)
    process = context.Process(target=work, args=arguments)
    process.start()
    process.join(delay)
    alive = process.is_alive()
    process.kill()
    process.join()
    return alive


def killed_run(folder: Folder, data: Path, full: bool, delay: float) -> bool:
    """Run the indexer and kill it."""
    return killed(index_worker.run, (folder.path, data, full), delay)


def killed_restore(library: Library, data: Path, kept: Path, delay: float) -> bool:
    """Put a backup in place and kill that: the next start finds the old index or the new one."""
    either = {content_of(library), kept.with_suffix(".digest").read_text()}
    was_killed = killed(restore_worker.restore, (kept, data), delay)
    with contextlib.closing(Library.open(data, HashEmbedder())) as started:
        assert content_of(started) in either
    for aside in data.glob("replaced-*"):
        shutil.rmtree(aside)
    return was_killed


def duration(folder: Folder, data: Path, full: bool) -> float:
    """Return how long a run takes that nobody kills."""
    began = time.monotonic()
    assert not killed_run(folder, data, full, 60)
    return time.monotonic() - began


def kill_often(tmp_path: Path, kills: int) -> int:
    """Interrupt so many runs, small and full ones in turn; return how many questions were asked."""
    chance = random.Random(5)
    folder = Folder(tmp_path / "documents", 24)
    data = tmp_path / "data"
    library = Library.open(data, HashEmbedder())
    reindex(library, folder.path)
    # The first run of all starts the process that serves them.
    longest = {full: duration(folder, data, full) for full in (True, False, True)}
    folder.change(chance)
    longest[False] = duration(folder, data, False)
    folder.settle()
    kept = tmp_path / "kept.tar.gz"
    pack(data, kept)
    kept.with_suffix(".digest").write_text(content_of(library))
    began = time.monotonic()
    assert not killed_restore(library, data, kept, 60)
    restoring = time.monotonic() - began
    reader = Reader(library, folder)
    reader.start()
    interrupted = attempts = 0
    while interrupted < kills:
        attempts += 1
        assert attempts <= 4 * kills, "runs end before they can be killed"
        full = attempts % 2 == 0
        folder.change(chance)
        interrupted += killed_run(folder, data, full, chance.uniform(0.0, longest[full]))
        assert reader.wrong is None, reader.wrong
        if attempts % 5 == 0:
            with reader.pause:
                interrupted += killed_restore(library, data, kept, chance.uniform(0.0, restoring))
                reindex(library, folder.path)
                folder.settle()
        if attempts % 4 == 3:
            reindex(library, folder.path)
            with reader.pause:
                folder.settle()
            assert content_of(library) == built_at_once(folder.path)
            library.probe()
    reader.stopping = True
    reader.join()
    assert reader.wrong is None, reader.wrong
    library.close()
    return reader.asked


def test_killed_runs_never_answer_wrongly(tmp_path: Path) -> None:
    assert kill_often(tmp_path, 4) > 4


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_two_hundred_killed_runs_never_answer_wrongly(tmp_path: Path) -> None:
    assert kill_often(tmp_path, 200) > 200


@pytest.mark.slow
def test_long_run_leaves_nothing_in_the_log_alone(tmp_path: Path) -> None:
    rows = [
        f'{{"id": "{n}", "title": "T{n}", "text": "Note {n} of {n * 7}."}}' for n in range(21_000)
    ]
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "rows.jsonl").write_text("\n".join(rows), encoding="utf-8")
    library = Library.open(tmp_path / "data", HashEmbedder())
    assert reindex(library, tmp_path / "documents").embedded == 21_000
    library.probe()
    (queue,) = (tmp_path / "data").rglob("chroma.sqlite3")
    with sqlite3.connect(queue) as database:
        assert database.execute("SELECT count(*) FROM embeddings_queue").fetchone()[0] <= 1
    vector = HashEmbedder().encode_queries(["T777\nNote 777 of 5439."])[0]
    assert library.nearest(vector, 5)[0].score == pytest.approx(1.0, abs=1e-4)
    rows[5] = '{"id": "5", "title": "T5", "text": "Another note."}'
    (tmp_path / "documents" / "rows.jsonl").write_text("\n".join(rows), encoding="utf-8")
    report = reindex(library, tmp_path / "documents")
    assert (report.changed, report.embedded) == (1, 1)
    library.probe()
