"""The body in ONNX Runtime against the same sums in NumPy, on a small model made at random."""

from __future__ import annotations

import json
import math
from copy import copy
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from index.encoders.transformer import (
    BLOCK,
    Table,
    Transformer,
    map_tensors,
    quantise,
    unpack,
)
from index.errors import ModelUnusable

LAYERS, WIDTH, HEADS, INNER, POSITIONS, WORDS = 2, 32, 4, 64, 24, 50
Floats = NDArray[np.float32]


def packed(values: NDArray[np.int64], scales: NDArray[np.float16]) -> NDArray[np.uint8]:
    """Write whole numbers -8..7 (rows, width) as the nibbles that `unpack` reads."""
    parts = (values + 8).astype(np.uint8).reshape(len(values), -1, BLOCK)
    return (parts[:, :, : BLOCK // 2] | parts[:, :, BLOCK // 2 :] << 4).reshape(len(values), -1)


@given(st.integers(1, 5), st.integers(1, 3), st.integers(0, 2**32 - 1))
def test_nibbles_are_unpacked_in_their_order(rows: int, blocks: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    values = rng.integers(-8, 8, (rows, blocks * BLOCK))
    scales = rng.random((rows, blocks)).astype(np.float16)
    wanted = values * np.repeat(scales.astype(np.float32), BLOCK, axis=1)
    assert np.allclose(unpack(packed(values, scales), scales), wanted)


@given(st.integers(1, 9), st.integers(1, 9), st.integers(0, 2**32 - 1))
def test_int8_is_never_further_off_than_half_a_step(rows: int, columns: int, seed: int) -> None:
    weight = np.random.default_rng(seed).standard_normal((rows, columns)).astype(np.float32)
    weight[:, 0] = 0.0
    quantised, scale = quantise(weight)
    assert quantised.dtype == np.int8 and scale.shape == (columns,)
    assert (np.abs(quantised * scale - weight) <= scale / 2 + 1e-6).all()
    assert not quantised[:, 0].any()


def test_tensors_are_mapped_as_they_were_saved(tmp_path: Path) -> None:
    from safetensors.numpy import save_file

    saved = {
        "a": np.arange(6, dtype=np.float32).reshape(2, 3),
        "b": np.arange(4, dtype=np.uint8),
        "c": np.array([[-3], [5]], dtype=np.int8),
        "d": np.array([0.5, -2], dtype=np.float16),
    }
    save_file(saved, tmp_path / "x.safetensors", {"note": "kept out"})
    mapped = map_tensors(tmp_path / "x.safetensors")
    assert set(mapped) == set(saved)
    for name, value in saved.items():
        assert mapped[name].dtype == value.dtype
        assert np.array_equal(mapped[name], value)
        with pytest.raises(ValueError, match="read-only"):
            mapped[name][0] = 1


def header(content: Any) -> bytes:
    written = json.dumps(content).encode()
    return len(written).to_bytes(8, "little") + written


@pytest.mark.parametrize(
    "content",
    [
        None,
        b"",
        b"\xff" * 40,
        header([]),
        header({"a": 1}),
        header({"a": {"dtype": "F99", "shape": [1], "data_offsets": [0, 4]}}) + bytes(4),
        header({"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}) + bytes(4),
        header({"a": {"dtype": "F32", "shape": [2, 2], "data_offsets": [0, 8]}}) + bytes(8),
    ],
)
def test_a_damaged_file_is_one_sentence(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "x.safetensors"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ModelUnusable) as caught:
        map_tensors(path)
    assert str(tmp_path) in str(caught.value)
    assert "\n" not in str(caught.value)


class Body:
    """A small body with random weights, and what it gives in floats."""

    def __init__(self, folder: Path, *, largest: bool = False) -> None:
        """With `largest`, every weight in int8 is the largest that there is."""
        graph = pytest.importorskip("training.encoder.graph")
        rng = np.random.default_rng(5)

        def some(*shape: int) -> Floats:
            return (rng.standard_normal(shape) / 3).astype(np.float32)

        self.floats = {"positions": some(POSITIONS, WIDTH)}
        for name in ("norm0", *(f"layer.{n}.norm{k}" for n in range(LAYERS) for k in (1, 2))):
            self.floats[f"{name}.weight"] = 1 + some(WIDTH)
            self.floats[f"{name}.bias"] = some(WIDTH)
        given: dict[str, NDArray[Any]] = dict(self.floats)
        for number in range(LAYERS):
            for part in graph.MATRICES:
                rows = INNER if part == "output" else WIDTH
                columns = INNER if part == "intermediate" else WIDTH
                name = f"layer.{number}.{part}"
                weight = some(rows, columns)
                self.floats[f"{name}.weight"] = np.full_like(weight, 0.3) if largest else weight
                self.floats[f"{name}.bias"] = given[f"{name}.bias"] = some(columns)
                weight, scale = quantise(self.floats[f"{name}.weight"])
                given[f"{name}.weight"], given[f"{name}.scale"] = weight, scale
        graph.write_graph(
            folder / "graph.onnx", layers=LAYERS, width=WIDTH, heads=HEADS, inner=INNER,
            positions=POSITIONS,
        )  # fmt: skip
        scales = np.full((WORDS, WIDTH // BLOCK), 0.2, dtype=np.float16)
        table = Table(packed(rng.integers(-8, 8, (WORDS, WIDTH)), scales), scales)
        self.table, self.given, self.path = table, given, folder / "graph.onnx"
        self.transformer = Transformer(self.path, given, table)

    def hidden(self, rows: list[list[int]]) -> list[Floats]:
        return list(self.transformer.hidden(rows))

    def exact(self, row: list[int]) -> Floats:
        """Return the hidden states of a row of word pieces in floats."""
        x = self.table.rows(np.array(row)) + self.floats["positions"][: len(row)]
        x = self._norm(x, "norm0")
        for number in range(LAYERS):
            name = f"layer.{number}"
            query, key, value = (
                self._linear(x, f"{name}.{part}").reshape(len(row), HEADS, -1).swapaxes(0, 1)
                for part in ("query", "key", "value")
            )
            scores = query @ key.swapaxes(1, 2) / np.sqrt(WIDTH // HEADS)
            shares = np.exp(scores - scores.max(axis=-1, keepdims=True))
            mixed = (shares / shares.sum(axis=-1, keepdims=True)) @ value
            joined = mixed.swapaxes(0, 1).reshape(len(row), WIDTH)
            first = self._norm(x + self._linear(joined, f"{name}.attention"), f"{name}.norm1")
            inner = self._linear(first, f"{name}.intermediate")
            active = inner * (1 + np.vectorize(math.erf)(inner / math.sqrt(2))) / 2
            x = self._norm(first + self._linear(active, f"{name}.output"), f"{name}.norm2")
        return np.asarray(x, dtype=np.float32)

    def _linear(self, x: Floats, name: str) -> Floats:
        return np.asarray(x @ self.floats[f"{name}.weight"] + self.floats[f"{name}.bias"])

    def _norm(self, x: Floats, name: str) -> Floats:
        centred = x - x.mean(axis=-1, keepdims=True)
        spread = np.sqrt((centred**2).mean(axis=-1, keepdims=True) + 1e-12)
        return centred / spread * self.floats[f"{name}.weight"] + self.floats[f"{name}.bias"]


@pytest.fixture(scope="module")
def body(tmp_path_factory: pytest.TempPathFactory) -> Body:
    return Body(tmp_path_factory.mktemp("body"))


ROWS = st.lists(st.lists(st.integers(0, WORDS - 1), min_size=1, max_size=POSITIONS), max_size=6)


@settings(max_examples=25)
@given(rows=ROWS)
def test_int8_is_close_to_the_sums_in_floats(body: Body, rows: list[list[int]]) -> None:
    for row, found in zip(rows, body.hidden(rows), strict=True):
        assert found.shape == (len(row), WIDTH)
        one, other = found.mean(axis=0), body.exact(row).mean(axis=0)
        assert one @ other / (np.linalg.norm(one) * np.linalg.norm(other)) > 0.98


def test_the_largest_products_do_not_overflow(tmp_path: Path) -> None:
    steep = Body(tmp_path, largest=True)
    for length in (3, 7, POSITIONS):
        row = [at % WORDS for at in range(length)]
        one, other = steep.hidden([row])[0].ravel(), steep.exact(row).ravel()
        assert one @ other / (np.linalg.norm(one) * np.linalg.norm(other)) > 0.98


def test_a_word_piece_with_large_states_does_not_blur_the_others(body: Body) -> None:
    row = [at % WORDS for at in range(POSITIONS)]
    places, gain = body.floats["positions"].copy(), body.floats["norm0.weight"].copy()
    # The first number of a state counts 1,000 times, and but for the first word piece it is 0.
    gain[0] = 1000
    rest = (body.table.rows(np.array(row)) + places)[:, 1:]
    places[:, 0] = rest.mean(axis=1) - body.table.rows(np.array(row))[:, 0]
    places[0, 0] += 50
    changed = {"positions": places, "norm0.weight": gain}
    found = next(Transformer(body.path, body.given | changed, body.table).hidden([row]))
    exact = copy(body)
    exact.floats = body.floats | changed
    off = found[1:] - exact.exact(row)[1:]
    assert np.linalg.norm(off) < 0.1 * np.linalg.norm(found[1:])


def test_a_row_is_the_same_whatever_runs_with_it(body: Body) -> None:
    rows = [[at % WORDS] * (1 + at % POSITIONS) for at in range(30)]
    for row, together in zip(rows, body.hidden(rows), strict=True):
        assert np.array_equal(body.hidden([row])[0], together)
    assert body.hidden([]) == []


def test_a_graph_without_a_weight_is_one_sentence(body: Body) -> None:
    less = {name: value for name, value in body.given.items() if name != "layer.0.query.weight"}
    with pytest.raises(ModelUnusable) as caught:
        Transformer(body.path, less, body.table)
    assert str(body.path.parent) in str(caught.value)
