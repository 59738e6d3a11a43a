"""Translate single words between English and Chinese, as the bundled model's vectors imply."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.embedder import BUNDLED_MODEL, read_static_files
from index.text import HAN_CHARACTER, fold

_WORD_START = "▁"
_LATIN_WORD = re.compile("[a-z]{2,}")


class Translator:
    """The nearest tokens of the other language, by the cosine of their vectors."""

    def __init__(
        self, tokenizer: Any, rows: NDArray[np.float32], mapping: NDArray[np.int32]
    ) -> None:
        """Take the model's tokenizer, rows (unit or not) and the row of each token id."""
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        self._rows = rows
        self._unit = np.divide(rows, lengths, out=np.zeros_like(rows), where=lengths > 0)
        self._mapping = mapping
        self._tokenizer = tokenizer
        english: dict[int, str] = {}
        chinese: dict[int, str] = {}
        for token, number in sorted(tokenizer.get_vocab().items(), key=lambda item: item[1]):
            row = int(mapping[number])
            if not row:
                continue
            if token.startswith(_WORD_START) and _LATIN_WORD.fullmatch(token[1:]):
                english.setdefault(row, token[1:])
            elif HAN_CHARACTER.match(token):
                chinese.setdefault(row, token)
        self._english = list(english.values()), np.array(list(english), dtype=np.int64)
        self._chinese = list(chinese.values()), np.array(list(chinese), dtype=np.int64)

    def translate(self, word: str, limit: int = 3) -> list[tuple[str, float]]:
        """Return the nearest terms of the other language with their similarity, best first.

        `word` is English or Chinese; a word the model does not know gives nothing.
        """
        folded = fold(word).strip()
        vector = self._vector(folded, whole=True)
        if vector is None:
            return []
        terms, rows = self._english if HAN_CHARACTER.search(folded) else self._chinese
        scores = self._unit[rows] @ vector
        best = np.argsort(-scores)[:limit]
        return [(terms[i], float(scores[i])) for i in best if scores[i] > 0]

    def similarity(self, left: str, right: str) -> float:
        """Return the cosine of two words or phrases, 0 if either is unknown."""
        first, second = self._vector(fold(left)), self._vector(fold(right))
        if first is None or second is None:
            return 0.0
        return float(first @ second)

    def tokens(self, folded: str) -> list[tuple[int, int, int]]:
        """Return (row of `unit`, start, end) of each token of a folded text that is known."""
        encoded = self._tokenizer.encode(folded, add_special_tokens=False)
        rows = self._mapping[encoded.ids].tolist()
        offsets = encoded.offsets
        return [(row, *span) for row, span in zip(rows, offsets, strict=True) if row]

    @property
    def unit(self) -> NDArray[np.float32]:
        """Return the unit vectors of all tokens (rows, dimensions); both languages share them."""
        return self._unit

    def _vector(self, folded: str, *, whole: bool = False) -> NDArray[np.float32] | None:
        """Return the unit vector of a text; `whole` asks that every word is a token."""
        tokens = self._tokenizer.encode(folded, add_special_tokens=False)
        rows = self._mapping[tokens.ids]
        pieces = any(t[0] != _WORD_START and t.isascii() for t in tokens.tokens)
        if not rows.any() or (whole and pieces):
            return None
        vector = self._rows[rows].sum(axis=0)
        length = float(np.linalg.norm(vector))
        return vector / length if length else None


def load_translator() -> Translator:
    """Load the translator of the bundled model. Raises ModelUnusable if its files are damaged."""
    tokenizer, tensors = read_static_files(BUNDLED_MODEL)
    return Translator(tokenizer, tensors["embeddings"].astype(np.float32), tensors["mapping"])
