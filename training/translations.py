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
# What a Chinese word that no text holds loses of its score; one that is often read loses nothing.
_UNREAD = 0.2


@dataclass(frozen=True)
class Side:
    """The words of one language: their rows in the alignment, and their unit vectors.

    `worth` is what a word's score as a translation is multiplied with.
    """

    words: list[str]
    rows: NDArray[np.int64]
    vectors: NDArray[np.float32]
    worth: NDArray[np.float64]


def language_sides(
    vocabulary: Vocabulary,
    vectors_of: Callable[[list[str]], NDArray[np.float32]],
    read: NDArray[np.int64],
) -> tuple[Side, Side]:
    """Return the English and the Chinese words of an alignment vocabulary.

    `vectors_of` gives the model's unit vectors of words, zeros where it has none; `read` tells
    how often each row stands in the texts. Of many words for `repair` those that nobody writes
    come last; an English word that no text holds is mostly a name, and the only one there is.
    """
    english: dict[int, str] = {}
    chinese: dict[int, str] = {}
    for token, row in zip(vocabulary.tokens, vocabulary.rows, strict=True):
        if row and token.startswith(WORD_START) and len(token) > 2:
            english.setdefault(row, token[1:])
        elif row and token[0] >= "\u3400":
            chinese.setdefault(row, token)
    worth = 1 - _UNREAD / (1 + read)
    return (
        _side(english, vectors_of, np.ones(len(read))),
        _side(chinese, vectors_of, worth),
    )


def _side(
    names: dict[int, str],
    vectors_of: Callable[[list[str]], NDArray[np.float32]],
    worth: NDArray[np.float64],
) -> Side:
    words = list(names.values())
    rows = np.array(list(names), dtype=np.int64)
    return Side(words, rows, vectors_of(words), worth[rows])


def write_translations(file: Path, pairs: WordPairs, english: Side, chinese: Side) -> None:
    """Write both directions: how many translations each word has, then their places and scores.

    Places are numbers into the other language's word list; a score is a byte.
    """
    there = _best(pairs.ranked(from_chinese=False, at_least=_ALIGNED_AT_LEAST), english, chinese)
    there, chinese = _used_first(*there, chinese)
    back = _best(pairs.ranked(from_chinese=True, at_least=_ALIGNED_AT_LEAST), chinese, english)
    tensors = {"english": _blob(english.words), "chinese": _blob(chinese.words)}
    for name, (places, scores) in {"to_chinese": there, "to_english": back}.items():
        kept = scores > 0
        kind = np.uint16 if places.max(initial=0) < 65536 else np.uint32
        tensors[name] = places[kept].astype(kind)
        tensors[f"{name}_scores"] = scores[kept]
        tensors[f"{name}_counts"] = kept.sum(axis=1).astype(np.uint8)
    save_file(tensors, file)


def _used_first(
    places: NDArray[np.int64], scores: NDArray[np.uint8], target: Side
) -> tuple[tuple[NDArray[np.int64], NDArray[np.uint8]], Side]:
    """Return the same with the words that translate anything first: two bytes number them."""
    used = np.zeros(len(target.words), dtype=bool)
    used[places[scores > 0]] = True
    order = np.argsort(~used, kind="stable")
    words = [target.words[place] for place in order.tolist()]
    sorted_side = Side(words, target.rows[order], target.vectors[order], target.worth[order])
    return (np.argsort(order)[places], scores), sorted_side


def _blob(words: list[str]) -> NDArray[np.uint8]:
    return np.frombuffer("\n".join(words).encode(), dtype=np.uint8)


def _best(
    aligned: dict[int, list[tuple[int, float]]], source: Side, target: Side
) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    """Return, for each source word, the places of its best target words and their scores * 255.

    A score of zero is no translation.
    """
    place_of = {int(row): place for place, row in enumerate(target.rows)}
    places = np.zeros((len(source.words), KEPT), dtype=np.int64)
    scores = np.zeros((len(source.words), KEPT), dtype=np.uint8)
    for start in range(0, len(source.words), 1000):
        cosines = source.vectors[start : start + 1000] @ target.vectors.T
        near = min(_NEIGHBOURS, len(target.words))
        nearest = np.argpartition(-cosines, near - 1, axis=1)[:, :near]
        for at, row in enumerate(source.rows[start : start + 1000].tolist()):
            chances = {place_of[r]: s for r, s in aligned.get(row, []) if r in place_of}
            candidates = set(chances) | set(nearest[at].tolist())
            scored = (
                (_score(chances.get(c, 0.0), float(cosines[at, c])) * float(target.worth[c]), c)
                for c in candidates
            )
            combined = sorted(scored, reverse=True)
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
