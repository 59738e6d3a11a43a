"""Run a BERT body in ONNX Runtime: int8 products, word vectors read from a 4-bit table.

Neither torch nor a model hub is needed. The word vectors stay on disk and are mapped into memory:
a text reads only the rows of its own word pieces.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelUnusable

Matrix = NDArray[np.float32]
# Weights of 4 bits share a scale in blocks of this many.
BLOCK = 32
_KINDS = {"U8": "u1", "I8": "i1", "F16": "<f2", "F32": "<f4"}


def unpack(nibbles: NDArray[np.uint8], scales: NDArray[np.float16]) -> Matrix:
    """Return the numbers of 4-bit blocks: `nibbles` (rows, width / 2), `scales` (rows, width / 32).

    A byte holds one number of the first half of its block and one of the second.
    """
    rows = nibbles.shape[0]
    parts = nibbles.reshape(rows, -1, BLOCK // 2)
    low = (parts & 15).astype(np.float32) - 8
    high = (parts >> 4).astype(np.float32) - 8
    values = np.concatenate([low, high], axis=2) * scales.astype(np.float32)[:, :, None]
    return values.reshape(rows, -1)


def quantise(weight: Matrix) -> tuple[NDArray[np.int8], Matrix]:
    """Return a matrix (rows, columns) in int8 with one scale a column."""
    scale = np.abs(weight).max(axis=0) / 127
    scale = np.where(scale > 0, scale, 1).astype(np.float32)
    return np.rint(weight / scale).astype(np.int8), scale


def gelu(x: Matrix) -> Matrix:
    """Return the Gaussian error linear unit (Hendrycks and Gimpel 2016) of each number.

    It is taken by its tanh: NumPy has no error function.
    """
    return np.asarray(0.5 * x * (1 + np.tanh(0.7978845608 * (x + 0.044715 * x**3))), np.float32)


def map_tensors(path: Path) -> dict[str, NDArray[Any]]:
    """Return the tensors of a safetensors file, mapped from disk and read-only.

    Raises ModelUnusable if the file is missing or damaged.
    """
    try:
        mapped = np.memmap(path, dtype=np.uint8, mode="r")
        size = int.from_bytes(mapped[:8].tobytes(), "little")
        header = json.loads(mapped[8 : 8 + size].tobytes())
        header.pop("__metadata__", None)
        found = {}
        for name, entry in header.items():
            first, last = (8 + size + offset for offset in entry["data_offsets"])
            kind = np.dtype(_KINDS[entry["dtype"]])
            found[name] = mapped[first:last].view(kind).reshape(entry["shape"])
        return found
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise broken(path.parent, error) from error


def broken(folder: Path, error: Exception) -> ModelUnusable:
    """Return the error that says why a model's folder cannot be read."""
    lines = str(error).strip().splitlines()
    reason = (lines[0] if lines else type(error).__name__).rstrip(". ")
    return ModelUnusable("errors.model_broken", name=folder, reason=reason)


@dataclass(frozen=True)
class Table:
    """The word vectors of a vocabulary, 4 bits a number."""

    nibbles: NDArray[np.uint8]
    scales: NDArray[np.float16]

    def rows(self, ids: NDArray[np.int64]) -> Matrix:
        """Return the vectors of word pieces: (..., width)."""
        flat = ids.reshape(-1)
        pieces, places = np.unique(flat, return_inverse=True)
        values = unpack(self.nibbles[pieces], self.scales[pieces])
        return values[places].reshape(*ids.shape, -1)


@dataclass(frozen=True)
class Tokens:
    """The word pieces of one text, with the place of each in it as (start, end)."""

    ids: list[int]
    offsets: list[tuple[int, int]]


class Tokenizer:
    """Cuts texts into word pieces. Safe to use from any thread."""

    def __init__(self, path: Path) -> None:
        """Read `tokenizer.json` when it is first needed."""
        self._path = path

    @cached_property
    def _tokenizer(self) -> Any:
        from tokenizers import Tokenizer as Rust

        try:
            # Unlike `from_file`, this says ValueError where the file is not a tokenizer.
            return Rust.from_buffer(self._path.read_bytes())
        except (OSError, ValueError) as error:
            raise broken(self._path.parent, error) from error

    def cut(self, texts: Sequence[str]) -> list[Tokens]:
        """Return the word pieces of each text, without marks for its start and end."""
        found = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        return [Tokens(one.ids, one.offsets) for one in found]


class Transformer:
    """A BERT body over the word vectors of a table. Safe to use from any thread."""

    def __init__(self, graph: Path, weights: Mapping[str, NDArray[Any]], table: Table) -> None:
        """Load the graph with its weights, named as the graph names them.

        Raises ModelUnusable if it is missing or damaged, or lacks a weight.
        """
        import onnxruntime
        from onnxruntime.capi import onnxruntime_pybind11_state as native

        failures = (
            native.Fail, native.InvalidArgument, native.InvalidGraph, native.InvalidProtobuf,
            native.NotImplemented, native.RuntimeException,
        )  # fmt: skip
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = len(_processors())
        options.log_severity_level = 4
        # Without VNNI, products of int8 overflow on x86 unless both sides are unsigned.
        options.add_session_config_entry("session.x64quantprecision", "1")
        values = [onnxruntime.OrtValue.ortvalue_from_numpy(value) for value in weights.values()]
        options.add_external_initializers(list(weights), values)
        try:
            # The library ends the whole process over an empty file.
            read = graph.read_bytes() or b"empty"
            self._session = onnxruntime.InferenceSession(
                read, options, providers=["CPUExecutionProvider"]
            )
        except (OSError, ValueError, *failures) as error:
            raise broken(graph.parent, error) from error
        self._table = table

    def hidden(self, rows: Sequence[Sequence[int]]) -> Iterator[Matrix]:
        """Yield the hidden states of each row of word pieces: (tokens, width) float32.

        Each row runs alone: padding takes longer than batches save.
        """
        for row in rows:
            ids = np.array([row], dtype=np.int64)
            feed = {"words": self._table.rows(ids), "mask": np.ones_like(ids)}
            yield self._session.run(None, feed)[0][0]


def _processors() -> Sequence[int]:
    """Return the processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return sorted(os.sched_getaffinity(0))
    return range(os.cpu_count() or 1)
