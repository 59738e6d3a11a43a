"""Chroma behind its door: cosine, keys, and damage told in one sentence."""

from __future__ import annotations

import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest

from index.errors import StoreUnusable
from index.store.vectors import GRAPH, open_embedded

NAME = "docent-g1"


def rows(count: int, seed: int = 0) -> np.ndarray:
    made = np.random.default_rng(seed).standard_normal((count, 16)).astype(np.float32)
    return made / np.linalg.norm(made, axis=1, keepdims=True)


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    """A finished folder of 300 vectors."""
    vectors = open_embedded(tmp_path / "v", NAME, create=True)
    vectors.add([f"k{number}" for number in range(300)], rows(300))
    vectors.close()
    return tmp_path / "v"


def test_nearest_is_by_cosine_and_best_first(filled: Path) -> None:
    vectors = open_embedded(filled, NAME)
    matrix = rows(300)
    query = matrix[7] * 3 + matrix[8]
    hits = vectors.nearest(query, 5)
    scores = matrix @ query / np.linalg.norm(query)
    best = np.argsort(-scores)[:5]
    assert [hit.chunk_id for hit in hits] == [f"k{number}" for number in best]
    for hit, number in zip(hits, best, strict=True):
        assert hit.score == pytest.approx(float(scores[number]), abs=1e-5)
    assert vectors.nearest(query, 0) == []
    assert len(vectors.nearest(query, 1_000)) == 300
    vectors.close()


def test_fetch_count_and_keys(filled: Path) -> None:
    vectors = open_embedded(filled, NAME)
    held = vectors.fetch(["k3", "none", "k5"])
    assert set(held) == {"k3", "k5"}
    assert np.allclose(held["k3"], rows(300)[3], atol=1e-6)
    assert vectors.fetch([]) == {}
    assert vectors.count() == 300
    assert vectors.keys() == {f"k{number}" for number in range(300)}
    vectors.close()


def test_add_replaces_and_delete_removes(tmp_path: Path) -> None:
    vectors = open_embedded(tmp_path / "v", NAME, create=True)
    assert vectors.nearest(rows(1)[0], 3) == []
    assert vectors.keys() == set()
    vectors.add(["a", "b"], rows(2))
    vectors.add(["a"], rows(1, seed=9))
    vectors.delete(["b", "none"])
    assert vectors.keys() == {"a"}
    assert vectors.nearest(rows(1, seed=9)[0], 3)[0].score == pytest.approx(1.0, abs=1e-5)
    vectors.close()


def test_missing_collection_is_one_sentence(filled: Path) -> None:
    with pytest.raises(StoreUnusable, match="docent index --full"):
        open_embedded(filled, "docent-g9")
    with pytest.raises(StoreUnusable, match="docent index --full"):
        open_embedded(filled.with_name("none"), NAME)


def test_the_client_finds_the_same_and_is_not_imported(filled: Path, root: Path) -> None:
    code = (
        "import sys, numpy; from pathlib import Path\n"
        "from index.store.vectors import open_embedded\n"
        f"found = open_embedded(Path(sys.argv[1]), {NAME!r})\n"
        "found.add(['k0'], numpy.ones((1, 16), 'f4'))\n"
        "assert len(found.nearest(numpy.ones(16, 'f4'), 3)) == 3\n"
        "assert 'chromadb' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code, str(filled)], cwd=root, check=True)
    import chromadb

    client = chromadb.PersistentClient(str(filled))
    theirs = client.get_collection(NAME, embedding_function=None)
    assert theirs.configuration["hnsw"]["max_neighbors"] == GRAPH["max_neighbors"]
    query = rows(1, seed=8)[0]
    ours = open_embedded(filled, NAME)
    found = theirs.query(query_embeddings=query.reshape(1, -1), n_results=20)
    assert [hit.chunk_id for hit in ours.nearest(query, 20)] == found["ids"][0]
    ours.close()
    client.close()


def test_env_file_of_ours_is_not_read_by_chroma(tmp_path: Path) -> None:
    (Path.cwd() / ".env").write_text("CHROMA_SERVER_HOST=elsewhere\nALLOW_RESET=maybe\n")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        open_embedded(tmp_path / "v", NAME, create=True).close()
