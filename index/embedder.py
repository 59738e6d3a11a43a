"""Turn texts into vectors: the bundled model, a server's, or any sentence-transformers model.

The bundled model runs in ONNX Runtime, a static one on model2vec and NumPy; every other model goes
through `langchain_huggingface`, which brings torch.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol, cast

import numpy as np
from numpy.typing import NDArray

from index.encoders.bundled import E5Encoder, weights
from index.errors import ModelUnusable

STATIC_MODEL = Path(__file__).resolve().parents[1] / "models" / "docent-zh-en"
_DOCUMENT_PROMPTS = ("document", "passage", "corpus")
_STATIC_MODULES = ("StaticEmbedding", "Normalize")
_BUNDLED_MODULE = "E5Module"
_SERVER = "openai:"


class Embedder(Protocol):
    """Encodes texts as unit vectors; rows of one `name` may be compared, others never.

    `name` tells the model and, where it can be had, a fingerprint of its content. Its attributes
    and methods raise ModelUnusable where the model gives no vectors.
    """

    name: str

    @property
    def dimensions(self) -> int:
        """Return the length of a vector."""
        ...

    def encode_documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one unit row for each text, (n, dimensions)."""
        ...

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one unit row for each question, (n, dimensions)."""
        ...


def load_embedder(name: str, base_url: str = "", api_key: str = "") -> Embedder:
    """Load `bundled`, `static`, `openai:NAME`, or a sentence-transformers model by name or path.

    `base_url` and `api_key` are those of the server of `openai:NAME`. Raises ModelUnusable if the
    model cannot be had.
    """
    if name == "bundled":
        return E5Encoder(weights())
    if name == "static":
        return _load_static(STATIC_MODEL, "static")
    if name.startswith(_SERVER):
        # httpx takes a tenth of a second, which those who ask no server save.
        from index.encoders.openai_server import ServerEmbedder

        return ServerEmbedder(name.removeprefix(_SERVER), base_url, api_key)
    folder = Path(name).expanduser()
    if folder.is_dir() and _kinds(folder) == [_BUNDLED_MODULE]:
        return E5Encoder(weights(folder), name)
    if folder.is_dir() and _is_static(folder):
        return _load_static(folder, name)
    return _load_transformer(name)


def search_vector(embedder: Embedder, question: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the vector that passages of every language are searched by, (dimensions,).

    `question` is the question's own, which is returned for any but the bundled model.
    """
    if not isinstance(embedder, E5Encoder):
        return question
    row: NDArray[np.float32] = embedder.without_language(question[None])[0]
    return row


class StaticEmbedder:
    """A static model on model2vec: the mean of its tokens' vectors."""

    def __init__(self, name: str, model: Any) -> None:
        """Keep a loaded `model2vec.StaticModel` under the name that identifies it."""
        self.name = name
        self.dimensions = int(model.dim)
        self._model = model

    def encode_documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one unit row for each text, (n, dimensions); zeros for a text without words."""
        if not texts:
            return np.zeros((0, self.dimensions), dtype=np.float32)
        # The library cuts at 512 tokens unless told not to.
        rows = self._model.encode(list(texts), max_length=None, use_multiprocessing=False)
        return _unit_rows(rows)

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one unit row for each question, (n, dimensions)."""
        return self.encode_documents(texts)


class TransformerEmbedder:
    """Any other sentence-transformers model, through LangChain, with the model's own prompts."""

    def __init__(self, name: str, embeddings: Any) -> None:
        """Keep a loaded `HuggingFaceEmbeddings`; its two prompts are chosen here."""
        client = embeddings._client
        self.name = f"{name}@{_weights_fingerprint(client)}"
        self.dimensions = int(client.get_embedding_dimension())
        # The library's own choice stops at `document`, which every model has, if only empty.
        prompts = [prompt for prompt in _DOCUMENT_PROMPTS if client.prompts.get(prompt)]
        document = prompts[0] if prompts else "document"
        embeddings.encode_kwargs = {"prompt_name": document, "task": "document"}
        embeddings.query_encode_kwargs = {"prompt_name": "query", "task": "query"}
        self._embeddings = embeddings

    def encode_documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one unit row for each text, (n, dimensions)."""
        return self._rows([self._embeddings.embed_documents(list(texts))] if texts else [])

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one unit row for each question, (n, dimensions)."""
        return self._rows([[self._embeddings.embed_query(text)] for text in texts])

    def _rows(self, found: list[list[list[float]]]) -> NDArray[np.float32]:
        rows = [row for part in found for row in part]
        return _unit_rows(np.array(rows, dtype=np.float32).reshape(len(rows), self.dimensions))


def _unit_rows(rows: NDArray[Any]) -> NDArray[np.float32]:
    rows = rows.astype(np.float32)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return (rows / np.where(lengths > 0, lengths, 1)).astype(np.float32)


def _kinds(folder: Path) -> list[str]:
    """Return the class names of a model's modules, [] if they cannot be read."""
    try:
        modules = json.loads((folder / "modules.json").read_text(encoding="utf-8"))
        return [module["type"].rpartition(".")[2] for module in modules]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return []


