"""New generations beside the old one: full runs, other models, other rules, and going back."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.errors import IndexingError
from index.library import Library
from index.pipeline import reindex, rollback
from tests.engines import built_at_once, content_of
from tests.fakes import HashEmbedder, towns, write_articles


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_articles(tmp_path / "documents", towns(12))
    return tmp_path / "documents"


def kept(data: Path) -> list[str]:
    return sorted(path.name for path in (data / "generations").iterdir())


def test_full_run_switches_and_keeps_the_last_one(folder: Path, tmp_path: Path) -> None:
    embedder = HashEmbedder()
    library = Library.open(tmp_path / "data", embedder)
    reader = Library.open(tmp_path / "data", embedder)
    assert reindex(library, folder).generation == 1
    digest = content_of(library)
    assert content_of(reader) == digest
    report = reindex(library, folder, full=True)
    assert (report.generation, report.unchanged, report.embedded) == (2, 12, 12)
    assert reader.generation == 2, "an open reader sees the new one"
    assert content_of(reader) == digest
    assert reindex(library, folder, full=True).generation == 3
    assert kept(tmp_path / "data") == ["2", "3"]
    assert rollback(library) == 2
    with pytest.raises(IndexingError, match="docent index --full"):
        rollback(library)
    reindex(library, folder)
    assert kept(tmp_path / "data") == ["2"]


def test_after_a_rollback_what_answered_is_kept(folder: Path, tmp_path: Path) -> None:
    library = Library.open(tmp_path / "data", HashEmbedder())
    for _ in range(2):
        reindex(library, folder, full=True)
    assert rollback(library) == 1
    # Somebody's copy beside them is left alone.
    (tmp_path / "data" / "generations" / "1.bak").mkdir()
    assert reindex(library, folder, full=True).generation == 3
    assert kept(tmp_path / "data") == ["1", "1.bak", "3"]
    assert rollback(library) == 1


def test_worn_graph_is_built_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.store.transaction._LEAST_DUE", 500)
    folder = tmp_path / "documents"
    folder.mkdir()
    library = Library.open(tmp_path / "data", HashEmbedder())
    sizes, graphs = [], set()
    for edition in range(6):
        rows = [
            f'{{"id": "{n}", "title": "Town {n}", "text": "Town {n} in edition {edition}."}}'
            for n in range(400)
        ]
        (folder / "rows.jsonl").write_text("\n".join(rows), encoding="utf-8")
        reindex(library, folder)
        (graph,) = (tmp_path / "data").rglob("data_level0.bin")
        sizes.append(graph.stat().st_size)
        graphs.add(graph)
        library.probe()
    assert max(sizes) == min(sizes), "deleted vectors do not stay for ever"
    assert len(graphs) == 6
    assert content_of(library) == built_at_once(folder)
