"""What a slow model has encoded outlives the run that was cut off."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from index.library import Library
from index.pipeline import reindex
from index.store.encoder import EmbeddingCheckpoint
from tests.engines import built_at_once, content_of
from tests.fakes import HashEmbedder, write_articles


def rows(count: int) -> np.ndarray:
    return np.random.default_rng(1).standard_normal((count, 8)).astype(np.float32)


def keys(count: int) -> list[str]:
    return [f"{number:024x}" for number in range(count)]


def test_rows_come_back_as_they_were(tmp_path: Path) -> None:
    checkpoint = EmbeddingCheckpoint(tmp_path, "model", 8)
    checkpoint.append(keys(5)[:3], rows(5)[:3])
    checkpoint.append(keys(5)[3:], rows(5)[3:])
    for reader in (checkpoint, EmbeddingCheckpoint(tmp_path, "model", 8)):
        found = reader.fetch([*keys(5), "f" * 24])
        assert list(found) == keys(5)
        assert np.array_equal(np.stack(list(found.values())), rows(5))
    assert EmbeddingCheckpoint(tmp_path, "other model", 8).fetch(keys(5)) == {}
    checkpoint.clear()
    assert checkpoint.fetch(keys(5)) == {}
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("left", [0, 100, 5_000])
def test_a_damaged_file_is_begun_anew(tmp_path: Path, left: int) -> None:
    EmbeddingCheckpoint(tmp_path, "model", 8).append(keys(200), np.tile(rows(5), (40, 1)))
    (path,) = tmp_path.glob("encoded-*")
    path.write_bytes(path.read_bytes()[:left])
    checkpoint = EmbeddingCheckpoint(tmp_path, "model", 8)
    found = checkpoint.fetch(keys(200))
    assert all(np.array_equal(row, rows(5)[int(key, 16) % 5]) for key, row in found.items())
    checkpoint.append(keys(5), rows(5))
    assert np.array_equal(checkpoint.fetch(keys(5))[keys(5)[4]], rows(5)[4])


class SlowEmbedder(HashEmbedder):
    """Takes a while for every passage, as a transformer does, and may break off."""

    left = 10_000

    def encode_documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if len(texts) > self.left:
            raise KeyboardInterrupt
        self.left -= len(texts)
        time.sleep(0.003 * len(texts))
        return super().encode_documents(texts)


@pytest.mark.parametrize("full", [False, True])
def test_run_goes_on_where_another_was_cut_off(tmp_path: Path, full: bool) -> None:
    folder = tmp_path / "documents"
    articles = {f"a{n}.md": (f"Town {n}", f"Town {n} has {n} lamps.") for n in range(600)}
    write_articles(folder, articles)
    cut = SlowEmbedder()
    cut.left = 300
    library = Library.open(tmp_path / "data", cut)
    with pytest.raises(KeyboardInterrupt):
        reindex(library, folder, full=full)
    assert cut.encoded == 256
    assert library.generation == 0
    library = Library.open(tmp_path / "data", SlowEmbedder())
    report = reindex(library, folder, full=full)
    assert report.embedded == 600 - 256
    assert not list((tmp_path / "data").glob("encoded-*")), "it has its place now"
    assert content_of(library) == built_at_once(folder)
    query = HashEmbedder().encode_queries(["Town 7\nTown 7 has 7 lamps."])[0]
    assert library.nearest(query, 1)[0].score == pytest.approx(1.0, abs=1e-4)