def _is_static(folder: Path) -> bool:
    """Return True if a folder holds a static model without prompts, which needs no torch."""
    kinds = _kinds(folder)
    try:
        settings = folder / "config_sentence_transformers.json"
        prompts = json.loads(settings.read_text(encoding="utf-8")) if settings.exists() else {}
        prompted = any((prompts.get("prompts") or {}).values())
    except (OSError, ValueError, TypeError, AttributeError):
        return False
    return kinds[:1] == ["StaticEmbedding"] and set(kinds) <= set(_STATIC_MODULES) and not prompted


def _load_static(folder: Path, name: str) -> StaticEmbedder:
    try:
        from model2vec import StaticModel
    except ImportError as error:
        raise ModelUnusable("errors.model_library", name=name, reason=_reason(error)) from error
    tokenizer, tensors = _read_static_files(folder)
    vectors = tensors.get("embeddings", tensors.get("embedding.weight"))
    weights = tensors.get("weights")
    try:
        if vectors is None:
            raise KeyError("embeddings")
        # Sums in half precision would lose digits that tell near passages apart.
        model = StaticModel(
            vectors.astype(np.float32),
            cast(Any, _Shared(tokenizer)),
            # Widened once: NumPy would widen those of every text anew.
            weights=weights if weights is None else weights.astype(np.float32),
            token_mapping=tensors.get("mapping"),
            normalize=True,
            max_length=None,
        )
    except (ValueError, KeyError) as error:
        raise ModelUnusable("errors.model_broken", name=folder, reason=_reason(error)) from error
    return StaticEmbedder(f"{name}@{_folder_fingerprint(folder)}", model)


def _read_static_files(folder: Path) -> tuple[Any, dict[str, NDArray[Any]]]:
    """Return the tokenizer and the tensors of a static model's folder.

    Raises ModelUnusable if they are missing or damaged.
    """
    inner = folder / "0_StaticEmbedding"
    place = inner if inner.is_dir() else folder
    path = place / "tokenizer.json"
    try:
        tokenizer = _read_tokenizer(path, path.stat().st_mtime_ns)
    except (OSError, ValueError) as error:
        raise ModelUnusable("errors.model_broken", name=folder, reason=_reason(error)) from error
    return tokenizer, read_tensors(place, "model.safetensors")


@lru_cache(maxsize=2)
def _read_tokenizer(path: Path, changed: int) -> Any:
    """Read a tokenizer once; `changed` is the file's time.

    Raises OSError, or ValueError where the file is not a tokenizer.
    """
    from tokenizers import Tokenizer

    # Unlike `from_file`, this says ValueError where the file is not a tokenizer.
    return Tokenizer.from_buffer(path.read_bytes())


class _Shared:
    """A tokenizer that model2vec does not copy: copying it takes as long as reading it."""

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer

    def __deepcopy__(self, memo: object) -> _Shared:
        return self

    def __getattr__(self, name: str) -> Any:
        return getattr(self._tokenizer, name)


def read_tensors(folder: Path, name: str) -> dict[str, NDArray[Any]]:
    """Return the tensors of one file of a model's folder.

    Raises ModelUnusable if it is missing or damaged.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        return load_file(folder / name)
    except (OSError, SafetensorError) as error:
        raise ModelUnusable("errors.model_broken", name=folder, reason=_reason(error)) from error


def _folder_fingerprint(folder: Path) -> str:
    """Return a digest of what decides the vectors: weights and tokenizer."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.name in {"model.safetensors", "tokenizer.json"}:
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _load_transformer(name: str) -> TransformerEmbedder:
    try:
        from langchain_huggingface import HuggingFaceEmbeddings
    except ImportError as error:
        raise ModelUnusable("errors.model_library", name=name, reason=_reason(error)) from error
    try:
        return TransformerEmbedder(name, HuggingFaceEmbeddings(model_name=name))
    except (OSError, ValueError, KeyError, TypeError, RuntimeError, ImportError) as error:
        key = "errors.model_broken" if Path(name).exists() else "errors.model_missing"
        raise ModelUnusable(key, name=name, reason=_reason(error)) from error


def _weights_fingerprint(client: Any) -> str:
    """Return a digest of a sample of every weight, and of the prompts.

    Reading all of a large model would take longer than loading it.
    """
    digest = hashlib.sha256(json.dumps(client.prompts, sort_keys=True).encode())
    for key, tensor in client.state_dict().items():
        flat = tensor.detach().cpu().flatten()
        sample = flat[:: max(1, len(flat) // 1024)].float().numpy()
        digest.update(f"{key}{tuple(tensor.shape)}".encode() + sample.tobytes())
    return digest.hexdigest()[:12]


def _reason(error: BaseException) -> str:
    """Return the first line of an error as the end of a sentence."""
    lines = str(error).strip().splitlines()
    return (lines[0] if lines else type(error).__name__).rstrip(". ")
