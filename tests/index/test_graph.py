"""The graph over a catalog's vectors: built apart, told failures, checked files, nobody left."""

from __future__ import annotations

import os
import signal
import sqlite3
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
from index.store import graph, transaction
from index.store.catalog_schema import create
from index.store.catalog_writer import CatalogWriter
from index.store.graph import GraphBuilder, GraphProcess, check_sizes, sizes_of
from index.store.vectors import open_embedded
from tests.engines import content_of
from tests.fakes import HashEmbedder, texts_of, write_articles

NAME = "docent-g1"


def rows(count: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((count, 16)).astype(np.float32)


def put(catalog: Path, count: int, start: int = 0) -> None:
    """Store vectors in a catalog."""
    writer = CatalogWriter(catalog)
    found = rows(start + count)[start:]
    writer.put_vectors({f"k{start + n}": row for n, row in enumerate(found)})
    writer.commit()
    writer.close()


@pytest.fixture
def catalog(tmp_path: Path) -> Path:
    create(tmp_path / "catalog.db")
    put(tmp_path / "catalog.db", 300)
    return tmp_path / "catalog.db"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of articles, some of whose passages stand in several of them."""
    body = "\n\n".join(f"Station {n} has {n} lamps. " * 30 for n in range(4))
    articles = {
        f"a{n:02}.md": (f"Report {n % 5}", f"{body}\n\nNumber {n // 2}.") for n in range(20)
    }
    write_articles(tmp_path / "documents", articles)
    return tmp_path / "documents"


def few(patched: pytest.MonkeyPatch) -> None:
    """Let ten vectors be many, and five be due."""
    patched.setattr(transaction, "_MANY", 10)
    patched.setattr(transaction, "_LEAST_DUE", 5)


@pytest.mark.parametrize("kind", [GraphBuilder, GraphProcess])
@pytest.mark.parametrize("batch", [7, 5_000])
def test_finished_graph_holds_all_that_was_committed_and_is_only_read(
    catalog: Path, tmp_path: Path, kind: type, batch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(graph, "_BATCH", batch)
    builder = kind(catalog, tmp_path / "v", NAME)
    builder.more()
    put(catalog, 100, 300)
    assert builder.finish() == 400
    builder.close()
    queue = sqlite3.connect(tmp_path / "v" / "chroma.sqlite3")
    assert queue.execute("SELECT count(*) FROM embeddings_queue").fetchone()[0] <= 1
    queue.close()
    sizes = sizes_of(tmp_path / "v")
    before = {path: path.read_bytes() for path in (tmp_path / "v").glob("*/*")}
    assert len(before) >= 4
    for _ in range(2):
        found = open_embedded(tmp_path / "v", NAME)
        assert found.count() == 400
        best = found.nearest(rows(400)[377], 3)[0]
        assert (best.chunk_id, best.score) == ("k377", pytest.approx(1.0, abs=1e-5))
        found.close()
    assert all(path.read_bytes() == old for path, old in before.items())
    check_sizes(tmp_path / "v", sizes)


def test_a_number_is_never_given_twice(catalog: Path) -> None:
    writer = CatalogWriter(catalog)
    writer.remove_vectors(["k299"])
    writer.put_vectors({"new": rows(1)[0]})
    assert writer.vectors_after(300)[0] == ["new"] and writer.vector_count(300) == 299
    assert writer.having_vectors(["k299", "k5", "new"]) == {"k5", "new"}
    assert np.array_equal(writer.fetch_vectors(["k5", "k299"])["k5"], rows(300)[5])
    writer.close()


def test_sizes_grow_in_the_database_alone(catalog: Path, tmp_path: Path) -> None:
    builder = GraphBuilder(catalog, tmp_path / "v", NAME)
    builder.finish()
    sizes = sizes_of(tmp_path / "v")
    with sqlite3.connect(tmp_path / "v" / "chroma.sqlite3") as database:
        database.executemany("INSERT INTO acquire_write (lock_status) VALUES (?)", [(1,)] * 60_000)
    database.close()
    assert sizes_of(tmp_path / "v") != sizes
    check_sizes(tmp_path / "v", sizes)
    (level,) = (tmp_path / "v").rglob("data_level0.bin")
    level.write_bytes(level.read_bytes()[:100])
    with pytest.raises(StoreUnusable):
        check_sizes(tmp_path / "v", sizes)
    level.unlink()
    with pytest.raises(StoreUnusable, match="data_level0.bin"):
        check_sizes(tmp_path / "v", sizes)


def test_what_chroma_refuses_and_a_process_that_is_killed_are_told(
    catalog: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("no folder")
    refused = GraphProcess(catalog, tmp_path / "file", NAME)
    with pytest.raises(StoreUnusable):
        refused.finish()
    refused.close()
    builder = GraphProcess(catalog, tmp_path / "v", NAME)
    os.kill(builder._process.pid, signal.SIGKILL)
    with pytest.raises(StoreUnusable, match="ended with status -9") as told:
        builder.finish()
    assert "状态 -9" in told.value.localize("zh")
    builder.close()


def test_it_ends_when_the_run_is_killed(catalog: Path, tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; sys.path.insert(0, sys.argv[3]);"
        "from index.store.graph import GraphProcess;"
        "g = GraphProcess(Path(sys.argv[1]), Path(sys.argv[2]), 'docent-g1');"
        "print(g._process.pid, flush=True); time.sleep(600)"
    )
    root = str(Path(__file__).resolve().parents[2])
    run = subprocess.Popen(
        [sys.executable, "-c", code, str(catalog), str(tmp_path / "v"), root],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert run.stdout is not None
    builder = int(run.stdout.readline())
    run.kill()
    run.wait()
    run.stdout.close()
    deadline = time.monotonic() + 60
    while _lives(builder) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _lives(builder)


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
    few(monkeypatch)
    monkeypatch.setattr("index.pipeline._BATCH", 4)
    library, apart = indexed(folder, tmp_path / "apart")
    assert apart.passages > apart.embedded > 10, "some passages stand in several articles"
    assert (apart.passages, apart.embedded) == (alone.passages, alone.embedded)
    assert content_of(library) == content_of(plain)
    assert texts_of(library) == texts_of(plain)
    vector = HashEmbedder().encode_queries(["Station 3 has 3 lamps."])[0]
    found = {h.chunk_id for h in plain.nearest(vector, 5)}
    assert {h.chunk_id for h in library.nearest(vector, 5)} == found
    # A small change of a large index goes the same way.
    write_articles(folder, {"a03.md": ("Report 3", "The ferry goes at nine.")})
    (folder / "a04.md").unlink()
    for each in (library, plain):
        report = reindex(each, folder)
        assert (report.changed, report.removed, report.embedded) == (1, 1, 1)
    assert content_of(library) == content_of(plain)


def test_a_new_passage_leaves_the_graph_as_it_is_and_is_found(folder: Path, tmp_path: Path) -> None:
    library, _ = indexed(folder, tmp_path / "data")
    (before,) = (tmp_path / "data").rglob("data_level0.bin")
    write_articles(folder, {"b.md": ("Ferry", "The ferry goes at nine.")})
    (folder / "a04.md").unlink()
    assert reindex(library, folder).embedded == 1
    assert list((tmp_path / "data").rglob("data_level0.bin")) == [before]
    vector = HashEmbedder().encode_queries(["Ferry\nThe ferry goes at nine."])[0]
    best, *others = library.nearest(vector, 400)
    assert library.chunks([best.chunk_id])[best.chunk_id].text == "The ferry goes at nine."
    with library.snapshot() as catalog:
        assert len(others) + 1 == catalog.key_count()
    library.probe()


def test_a_graph_that_a_run_replaced_is_compared_instead_in_the_state_that_is_read(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library, _ = indexed(folder, tmp_path / "data")
    (old,) = (tmp_path / "data").rglob("data_level0.bin")
    vector = HashEmbedder().encode_queries(["Station 3 has 3 lamps."])[0]
    before = library.nearest(vector, 9)
    few(monkeypatch)
    write_articles(folder, {f"b{n}.md": ("New", f"Lamp {n} burns. " * 80) for n in range(20)})
    # One that has not opened the graph yet, and reads on while a run goes.
    reader = Library.open(tmp_path / "data", HashEmbedder())
    with reader.reading():
        passages = reader.passages_count()
        assert reindex(library, folder).added == 20
        assert not old.exists() and library.passages_count() > passages
        found = reader.nearest(vector, 9)
        assert reader.nearest(vector, 9) == found and reader.passages_count() == passages
    assert {hit.chunk_id for hit in found} == {hit.chunk_id for hit in before}
    assert [hit.score for hit in found] == pytest.approx([h.score for h in before], abs=1e-4)
    vector = HashEmbedder().encode_queries(["New\nLamp 7 burns."])[0]
    assert reader.nearest(vector, 9) == library.nearest(vector, 9)


def test_a_graph_that_cannot_be_built_again_is_left_and_the_new_content_answers(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library, _ = indexed(folder, tmp_path / "data")
    few(monkeypatch)
    write_articles(folder, {f"b{n}.md": ("New", f"Lamp {n} burns. " * 80) for n in range(20)})
    finish = GraphProcess.finish

    def killed(self: GraphProcess) -> int:
        os.kill(self._process.pid, signal.SIGKILL)
        return finish(self)

    with monkeypatch.context() as patched:
        patched.setattr(GraphProcess, "finish", killed)
        assert reindex(library, folder).added == 20
    clean, _ = indexed(folder, tmp_path / "clean")
    assert content_of(library) == content_of(clean)
    vector = HashEmbedder().encode_queries(["New\nLamp 7 burns."])[0]
    found = [hit.score for hit in library.nearest(vector, 9)]
    assert found == pytest.approx([hit.score for hit in clean.nearest(vector, 9)], abs=1e-4)
    (graph,) = (tmp_path / "data").rglob("data_level0.bin")
    assert reindex(library, folder).unchanged == 40
    assert list((tmp_path / "data").rglob("data_level0.bin")) != [graph]
    library.probe()
