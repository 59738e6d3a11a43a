"""Translate single words between English and Chinese, as the bundled model implies.

The table is made with the model (`training/translations.py`) and does not depend on
EMBEDDING_MODEL.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.embedder import BUNDLED_MODEL, read_static_files, read_tensors
from index.errors import ModelUnusable
from index.words.inflection import base_candidates
from index.words.text import HAN_CHARACTER, fold


class _Direction:
    """The translations of all words of one language, one after another."""

    def __init__(self, tensors: dict[str, NDArray[Any]], name: str) -> None:
        self._places = tensors[name]
        self._scores = tensors[f"{name}_scores"]
        self._ends = np.cumsum(tensors[f"{name}_counts"], dtype=np.int64)
        if not len(self._places) == len(self._scores) == self._ends[-1]:
            raise ValueError(f"{name}: not as many translations as it says")

    def of(self, word: int, limit: int) -> list[tuple[int, int]]:
        """Return (place in the other word list, score of 255) of a word's best translations."""
        end = int(self._ends[word])
        start = int(self._ends[word - 1]) if word else 0
        cut = slice(start, min(end, start + limit))
        return list(zip(self._places[cut].tolist(), self._scores[cut].tolist(), strict=True))


class Translator:
    """The words of the other language that a word implies, with how sure each is."""

    def __init__(self, tensors: dict[str, NDArray[Any]], folder: Path) -> None:
        """Take the tensors of a translation table and the model folder it stands in."""
        self._folder = folder
        self._english = bytes(tensors["english"]).decode().split("\n")
        self._chinese = bytes(tensors["chinese"]).decode().split("\n")
        self._english_places = {word: place for place, word in enumerate(self._english)}
        self._chinese_places = {word: place for place, word in enumerate(self._chinese)}
        self._to_chinese = _Direction(tensors, "to_chinese")
        self._to_english = _Direction(tensors, "to_english")

    def translate(self, word: str, limit: int = 3) -> list[tuple[str, float]]:
        """Return terms of the other language with their similarity (0..1), best first.

        `word` is English, in any form, or Chinese; an unknown word gives nothing. At most six
        terms are known of a word.
        """
        folded = fold(word).strip()
        if HAN_CHARACTER.search(folded):
            place = self._chinese_places.get(folded)
            terms, direction = self._english, self._to_english
        else:
            place = self._english_place(folded)
            terms, direction = self._chinese, self._to_chinese
        if place is None:
            return []
        return [(terms[at], score / 255) for at, score in direction.of(place, limit)]

    def knows(self, word: str) -> bool:
        """Tell whether the word, or the word it is a form of, is in the vocabulary as a whole."""
        folded = fold(word).strip()
        return folded in self._chinese_places or self._english_place(folded) is not None

    def similarity(self, left: str, right: str) -> float:
        """Return the cosine of two words or phrases by the model's vectors, 0 if one is unknown."""
        first, second = self._vector(left), self._vector(right)
        length = float(np.linalg.norm(first) * np.linalg.norm(second))
        return float(first @ second) / length if length else 0.0

    def tokens(self, folded: str) -> list[tuple[int, int, int]]:
        """Return (token id, start, end) of each token of a folded text that has a vector."""
        tokenizer, tensors = self._model
        encoded = tokenizer.encode(folded, add_special_tokens=False)
        known = tensors["mapping"][encoded.ids]
        found = zip(encoded.ids, known.tolist(), encoded.offsets, strict=True)
        return [(token, *span) for token, row, span in found if row]

    def vectors(self, tokens: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the unit vectors (n, dimensions) of token ids; both languages share them."""
        tensors = self._model[1]
        rows = tensors["embeddings"][tensors["mapping"][tokens]].astype(np.float32)
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        unit: NDArray[np.float32] = rows / np.maximum(lengths, 1e-9)
        return unit

    def _english_place(self, folded: str) -> int | None:
        """Return the place of a word or of what it is a form of."""
        for form in (folded, *base_candidates(folded)):
            place = self._english_places.get(form)
            if place is not None:
                return place
        return None

    @cached_property
    def _model(self) -> tuple[Any, dict[str, NDArray[Any]]]:
        return read_static_files(self._folder)

    def _vector(self, text: str) -> NDArray[np.float32]:
        tokenizer, tensors = self._model
        ids = tokenizer.encode(text, add_special_tokens=False).ids
        rows = tensors["embeddings"][tensors["mapping"][ids]].astype(np.float32)
        if "weights" in tensors:
            rows *= tensors["weights"][ids][:, None].astype(np.float32)
        vector: NDArray[np.float32] = rows.sum(axis=0)
        return vector


def load_translator() -> Translator:
    """Load the bundled translation table. Raises ModelUnusable if its file is damaged."""
    tensors = read_tensors(BUNDLED_MODEL, "translations.safetensors")
    try:
        return Translator(tensors, BUNDLED_MODEL)
    except (KeyError, ValueError) as error:
        raise ModelUnusable(
            "errors.model_broken", name=BUNDLED_MODEL, reason=f"translations: {error}"
        ) from error
