"""The bundled encoder: multilingual-e5-small, 4-bit weights in ONNX Runtime."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.encoders.transformer import (
    Matrix,
    Table,
    Tokenizer,
    Transformer,
    broken,
    map_tensors,
    quantise,
    unpack,
)
from index.errors import ModelUnusable

FOLDER = Path(__file__).resolve().parents[2] / "models" / "multilingual-e5-small"
# The longest text that the model was trained on, its two end marks included.
_LONGEST = 512
START, END = 0, 2
# The fingerprint of the project's own files, which would take a third of a second at every start;
# a test compares them.
STAMP = "54a1306bd47d"


class Weights:
    """The files of the encoder: tokenizer, word vectors and layers, each read when needed."""

    def __init__(self, folder: Path) -> None:
        """Look at nothing yet."""
        self.folder = folder
        self.tokenizer = Tokenizer(folder / "tokenizer.json")

    @cached_property
    def _mapped(self) -> dict[str, NDArray[Any]]:
        return map_tensors(self.folder / "weights.safetensors")

    @cached_property
    def language_axes(self) -> Matrix:
        """Return the directions in which the means of languages differ, (k, dimensions).

        They are orthonormal; none are returned for a folder without them.
        """
        path = self.folder / "languages.npy"
        if not path.exists():
            return np.zeros((0, E5Encoder.dimensions), dtype=np.float32)
        try:
            return np.asarray(np.load(path, allow_pickle=False), dtype=np.float32)
        except (OSError, ValueError) as error:
            raise broken(self.folder, error) from error

    @cached_property
    def table(self) -> Table:
        """Return the word vectors, mapped from disk."""
        return Table(self._mapped["words.nibbles"], self._mapped["words.scales"])

    def body(self) -> dict[str, NDArray[Any]]:
        """Return the weights as the graph names them, its matrices in int8."""
        found: dict[str, NDArray[Any]] = {}
        for name, value in self._mapped.items():
            key, _, part = name.rpartition(".")
            if key == "words" or part == "scales":
                continue
            if part == "nibbles":
                weight = unpack(value, self._mapped[f"{key}.scales"]).T
                quantised, scale = quantise(weight)
                found[f"{key}.weight"] = np.ascontiguousarray(quantised)
                found[f"{key}.scale"] = scale
            else:
                found[name] = np.ascontiguousarray(value)
        return found

    @cached_property
    def transformer(self) -> Transformer:
        """Return the loaded body."""
        return Transformer(self.folder / "graph.onnx", self.body(), self.table)

    def fingerprint(self) -> str:
        """Return a digest of what decides the vectors. Raises ModelUnusable."""
        digest = hashlib.sha256()
        for name in ("weights.safetensors", "tokenizer.json", "graph.onnx"):
            try:
                digest.update(hashlib.sha256((self.folder / name).read_bytes()).digest())
            except OSError as error:
                raise broken(self.folder, error) from error
        return digest.hexdigest()[:12]


@lru_cache(maxsize=2)
def weights(folder: Path = FOLDER) -> Weights:
    """Return the files of the bundled encoder, shared by all who use them."""
    return Weights(folder)


def fine_tuned(folder: Path, refusal: str) -> tuple[Transformer, dict[str, NDArray[Any]]]:
    """Return the encoder with the layers of a folder in place of its own, and that folder's heads.

    Raises ModelUnusable, with the phrase `refusal`, if a file is missing or damaged.
    """
    shared = weights()
    try:
        tensors = map_tensors(folder / "weights.safetensors")
    except ModelUnusable as error:
        raise ModelUnusable(refusal, **error.values) from error
    layers = {n: np.array(value) for n, value in tensors.items() if n.startswith("layer.")}
    body = {**shared.body(), **layers}
    heads = {name: value for name, value in tensors.items() if name not in layers}
    return Transformer(shared.folder / "graph.onnx", body, shared.table), heads


class E5Encoder:
    """Encodes with multilingual-e5-small: the mean of a text's tokens. Safe from any thread."""

    dimensions = 384

    def __init__(self, shared: Weights, name: str = "") -> None:
        """Take the files; those of the project itself (no `name`) are read at the first text.

        Raises ModelUnusable if others are missing.
        """
        self._weights = shared
        self.name = f"{name}@{shared.fingerprint()}" if name else f"bundled@{STAMP}"

    def encode_documents(self, texts: Sequence[str]) -> Matrix:
        """Return one unit row for each text, (n, dimensions)."""
        return self.encode([f"passage: {text}" for text in texts])

    def encode_queries(self, texts: Sequence[str]) -> Matrix:
        """Return one unit row for each question, (n, dimensions)."""
        return self.encode([f"query: {text}" for text in texts])

    def without_language(self, rows: Matrix) -> Matrix:
        """Return the rows without what tells their languages apart, as unit rows.

        Texts of one language share a direction, which draws a question to passages of its own
        language. Without these directions in the question they are worth nothing in its products
        with passages (Yang et al., "A Simple and Effective Method To Eliminate the Self Language
        Bias in Multilingual Representations", EMNLP 2021, applied to one side).
        """
        axes = self._weights.language_axes
        left = rows - (rows @ axes.T) @ axes
        return np.asarray(left / np.linalg.norm(left, axis=1, keepdims=True), dtype=np.float32)

    def encode(self, texts: Sequence[str]) -> Matrix:
        """Return one unit row for each text as it stands, (n, dimensions)."""
        return self.pool(self.cut(texts))

    def cut(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the word pieces of each text, between the marks of its start and end."""
        cut = self._weights.tokenizer.cut(texts)
        return [[START, *tokens.ids[: _LONGEST - 2], END] for tokens in cut]

    def pool(self, rows: Sequence[Sequence[int]]) -> Matrix:
        """Return one unit row for each row of word pieces, (n, dimensions)."""
        found = np.zeros((len(rows), self.dimensions), dtype=np.float32)
        for place, hidden in enumerate(self._weights.transformer.hidden(rows)):
            mean = hidden.mean(axis=0)
            found[place] = mean / np.linalg.norm(mean)
        return found
