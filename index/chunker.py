"""Cut articles into passages that end at sentence ends and know their offsets."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterator
from itertools import accumulate

from index.models import Article, Chunk
from index.words.sentences import iter_sentence_spans
from index.words.text import NGRAM_CHARACTER

# The size of a passage in characters of Han, kana or Hangul; other characters say less and
# weigh less, so that a Latin passage has about 750 characters.
TARGET = 300
_LATIN_WEIGHT = 0.4
# A passage may grow to this many targets before a paragraph or a sentence is cut.
_SLACK = 1.4
_CLAUSE_ENDS = frozenset("，,、;；:：。.!！?？)）]】」』”’»—…،؛|")
_SIDE = 4096  # how far a cut looks for a better place, at most

Span = tuple[int, int]


def chunk_article(article: Article, target: int = TARGET) -> tuple[Chunk, ...]:
    """Return the passages of an article: in order, covering all its text but blanks.

    `target` is the wanted size in Han characters. A passage ends at a sentence end, at a
    paragraph end where one is near, and inside a sentence only if that is longer than a passage.
    """
    text = article.text
    spans = _pack(_paragraphs(text, target * _SLACK), float(target))
    return tuple(
        Chunk(
            id=_chunk_id(article.id, ordinal, text[start:end]),
            article_id=article.id,
            ordinal=ordinal,
            text=text[start:end],
            start=start,
            end=end,
        )
        for ordinal, (start, end) in enumerate(spans)
    )


def embedding_text(title: str, text: str) -> str:
    """Return what is encoded for a passage: the title tells what its pronouns stand for."""
    return f"{title}\n{text}"


def _chunk_id(article_id: str, ordinal: int, text: str) -> str:
    key = "\x1f".join((article_id, str(ordinal), text))
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _weight(text: str) -> float:
    """Return how much a text says, in Han characters."""
    if text.isascii():
        return len(text) * _LATIN_WEIGHT
    wide = len(NGRAM_CHARACTER.findall(text))
    return wide + (len(text) - wide) * _LATIN_WEIGHT


def _paragraphs(text: str, limit: float) -> Iterator[list[tuple[Span, float]]]:
    """Yield the paragraphs as lists of (sentence span, weight); no sentence outweighs `limit`."""
    paragraph: list[tuple[Span, float]] = []
    last = 0
    for start, end in iter_sentence_spans(text):
        if paragraph and "\n" in text[last:start]:
            yield paragraph
            paragraph = []
        last = end
        weight = _weight(text[start:end])
        if weight <= limit:
            paragraph.append(((start, end), weight))
        else:
            pieces = _cut(text, start, end, limit)
            paragraph.extend((piece, _weight(text[piece[0] : piece[1]])) for piece in pieces)
    if paragraph:
        yield paragraph


def _pack(paragraphs: Iterator[list[tuple[Span, float]]], target: float) -> Iterator[Span]:
    """Join whole paragraphs while they fit; cut a long one into even groups of sentences."""
    spans: list[Span] = []
    weight = 0.0
    for paragraph in paragraphs:
        total = sum(w for _, w in paragraph)
        # A stub of a passage goes on into the next paragraph rather than stand alone.
        if spans and weight + total > target * _SLACK and weight >= target / 3:
            yield spans[0][0], spans[-1][1]
            spans, weight = [], 0.0
        left = weight + total
        parts = max(1, round(left / target)) if left > target * _SLACK else 1
        share = left / parts
        for span, w in paragraph:
            if parts > 1 and spans and weight + w / 2 > share:
                yield spans[0][0], spans[-1][1]
                spans, weight = [], 0.0
            spans.append(span)
            weight += w
        if weight >= target:
            yield spans[0][0], spans[-1][1]
            spans, weight = [], 0.0
    if spans:
        yield spans[0][0], spans[-1][1]


def _cut(text: str, start: int, end: int, limit: float) -> Iterator[Span]:
    """Cut one over-long sentence at clause marks, else at blanks, else anywhere."""
    weights = list(
        accumulate(1.0 if NGRAM_CHARACTER.match(c) else _LATIN_WEIGHT for c in text[start:end])
    )
    spent, place = 0.0, start
    reach = start
    while place < end:
        while reach < end and weights[reach - start] - spent <= limit:
            reach += 1
        cut = end if reach == end else _best_cut(text, place, reach)
        left = text[place:cut]
        inner = left.strip()
        if inner:
            first = place + len(left) - len(left.lstrip())
            yield first, first + len(inner)
        spent, place = weights[cut - 1 - start], cut
        reach = max(reach, cut)


def _best_cut(text: str, start: int, end: int) -> int:
    """Return where to cut `text[start:end]`: after the last clause mark or blank of its back half.

    A number or a Latin word is cut only if it fills the whole window.
    """
    half = max(start + 1, (start + end) // 2, end - _SIDE)
    blank = 0
    for cut in range(end, half, -1):
        before, after = text[cut - 1], text[cut : cut + 1]
        if before in _CLAUSE_ENDS and not (after.isalnum() and after.isascii()):
            return cut
        if not blank and before.isspace():
            blank = cut
    if blank:
        return blank
    for cut in range(end, half, -1):
        if not (text[cut - 1].isascii() and text[cut].isascii()) and not _is_mark(text[cut]):
            return cut
    return max(end, start + 1)


def _is_mark(character: str) -> bool:
    """Tell whether a character belongs to the one before it."""
    return unicodedata.category(character) in {"Mn", "Me", "Mc"} or character == "\u200d"
