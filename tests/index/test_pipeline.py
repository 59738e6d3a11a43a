"""The folder is the truth: what a run takes in, keeps, re-encodes, removes and reports."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from index.errors import DocumentsMissing
from index.library import Library
from index.models import Progress, RunReport
from index.pipeline import reindex
from tests.engines import TOWN, built_at_once, content_of
from tests.fakes import HashEmbedder, write_articles


class IndexedFolder:
    """A folder, its index and the embedder that counts."""

    def __init__(self, path: Path) -> None:
        self.folder = path / "documents"
        self.data = path / "data"
        self.embedder = HashEmbedder()
        self.library = Library.open(self.data, self.embedder)
        write_articles(self.folder, TOWN)

    def run(self, **options: object) -> RunReport:
        return reindex(self.library, self.folder, **options)

    def titles(self) -> list[str]:
        return [entry.article.title for entry in self.library.articles()]

    def found(self, field: str, term: str) -> list[str]:
        hits = self.library.matching([(field, term, 1.0)], 10)
        chunks = self.library.chunks([hit.chunk_id for hit in hits])
        return [chunks[hit.chunk_id].article_id.split("#")[0] for hit in hits]


@pytest.fixture
def indexed(tmp_path: Path) -> IndexedFolder:
    return IndexedFolder(tmp_path)


def counts(report: RunReport) -> tuple[int, int, int, int]:
    return report.added, report.changed, report.removed, report.unchanged


def test_touched_file_is_unchanged(indexed: IndexedFolder) -> None:
    indexed.run()
    os.utime(indexed.folder / "lamps.md", ns=(1, 1))
    assert counts(indexed.run()) == (0, 0, 0, 3)
    assert indexed.embedder.encoded == 3


def test_edit_of_same_size_and_time_is_noticed(indexed: IndexedFolder) -> None:
    indexed.run()
    path = indexed.folder / "lamps.md"
    status = path.stat()
    path.write_text(path.read_text(encoding="utf-8").replace("90", "91"), encoding="utf-8")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert counts(indexed.run()) == (0, 1, 0, 2)
    assert indexed.found("terms", "91") == ["lamps.md"]
    assert indexed.found("terms", "90") == []


def test_changed_article_encodes_its_changed_passages_alone(indexed: IndexedFolder) -> None:
    paragraphs = [f"Paragraph {n} tells of river {n}. " * 30 for n in range(8)]
    write_articles(indexed.folder, {"long.md": ("Rivers", "\n\n".join(paragraphs))})
    passages = indexed.run().passages
    assert passages > 8
    indexed.embedder.encoded = 0
    paragraphs[-1] = "The last river has run dry this summer. " * 30
    write_articles(indexed.folder, {"long.md": ("Rivers", "\n\n".join(paragraphs))})
    report = indexed.run()
    assert counts(report) == (0, 1, 0, 3)
    assert 0 < report.embedded <= 3
    assert indexed.embedder.encoded == report.embedded
    assert all("run dry" in text for text in indexed.embedder.texts)
    assert content_of(indexed.library) == built_at_once(indexed.folder)


def test_new_title_encodes_the_article_anew(indexed: IndexedFolder) -> None:
    indexed.run()
    write_articles(indexed.folder, {"lamps.md": ("New lamps", TOWN["lamps.md"][1])})
    assert indexed.run().embedded == 1
    assert indexed.found("title", "new") == ["lamps.md"]
    assert indexed.found("title", "street") == []


def test_copy_shares_its_vectors(indexed: IndexedFolder) -> None:
    indexed.run()
    body = TOWN["lamps.md"]
    write_articles(indexed.folder, {"copy.md": body, "another.md": body})
    report = indexed.run()
    assert (report.added, report.embedded) == (2, 0)
    assert indexed.found("terms", "路灯") == ["another.md"], "one of the copies, the first"
    (indexed.folder / "another.md").unlink()
    indexed.run()
    assert indexed.found("terms", "路灯") == ["copy.md"]


def test_empty_or_vanished_folder_wipes_nothing(indexed: IndexedFolder) -> None:
    indexed.run()
    for path in indexed.folder.rglob("*.md"):
        path.unlink()
    with pytest.raises(DocumentsMissing) as caught:
        indexed.run()
    assert "--prune-all" in str(caught.value)
    with pytest.raises(DocumentsMissing):
        indexed.run(full=True)
    (indexed.folder / "news").rmdir()
    indexed.folder.rmdir()
    with pytest.raises(DocumentsMissing):
        indexed.run()
    assert len(indexed.titles()) == 3
    report = indexed.run(prune_all=True)
    assert counts(report) == (0, 0, 3, 0)
    assert (report.articles, report.passages) == (0, 0)
    assert indexed.found("terms", "路灯") == []
    assert indexed.library.nearest(indexed.embedder.encode_queries(["x"])[0], 5) == []
    write_articles(indexed.folder, TOWN)
    assert indexed.run().added == 3


def test_folder_without_documents_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "photo.gif").write_bytes(b"\x89PNG")
    library = Library.open(tmp_path / "data", HashEmbedder())
    with pytest.raises(DocumentsMissing) as caught:
        reindex(library, tmp_path / "documents")
    assert ".txt" in str(caught.value)
    assert library.generation == 0


def test_dry_run_tells_and_changes_nothing(indexed: IndexedFolder) -> None:
    report = indexed.run(dry_run=True)
    assert (report.added, report.embedded, report.articles) == (3, 3, 0)
    assert not indexed.data.exists()
    indexed.run()
    (indexed.folder / "lamps.md").unlink()
    write_articles(
        indexed.folder, {"bridge.md": ("The bridge", "It is open."), "n.md": ("N", "New.")}
    )
    digest = content_of(indexed.library)
    report = indexed.run(dry_run=True)
    assert counts(report) == (1, 1, 1, 1)
    assert report.embedded == 2
    assert content_of(indexed.library) == digest
    assert counts(indexed.run()) == counts(report)


def test_cancelled_run_changes_nothing(indexed: IndexedFolder) -> None:
    indexed.run()
    digest = content_of(indexed.library)
    write_articles(indexed.folder, {f"n{n}.md": (f"N{n}", f"News {n}.") for n in range(20)})
    (indexed.folder / "lamps.md").unlink()
    for full in (False, True):
        for stop in (1, 4, 12, 24, 26):
            polls = iter(range(1000))
            report = indexed.run(full=full, cancelled=lambda n=polls, stop=stop: next(n) >= stop)
            assert report.cancelled
            assert content_of(indexed.library) == digest
            assert indexed.library.generation == 1
    assert counts(indexed.run()) == (20, 0, 1, 2)


def test_progress_goes_through_the_phases(indexed: IndexedFolder) -> None:
    told: list[Progress] = []
    indexed.run(progress=told.append)
    phases = list(dict.fromkeys(phase for phase, _, _ in told))
    assert phases == ["scan", "read", "encode", "write", "clean"]
    for phase in ("scan", "read", "encode", "clean"):
        done, total = [step[1:] for step in told if step[0] == phase][-1]
        assert done == total
    assert all(done <= total for _, done, total in told)


def test_nothing_is_written_outside_the_data_folder(
    indexed: IndexedFolder, tmp_path: Path, root: Path
) -> None:
    home, here = tmp_path / "home", tmp_path / "here"
    home.mkdir()
    here.mkdir()
    before = {path: path.stat().st_mtime_ns for path in indexed.folder.rglob("*")}
    code = (
        "import sys; from pathlib import Path; from tests.index_worker import run\n"
        "run(Path(sys.argv[1]), Path(sys.argv[2]), False); "
        "run(Path(sys.argv[1]), Path(sys.argv[2]), True)"
    )
    subprocess.run(
        [sys.executable, "-c", code, str(indexed.folder), str(indexed.data)],
        cwd=here,
        env={"HOME": str(home), "PYTHONPATH": str(root), "TMPDIR": str(here)},
        check=True,
    )
    assert indexed.library.generation == 2
    assert not [*home.rglob("*"), *here.rglob("*")]
    assert {path: path.stat().st_mtime_ns for path in indexed.folder.rglob("*")} == before
