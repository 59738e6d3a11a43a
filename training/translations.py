"""Write the translation table: for every word, the words of the other language it implies.

How well two words translate each other is half what word alignment says, half the cosine of
their vectors: alignment tells the common translation from the rare one, the vectors find what
the texts never put side by side.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from alignment import WordPairs
from numpy.typing import NDArray
from safetensors.numpy import save_file
from vocabulary import WORD_START, Vocabulary

# Translations kept of a word; more than six no longer helped to find passages.
KEPT = 6
_ALIGNED_AT_LEAST = 0.012
_NEIGHBOURS = 12
# Raising a probability to this power makes it weigh like a cosine.
_POWER = 0.3
_SIMILAR_AT_LEAST = 0.2

Scores = dict[int, dict[int, float]]


@dataclass(frozen=True)
class Side:
    """The words of one language: their rows in the alignment, and their unit vectors."""

    words: list[str]
    rows: NDArray[np.int64]
    vectors: NDArray[np.float32]


def language_sides(
    vocabulary: Vocabulary, vectors_of: Callable[[list[str]], NDArray[np.float32]]
) -> tuple[Side, Side]:
    """Return the English and the Chinese words of an alignment vocabulary.

    `vectors_of` gives the model's unit vectors of words, zeros where it has none.
    """
    english: dict[int, str] = {}
    chinese: dict[int, str] = {}
    for token, row in zip(vocabulary.tokens, vocabulary.rows, strict=True):
        if row and token.startswith(WORD_START) and len(token) > 2:
            english.setdefault(row, token[1:])
        elif row and token[0] >= "\u3400":
            chinese.setdefault(row, token)
    return _side(english, vectors_of), _side(chinese, vectors_of)


def _side(names: dict[int, str], vectors_of: Callable[[list[str]], NDArray[np.float32]]) -> Side:
    words = list(names.values())
    return Side(words, np.array(list(names), dtype=np.int64), vectors_of(words))


def write_translations(file: Path, pairs: WordPairs, english: Side, chinese: Side) -> None:
    """Write the table of both directions as numbers into the word lists, and byte-sized scores."""
    there = _best(pairs.ranked(from_chinese=False, at_least=_ALIGNED_AT_LEAST), english, chinese)
    back = _best(pairs.ranked(from_chinese=True, at_least=_ALIGNED_AT_LEAST), chinese, english)
    tensors = {"english": _blob(english.words), "chinese": _blob(chinese.words)}
    for name, (places, scores) in {"to_chinese": there, "to_english": back}.items():
        tensors[name], tensors[f"{name}_scores"] = places, scores
    save_file(tensors, file)


def _blob(words: list[str]) -> NDArray[np.uint8]:
    return np.frombuffer("\n".join(words).encode(), dtype=np.uint8)


def _best(
    aligned: dict[int, list[tuple[int, float]]], source: Side, target: Side
) -> tuple[NDArray[np.uint16], NDArray[np.uint8]]:
    """Return, for each source word, the places of its best target words and their scores * 255."""
    place_of = {int(row): place for place, row in enumerate(target.rows)}
    places = np.zeros((len(source.words), KEPT), dtype=np.uint16)
    scores = np.zeros((len(source.words), KEPT), dtype=np.uint8)
    for start in range(0, len(source.words), 1000):
        cosines = source.vectors[start : start + 1000] @ target.vectors.T
        near = min(_NEIGHBOURS, len(target.words))
        nearest = np.argpartition(-cosines, near - 1, axis=1)[:, :near]
        for at, row in enumerate(source.rows[start : start + 1000].tolist()):
            chances = {place_of[r]: s for r, s in aligned.get(row, []) if r in place_of}
            candidates = set(chances) | set(nearest[at].tolist())
            combined = sorted(
                ((_score(chances.get(c, 0.0), float(cosines[at, c])), c) for c in candidates),
                reverse=True,
            )
            for rank, (score, place) in enumerate(combined[:KEPT]):
                if score >= _SIMILAR_AT_LEAST:
                    places[start + at, rank] = place
                    scores[start + at, rank] = round(255 * min(1.0, score))
    return places, scores


def _score(chance: float, cosine: float) -> float:
    aligned = chance**_POWER if chance else 0.0
    # A word that the model has no vector for is judged by alignment alone, at a discount.
    similar = max(cosine, 0.0) if cosine else 0.6 * aligned
    return 0.5 * aligned + 0.5 * similar
