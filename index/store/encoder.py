"""Vectors for passages: fetched where they are known, encoded where they are not."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from index.embedder import Embedder
from index.encoders.transformer import Matrix
from index.store.checkpoint import EmbeddingCheckpoint

# The head and text that each key stands for.
Texts = Mapping[str, tuple[str, str]]
# Returns those vectors that it knows.
Fetch = Callable[[Sequence[str]], dict[str, Matrix]]

# Vectors of a model that needs longer for a passage are set aside until the run is complete.
_SLOW_SECONDS = 0.002


class Encoder:
    """Encodes the passages of one run, and counts them."""

    def __init__(self, embedder: Embedder, folder: Path) -> None:
        """Take the model, and the folder where the vectors of a slow one are set aside."""
        self._embedder = embedder
        self._spill = EmbeddingCheckpoint(folder, embedder.name, embedder.dimensions)
        self.encoded = 0

    def vectors(self, keys: Sequence[str], texts: Texts, fetch: Fetch | None) -> dict[str, Matrix]:
        """Return a vector for every key; `fetch` may know some."""
        found = fetch(keys) if fetch else {}
        found.update(self._spill.fetch([key for key in keys if key not in found]))
        found.update(self._encoded([key for key in keys if key not in found], texts))
        return found

    def _encoded(self, keys: Sequence[str], texts: Texts) -> dict[str, Matrix]:
        if not keys:
            return {}
        began = time.monotonic()
        listed = ["\n".join(texts[key]) for key in keys]
        rows = np.asarray(self._embedder.encode_documents(listed), dtype=np.float32)
        self.encoded += len(keys)
        if time.monotonic() - began > _SLOW_SECONDS * len(keys):
            self._spill.append(keys, rows)
        return dict(zip(keys, rows, strict=True))

    def finish(self) -> None:
        """Forget what was set aside: it has its place now."""
        self._spill.clear()
