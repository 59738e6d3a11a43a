"""The bundled encoder as a module of sentence-transformers: what its `modules.json` names.

`SentenceTransformer(folder, trust_remote_code=True)` loads it; without that word the library
imports no module but its own.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from sentence_transformers.base.modules import InputModule

from index.encoders.bundled import E5Encoder, weights


class E5Module(InputModule):
    """Cuts texts into word pieces and gives `sentence_embedding`, unit rows of the encoder.

    It runs in ONNX Runtime on the processor and cannot be trained.
    """

    def __init__(self, folder: str) -> None:
        """Take the folder of the encoder's files."""
        super().__init__()  # type: ignore[no-untyped-call]
        self._folder = Path(folder)
        self._encoder = E5Encoder(weights(self._folder), folder)

    def get_embedding_dimension(self) -> int:
        """Return the length of a vector."""
        return self._encoder.dimensions

    def preprocess(
        self, inputs: Sequence[Any], prompt: str | None = None, **options: Any
    ) -> dict[str, torch.Tensor]:
        """Return the word pieces of each text, padded: `input_ids` and `attention_mask`."""
        rows = [
            torch.tensor(row) for row in self._encoder.cut([(prompt or "") + t for t in inputs])
        ]
        ids = torch.nn.utils.rnn.pad_sequence(rows, batch_first=True, padding_value=-1)
        return {"input_ids": ids, "attention_mask": (ids >= 0).long()}

    def forward(self, features: dict[str, Any], **options: Any) -> dict[str, Any]:
        """Return the features with one unit row for each text, (texts, dimensions)."""
        ids, mask = features["input_ids"], features["attention_mask"]
        rows = [row[kept.bool()].tolist() for row, kept in zip(ids, mask, strict=True)]
        found = torch.from_numpy(self._encoder.pool(rows)).to(ids.device)
        return {**features, "sentence_embedding": found}

    def save(self, output_path: str, *rest: Any, **options: Any) -> None:
        """Copy the encoder's files."""
        for name in ("graph.onnx", "tokenizer.json", "weights.safetensors"):
            shutil.copyfile(self._folder / name, Path(output_path) / name)

    @classmethod
    def load(cls, model_name_or_path: str, *rest: Any, **options: Any) -> E5Module:
        """Return the module of a folder. Raises ModelUnusable."""
        return cls(model_name_or_path)
