"""Chroma behind its door: cosine, keys, and damage told in one sentence."""

from __future__ import annotations

import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest

from index.errors import StoreUnusable
from index.store.vectors import open_embedded, read_embedded

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
    with pytest.raises(StoreUnusable) as caught:
        open_embedded(filled, "docent-g9")
    assert "docent index --full" in str(caught.value)


def test_quick_reading_finds_the_same_as_the_client(filled: Path) -> None:
    client, quick = open_embedded(filled, NAME), read_embedded(filled, NAME)
    query = rows(1, seed=8)[0]
    assert quick.nearest(query, 20) == client.nearest(query, 20)
    left, right = quick.fetch(["k1", "k2", "none"]), client.fetch(["k1", "k2", "none"])
    assert left.keys() == right.keys() == {"k1", "k2"}
    assert all(np.array_equal(left[key], right[key]) for key in left)
    assert quick.fetch([]) == quick.fetch(["none"]) == {}
    assert quick.count() == client.count() == 300
    assert quick.keys() == client.keys()
    quick.close()
    client.close()


def test_quick_reading_does_not_import_the_client(filled: Path, root: Path) -> None:
    code = (
        "import sys, numpy; from pathlib import Path\n"
        "from index.store.vectors import read_embedded\n"
        f"found = read_embedded(Path(sys.argv[1]), {NAME!r})\n"
        "assert len(found.nearest(numpy.ones(16, 'f4'), 3)) == 3\n"
        "assert 'chromadb' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code, str(filled)], cwd=root, check=True)


def test_missing_collection_is_one_sentence_to_the_quick_reader(filled: Path) -> None:
    with pytest.raises(StoreUnusable) as caught:
        read_embedded(filled, "docent-g9")
    assert "docent index --full" in str(caught.value)


def test_env_file_of_ours_is_not_read_by_chroma(tmp_path: Path) -> None:
    (Path.cwd() / ".env").write_text("CHROMA_SERVER_HOST=elsewhere\nALLOW_RESET=maybe\n")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        open_embedded(tmp_path / "v", NAME, create=True).close()
