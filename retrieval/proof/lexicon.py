"""The words of two languages that mean each other, and the cut of Han text into such words.

The table comes with the static model (`training/translations.py`) and is the same whatever model
embeds, so that what is sure enough here need not be learned anew with each encoder.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.embedder import STATIC_MODEL, Embedder, load_embedder, read_tensors
from index.errors import ModelUnusable
from language.hanwords import cheapest_cut
from language.inflection import base_candidates
from language.stopwords import function_words, question_words
from language.text import HAN_CHARACTER
from retrieval.proof.lexis import CASES, JOINTS, LIGHT, LISTED, sign_of

# What is told by grammar, and needs no counterpart.
GRAMMAR = function_words("chinese") | question_words("chinese") | {"每"}
_TIMES = frozenset(LISTED["adverbial"])
_OPENING = frozenset("中上下里前后内外")
# With these before it a word names another: a deputy is no leader.
PREFIXES = frozenset("副代准非旧原女男半")
_MOST_TRANSLATIONS = 6


class Lexicon:
    """Translations of single words between English and Chinese. Safe to use from any thread."""

    def __init__(self, tensors: dict[str, NDArray[Any]]) -> None:
        """Take the tensors of a translation table. Raises KeyError or ValueError for others."""
        english = bytes(tensors["english"]).decode().split("\n")
        chinese = bytes(tensors["chinese"]).decode().split("\n")
        self._terms = (english, chinese)
        self._places = tuple({w: place for place, w in enumerate(words)} for words in self._terms)
        self._directions = tuple(
            (tensors[name], tensors[f"{name}_scores"],
             np.concatenate([[0], np.cumsum(tensors[f"{name}_counts"], dtype=np.int64)]))
            for name in ("to_chinese", "to_english")
        )  # fmt: skip

    def knows(self, word: str) -> bool:
        """Return True if a folded word, or a word that it is a form of, is listed."""
        return self._place(word) is not None

    @lru_cache(maxsize=16384)  # noqa: B019 - there is one table, which lives as long as the process
    def translate(self, word: str) -> tuple[tuple[str, float], ...]:
        """Return words of the other language with how sure they are, 0 to 1, best first."""
        place = self._place(word)
        if place is None:
            return ()
        side = bool(HAN_CHARACTER.search(word))
        targets, scores, ends = self._directions[side]
        cut = slice(
            int(ends[place]), min(int(ends[place + 1]), int(ends[place]) + _MOST_TRANSLATIONS)
        )
        terms = self._terms[not side]
        return tuple(
            (terms[at], score / 255)
            for at, score in zip(targets[cut].tolist(), scores[cut].tolist(), strict=True)
        )

    def _place(self, word: str) -> int | None:
        if HAN_CHARACTER.search(word):
            return self._places[1].get(word)
        forms = (word, *base_candidates(word))
        return next((self._places[0][form] for form in forms if form in self._places[0]), None)

    def cut(self, run: str) -> list[str]:
        """Return the words of a folded run of Han, as few as possible; nothing is lost.

        Neighbouring characters that are no words are joined: a name is one word.
        """
        joined: list[str] = []
        for word in cheapest_cut(run, self._cost):
            if joined and self._is_loose(joined[-1]) and len(word) == 1 and word not in GRAMMAR:
                joined[-1] += word
            else:
                joined.append(word)
        return joined

    def _is_loose(self, word: str) -> bool:
        known = word in GRAMMAR or word in _TIMES
        return not known and (len(word) == 1 or word not in self._places[1])

    def _cost(self, word: str) -> float:
        if word in GRAMMAR or word in _TIMES or (len(word) > 1 and word in self._places[1]):
            return 1.0
        return 1.3 if len(word) == 1 else 9.0


def cut_words(run: str, lexicon: Lexicon, *, opens: bool) -> list[str]:
    """Return the words of a run of Han; `opens` says that a clause begins with it."""
    words = list(_cut(run, lexicon))
    if opens and len(words) > 1 and words[0] in _OPENING:
        # 中医院 is not any 医院.
        words[:2] = [words[0] + words[1]]
    found: list[str] = []
    for word in words:
        if found and found[-1] in PREFIXES:
            # A deputy is another than the leader, and who is no member is none.
            found[-1] += word
        else:
            found.append(word)
    return found


def _cut(run: str, lexicon: Lexicon) -> Iterator[str]:
    """Yield the words of a run of Han; of an unknown one, its loose ends by themselves."""
    for text in lexicon.cut(run):
        if len(text) < 2 or lexicon.knows(text) or text in LIGHT:
            yield text
            continue
        after: list[str] = []
        while len(text) > 1 and _is_loose(text[0]):
            yield text[0]
            text = text[1:]
        while len(text) > 1 and _is_loose(text[-1]):
            after.insert(0, text[-1])
            text = text[:-1]
        yield text
        yield from after


def _is_loose(character: str) -> bool:
    """Return True for a character that is a word by itself wherever it opens or ends one."""
    known = character in LIGHT or character in CASES or character in JOINTS
    return known or bool(sign_of(character)[0])


@lru_cache(maxsize=65536)
def nearness(one: str, other: str) -> float:
    """Return the cosine of two words by the bundled static model, whatever model embeds.

    Raises ModelUnusable if that model is damaged.
    """
    return float(_vector(one) @ _vector(other))


@lru_cache(maxsize=16384)
def _vector(word: str) -> NDArray[np.float32]:
    row: NDArray[np.float32] = _static_model().encode_queries([word])[0]
    return row


@lru_cache(maxsize=1)
def _static_model() -> Embedder:
    return load_embedder("static")


@lru_cache(maxsize=1)
def load_lexicon() -> Lexicon:
    """Load the bundled table. Raises ModelUnusable if its file is damaged."""
    tensors = read_tensors(STATIC_MODEL, "translations.safetensors")
    try:
        return Lexicon(tensors)
    except (KeyError, ValueError) as error:
        raise ModelUnusable(
            "errors.model_broken", name=STATIC_MODEL, reason=f"translations: {error}"
        ) from error
