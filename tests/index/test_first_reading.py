"""The first questions of a process come at once, and reading changes no finished index."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from index.errors import StoreUnusable
from index.library import Library
from index.pipeline import reindex
from index.store.graph import sizes_of
from tests.fakes import HashEmbedder
from tests.steps import run_all

OPENINGS, READERS = 12, 8


@pytest.mark.parametrize("change", ["one removed", "one added", "one changed"])
def test_many_who_come_first_together_leave_the_vectors_as_they_are(
    tmp_path: Path, change: str
) -> None:
    documents, data = tmp_path / "documents", tmp_path / "data"
    documents.mkdir()
    for number in range(6):
        (documents / f"{number}.txt").write_text(f"Depot {number}\n\nIt keeps {number} ploughs.\n")
    embedder = HashEmbedder()
    library = Library.open(data, embedder)
    reindex(library, documents)
    if change == "one removed":
        (documents / "3.txt").unlink()
    else:
        name = "3.txt" if change == "one changed" else "7.txt"
        (documents / name).write_text("Depot 7\n\nIt keeps 70 ploughs.\n")
    reindex(library, documents)
    library.close()
    (folder,) = (data / "generations" / "1").glob("vectors-*")
    sizes = {name: size for name, size in sizes_of(folder).items() if "sqlite" not in name}
    vector = embedder.encode_queries(["ploughs"])[0]
    for _ in range(OPENINGS):
        failures = _read_at_once(Library.open(data, embedder), vector)
        assert not failures
    now = {name: size for name, size in sizes_of(folder).items() if "sqlite" not in name}
    assert now == sizes


def _read_at_once(library: Library, vector: object) -> list[StoreUnusable]:
    """Ask from several threads at the same moment; return what failed."""
    together, failures = threading.Barrier(READERS), list[StoreUnusable]()

    def read() -> None:
        together.wait()
        try:
            assert library.nearest(vector, 3)  # type: ignore[arg-type]
        except StoreUnusable as error:
            failures.append(error)

    threads = [threading.Thread(target=read) for _ in range(READERS)]
    run_all(threads)
    library.close()
    return failures
