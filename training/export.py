"""Write the model folder so that model2vec and sentence-transformers read the same vectors."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file
from tokenizers import Tokenizer

_MODULES = [
    {
        "idx": number,
        "name": str(number),
        "path": path,
        "type": f"sentence_transformers.models.{kind}",
    }
    for number, (path, kind) in enumerate([(".", "StaticEmbedding"), ("1_Normalize", "Normalize")])
]


def write_model(
    folder: Path,
    rows: NDArray[np.float32],
    mapping: NDArray[np.int64],
    weights: NDArray[np.float32],
    tokenizer: Tokenizer,
) -> None:
    """Write rows, the row and weight of each token, and the tokenizer; the card is kept.

    Half precision is the smallest type that both libraries read: sentence-transformers cannot
    average 8-bit rows.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {
        "embeddings": rows.astype(np.float16),
        "mapping": mapping.astype(np.uint16 if len(rows) < 65536 else np.int32),
        "weights": weights.astype(np.float16),
    }
    save_file(tensors, folder / "model.safetensors")
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    # No max_length: a long passage is read to its end.
    config = {"normalize": True, "max_length": None, "embedding_dtype": "float16"}
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    (folder / "modules.json").write_text(json.dumps(_MODULES, indent=2) + "\n")
    (folder / "1_Normalize").mkdir(exist_ok=True)
    (folder / "1_Normalize" / "config.json").write_text("{}\n")
    for file in folder.rglob("*"):
        file.chmod(0o755 if file.is_dir() else 0o644)
