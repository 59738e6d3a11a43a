"""Write the model folder so that model2vec and sentence-transformers read the same vectors."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file
from tokenizers import Tokenizer

_MODULES = [
    {"idx": 0, "name": "0", "path": ".", "type": "sentence_transformers.models.StaticEmbedding"},
    {
        "idx": 1,
        "name": "1",
        "path": "1_Normalize",
        "type": "sentence_transformers.models.Normalize",
    },
]


def write_model(
    folder: Path, rows: NDArray[np.float32], mapping: NDArray[np.int32], tokenizer: Tokenizer
) -> None:
    """Write rows, mapping and tokenizer into `folder`; the card beside them is kept.

    Half precision keeps the folder small, and is the smallest type that both libraries read:
    sentence-transformers cannot average 8-bit rows.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {"embeddings": rows.astype(np.float16), "mapping": mapping}
    save_file(tensors, folder / "model.safetensors")
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    # No max_length: a long passage is read to its end.
    config = {"normalize": True, "max_length": None, "embedding_dtype": "float16"}
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    (folder / "modules.json").write_text(json.dumps(_MODULES, indent=2) + "\n")
    (folder / "1_Normalize").mkdir(exist_ok=True)
    (folder / "1_Normalize" / "config.json").write_text("{}\n")
