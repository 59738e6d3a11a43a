"""A text as tokens with offsets: what the reader, the abstention and the summariser compare.

A token is one character of Han, kana or Hangul, or one word or number of another script. Its key
is what is compared: the folded character, the stem of the word, the number without separators.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from index.words.stemming import stem, text_language
from index.words.text import NGRAM_CLUSTER, WORD_MARKS, fold

_CLUSTER = re.compile("[^\u0300-\u036f\u064b-\u065f][\u0300-\u036f\u064b-\u065f]*|.", re.DOTALL)
_LOOSE_ACCENT = re.compile("[\u0300-\u036f]")
_TOKEN = re.compile(
    f"(?P<character>{NGRAM_CLUSTER.pattern})"
    r"|(?P<number>\d+(?:[.,]\d+)*)"
    f"|(?P<word>(?:(?!{NGRAM_CLUSTER.pattern})[^\\W\\d_][{WORD_MARKS}]*)+)"
)
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")


@dataclass(frozen=True, slots=True, eq=False)
class Tokens:
    """The tokens of a text, in order; all tuples have one entry a token. Equal only to itself.

    `text[starts[i]:ends[i]]` is token i. `flow` is the keys written one after another, words
    between blanks and characters without, so that `key in flow` finds runs of both; `places[j]`
    is the token that flow's character j belongs to.
    """

    text: str
    keys: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    characters: tuple[bool, ...]
    flow: str
    places: tuple[int, ...]

    def __len__(self) -> int:
        """Return the number of tokens."""
        return len(self.keys)

    def run(self, first: int, last: int) -> str:
        """Return the flow of tokens first..last-1, as it stands in a flow that holds them."""
        return "".join(
            self.keys[i] if self.characters[i] else f" {self.keys[i]} " for i in range(first, last)
        ).replace("  ", " ")


def tokenize(text: str, language: str | None = None) -> Tokens:
    """Cut a text into tokens. `language` is its Snowball name; told from the text if None."""
    folded, starts_at, ends_at = fold_with_origins(text)
    language = language or text_language(folded)
    keys: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    characters: list[bool] = []
    flow: list[str] = [" "]
    places: list[int] = [0]
    for match in _TOKEN.finditer(folded):
        is_character = match.lastgroup == "character"
        key = _key(match.group(), match.lastgroup or "", language)
        # A boundary between a word and a character is one blank; between words too.
        piece = key if is_character else f"{key} "
        if not is_character and flow[-1][-1] != " ":
            flow.append(" ")
            places.append(len(keys))
        flow.append(piece)
        places.extend([len(keys)] * len(piece))
        keys.append(key)
        starts.append(starts_at[match.start()])
        ends.append(ends_at[match.end() - 1])
        characters.append(is_character)
    joined = "".join(flow)
    if not joined.endswith(" "):
        joined, places = joined + " ", [*places, max(0, len(keys) - 1)]
    return Tokens(
        text, tuple(keys), tuple(starts), tuple(ends), tuple(characters), joined, tuple(places)
    )


def _key(form: str, kind: str, language: str) -> str:
    if kind == "word":
        return stem(form, language) or form
    if kind == "number" and _THOUSANDS.fullmatch(form):
        return form.replace(",", "")
    return form


@lru_cache(maxsize=32768)
def _fold_cluster(cluster: str) -> str:
    return fold(cluster)


def fold_with_origins(text: str) -> tuple[str, Sequence[int], Sequence[int]]:
    """Return the folded text and, for each of its characters, where its source starts and ends.

    `text[starts[i]:ends[i]]` is what folded character i was made of.
    """
    if text.isascii():
        return text.lower(), range(len(text)), range(1, len(text) + 1)
    if unicodedata.is_normalized("NFC", text) and not _LOOSE_ACCENT.search(text):
        clusters: list[tuple[int, str]] = list(enumerate(text))
    else:
        clusters = [(m.start(), m.group()) for m in _CLUSTER.finditer(text)]
    folded: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for start, cluster in clusters:
        part = _fold_cluster(cluster)
        folded.append(part)
        starts.extend([start] * len(part))
        ends.extend([start + len(cluster)] * len(part))
    return "".join(folded), starts, ends
