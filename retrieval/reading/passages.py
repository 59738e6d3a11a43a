"""A passage as the reader compares it: its sentences, tokens, clauses and typed spans."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from index.words.sentences import sentence_spans
from index.words.stemming import text_language
from index.words.text import fold
from retrieval.reading.span_patterns import SPAN_KINDS
from retrieval.reading.spans import Span, answer_spans
from retrieval.reading.tokens import Tokens, tokenize

Flags = NDArray[np.float32]

# What stands between two tokens: nothing, a blank, a point inside a list, or a clause's end.
_LIST_MARKS = frozenset("、·・‧-–—/'’")
_BLANKS = frozenset(" \t\u3000\n")
SHAPES = ("digits", "numeral", "capital", "character")
GAP_NONE, GAP_BLANK, GAP_LIST, GAP_CLAUSE = range(4)


@dataclass(frozen=True, slots=True)
class SentenceView:
    """`passage_text[start:end]` is the sentence. Arrays have one row a token.

    `kinds` flags the span kinds each token belongs to, `gaps` what stands before it, `clauses`
    numbers the clauses. `spans` are those that could answer, each with its (first, last) tokens.
    """

    start: int
    end: int
    tokens: Tokens
    kinds: Flags
    shapes: Flags
    gaps: NDArray[np.int64]
    clauses: NDArray[np.int64]
    spans: tuple[tuple[Span, int, int], ...]

    @property
    def text(self) -> str:
        """Return the sentence."""
        return self.tokens.text


@lru_cache(maxsize=4096)
def view_passage(text: str) -> tuple[SentenceView, ...]:
    """Return the sentences of a passage, taken apart."""
    language = text_language(fold(text))
    return tuple(_view(text[a:b], a, language) for a, b in sentence_spans(text))


@lru_cache(maxsize=4096)
def view_title(title: str) -> Tokens:
    """Return the tokens of a title."""
    return tokenize(title)


def _view(sentence: str, start: int, language: str) -> SentenceView:
    tokens = tokenize(sentence, language)
    gaps = np.zeros(len(tokens), dtype=np.int64)
    for at in range(1, len(tokens)):
        gaps[at] = _gap(sentence[tokens.ends[at - 1] : tokens.starts[at]])
    spans = _spans(sentence, tokens)
    return SentenceView(
        start,
        start + len(sentence),
        tokens,
        _kinds(spans, len(tokens)),
        _shapes(sentence, tokens),
        gaps,
        np.cumsum(gaps == GAP_CLAUSE),
        spans,
    )


def _gap(between: str) -> int:
    if not between:
        return GAP_NONE
    marks = set(between) - _BLANKS
    if not marks:
        return GAP_BLANK
    return GAP_LIST if marks <= _LIST_MARKS else GAP_CLAUSE


def _spans(sentence: str, tokens: Tokens) -> tuple[tuple[Span, int, int], ...]:
    """Return the spans that could answer and hold at least one token."""
    found = []
    for span in answer_spans(sentence):
        first = bisect_left(tokens.starts, span.start)
        last = bisect_left(tokens.starts, span.end)
        if first < last:
            found.append((span, first, last))
    return tuple(found)


def _kinds(spans: tuple[tuple[Span, int, int], ...], count: int) -> Flags:
    """Return (tokens, span kinds) flags."""
    flags = np.zeros((count, len(SPAN_KINDS)), dtype=np.float32)
    for span, first, last in spans:
        flags[first:last, SPAN_KINDS.index(span.kind)] = 1.0
    return flags


_NUMERALS = frozenset("零〇一二两三四五六七八九十百千万亿廿")


def _shapes(sentence: str, tokens: Tokens) -> Flags:
    """Return (tokens, SHAPES) flags."""
    flags = np.zeros((len(tokens), len(SHAPES)), dtype=np.float32)
    for at, key in enumerate(tokens.keys):
        if tokens.characters[at]:
            flags[at, 1 if key in _NUMERALS else 3] = 1.0
        elif key[0].isdigit():
            flags[at, 0] = 1.0
        elif sentence[tokens.starts[at]].isupper():
            flags[at, 2] = 1.0
    return flags
