"""Vectors written by another process: the same index, told failures, and nobody left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from index.errors import StoreUnusable
from index.library import Library
from index.models import RunReport
from index.pipeline import reindex
from index.store import transaction
from index.store.sealing import check_manifest, manifest
from index.store.subprocess_writer import SubprocessVectorWriter
from index.store.vectors import read_embedded
from tests.fakes import HashEmbedder, texts_of, write_articles

NAME = "docent-g1"


def rows(count: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((count, 16)).astype(np.float32)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of articles, some of whose passages stand in several of them."""
    body = "\n\n".join(f"Station {n} has {n} lamps. " * 30 for n in range(4))
    articles = {
        f"a{n:02}.md": (f"Report {n % 5}", f"{body}\n\nNumber {n // 2}.") for n in range(20)
    }
    write_articles(tmp_path / "documents", articles)
    return tmp_path / "documents"


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let ten passages be many."""
    monkeypatch.setattr(transaction, "_MANY", 10)
    monkeypatch.setattr(transaction, "_VECTORS_A_BATCH", 7)


def test_it_writes_what_the_same_process_would(tmp_path: Path) -> None:
    vectors = SubprocessVectorWriter(tmp_path / "v", NAME, create=True, many=True)
    vectors.add([f"k{n}" for n in range(300)], rows(300))
    vectors.add(["k7"], rows(1, seed=9))
    vectors.delete(["k8", "none"])
    vectors.seal()
    check_manifest(tmp_path / "v", manifest(tmp_path / "v"))
    found = read_embedded(tmp_path / "v", NAME)
    assert found.keys() == {f"k{n}" for n in range(300)} - {"k8"}
    best = found.nearest(rows(1, seed=9)[0], 3)[0]
    assert (best.chunk_id, best.score) == ("k7", pytest.approx(1.0, abs=1e-5))
    found.close()
    again = SubprocessVectorWriter(tmp_path / "v", NAME, create=False, many=False)
    again.add(["new"], rows(1, seed=4))
    again.close()


def test_what_chroma_refuses_is_told_in_its_sentence(tmp_path: Path) -> None:
    with pytest.raises(StoreUnusable) as refused:
        SubprocessVectorWriter(tmp_path / "v", NAME, create=False, many=False)
    assert refused.value.key == "errors.vectors_unusable"
    vectors = SubprocessVectorWriter(tmp_path / "v", NAME, create=True, many=False)
    vectors.add(["k"], rows(1))
    with pytest.raises(StoreUnusable, match="dimension"):
        vectors.add(["other"], np.ones((1, 3), dtype=np.float32))
    vectors.close()


def test_a_process_that_is_killed_is_told(tmp_path: Path) -> None:
    vectors = SubprocessVectorWriter(tmp_path / "v", NAME, create=True, many=True)
    os.kill(vectors._process.pid, signal.SIGKILL)
    with pytest.raises(StoreUnusable, match="ended with status -9") as told:
        vectors.add(["k"], rows(1))
    assert "状态 -9" in told.value.localize("zh")
    vectors.close()


def test_it_ends_when_the_run_is_killed(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; sys.path.insert(0, sys.argv[2]);"
        "from index.store.subprocess_writer import SubprocessVectorWriter;"
        "v = SubprocessVectorWriter(Path(sys.argv[1]), 'docent-g1', create=True, many=True);"
        "print(v._process.pid, flush=True); time.sleep(600)"
    )
    root = str(Path(__file__).resolve().parents[2])
    run = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path / "v"), root], stdout=subprocess.PIPE, text=True
    )
    assert run.stdout is not None
    writer = int(run.stdout.readline())
    run.kill()
    run.wait()
    run.stdout.close()
    deadline = time.monotonic() + 60
    while _lives(writer) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _lives(writer)


def _lives(pid: int) -> bool:
    """Return True if a process is there that still runs."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except OSError:
        return False


def indexed(folder: Path, data: Path) -> tuple[Library, RunReport]:
    library = Library.open(data, HashEmbedder())
    return library, reindex(library, folder)


def test_an_index_is_the_same_however_many_passages_are_many(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain, alone = indexed(folder, tmp_path / "plain")
    monkeypatch.setattr(transaction, "_MANY", 10)
    monkeypatch.setattr(transaction, "_VECTORS_A_BATCH", 7)
    monkeypatch.setattr("index.pipeline._BATCH", 4)
    library, apart = indexed(folder, tmp_path / "apart")
    assert apart.passages > apart.embedded > 10, "some passages stand in several articles"
    assert (apart.passages, apart.embedded) == (alone.passages, alone.embedded)
    assert library.digest() == plain.digest()
    assert texts_of(library) == texts_of(plain)
    vector = HashEmbedder().encode_queries(["Station 3 has 3 lamps."])[0]
    assert {h.chunk_id for h in library.nearest(vector, 5)} == {
        h.chunk_id for h in plain.nearest(vector, 5)
    }
    # A small change of a large index goes the same way.
    write_articles(folder, {"a03.md": ("Report 3", "The ferry goes at nine.")})
    (folder / "a04.md").unlink()
    for each in (library, plain):
        report = reindex(each, folder)
        assert (report.changed, report.removed, report.embedded) == (1, 1, 1)
    assert library.digest() == plain.digest()


def test_a_run_whose_writer_dies_changes_nothing(
    folder: Path, tmp_path: Path, soon: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    library, _ = indexed(folder, tmp_path / "data")
    before = library.digest()
    write_articles(folder, {f"b{n}.md": ("New", f"Lamp {n} burns. " * 80) for n in range(20)})

    def killed(self: SubprocessVectorWriter, keys: list[str], vectors: np.ndarray) -> None:
        os.kill(self._process.pid, signal.SIGKILL)
        add(self, keys, vectors)

    add = SubprocessVectorWriter.add
    with monkeypatch.context() as patched:
        patched.setattr(SubprocessVectorWriter, "add", killed)
        with pytest.raises(StoreUnusable, match="ended with status -9"):
            reindex(library, folder)
    assert library.digest() == before
    assert reindex(library, folder).added == 20
    clean, _ = indexed(folder, tmp_path / "clean")
    assert library.digest() == clean.digest()
