"""Small real classes that stand in for what is slow: a deterministic embedder."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.library import Library


class HashEmbedder:
    """Vectors of hashed character trigrams: alike texts are near, and nothing is loaded.

    `encoded` counts the passages that were encoded, and `texts` holds the latest of them.
    """

    def __init__(self, name: str = "hashed trigrams", dimensions: int = 64) -> None:
        self.name = name
        self.dimensions = dimensions
        self.encoded = 0
        self.texts: list[str] = []

    def encode_documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.encoded += len(texts)
        self.texts = list(texts)
        return self._encode(texts)

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._encode(texts)

    def _encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        rows = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            padded = f"  {text.casefold()}  "
            for start in range(len(padded) - 2):
                row[zlib.crc32(padded[start : start + 3].encode()) % self.dimensions] += 1.0
            row /= np.linalg.norm(row) or 1.0
        return rows


def write_articles(folder: Path, articles: Mapping[str, tuple[str, str]]) -> None:
    """Write Markdown files {name: (title, body)}, one article each."""
    for name, (title, body) in articles.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"# {title}\n\n{body}\n", encoding="utf-8")


def towns(count: int) -> dict[str, tuple[str, str]]:
    """Return articles for `write_articles`, each of a town and its lamps."""
    return {f"a{n}.md": (f"Town {n}", f"Town {n} has {n * 7} lamps.") for n in range(count)}


def texts_of(library: Library) -> dict[str, str]:
    """Return the text of every article by its id."""
    found = (library.article(entry.article.id) for entry in library.articles())
    return {article.id: article.text for article in found if article}
