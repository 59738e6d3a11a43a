"""The sentences that carry an article, in its order, each cited."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from index.models import Article, Chunk
from index.words.sentences import sentence_spans
from index.words.text import search_terms
from retrieval.citations import cite, quote_from_article, run_on
from retrieval.models import Summary

_DAMPING = 0.85
_ROUNDS = 30
# News tells the most first; the weight of a sentence halves after about ten.
_LEAD = 0.6
_LEAD_LENGTH = 7.0
_TITLE = 0.8
# Two sentences that share this much are one to a reader.
_SAME = 0.6
_REDUNDANCY = 0.7
_FEWEST_CHARACTERS = 8
_MOST_SENTENCES = 400
# A sentence that begins so leans on the one before it.
_LEANS = re.compile(
    r"^[“\"「『]?(?:该|此外|其[中次他]|这|那|他|她|它|但|而|同时|并且|因此|所以|另外|据此|对此|对此|為此|為"
    r"|It\b|They\b|He\b|She\b|This\b|These\b|That\b|But\b|And\b|However|Also\b|Therefore)",
)


def summarize(
    article: Article,
    sentences: int = 4,
    rarity: Callable[[str], float] | None = None,
    chunks: Sequence[Chunk] = (),
) -> Summary:
    """Summarise an article by at most `sentences` of its sentences; a short one stands whole.

    `rarity` weighs a term by how much it tells in the library; `chunks` are the article's
    passages, so that each citation names the passage it stands in.
    """
    spans = [
        span
        for span in sentence_spans(article.text)
        if len(article.text[span[0] : span[1]].strip()) >= _FEWEST_CHARACTERS
    ] or sentence_spans(article.text)
    wanted = max(1, sentences)
    chosen = range(len(spans)) if len(spans) <= wanted else _chosen(article, spans, wanted, rarity)
    quotes = [
        quote_from_article(article, *spans[place], chunk_id=_chunk_of(chunks, spans[place]))
        for place in sorted(chosen)
    ]
    citations = cite(quotes)
    return Summary(article.id, article.title, run_on(citations), citations)


def _chunk_of(chunks: Sequence[Chunk], span: tuple[int, int]) -> str:
    return next((chunk.id for chunk in chunks if chunk.start <= span[0] < chunk.end), "")


def _chosen(
    article: Article,
    spans: Sequence[tuple[int, int]],
    wanted: int,
    rarity: Callable[[str], float] | None,
) -> list[int]:
    """Choose the places of the sentences that say most, none of them twice."""
    # A book of ten thousand sentences: its beginning carries it, and the work stays bounded.
    texts = [article.text[start:end] for start, end in spans[:_MOST_SENTENCES]]
    rows = _rows([article.title, *texts], rarity)
    title, likeness = rows[0] @ rows[1:].T, rows[1:] @ rows[1:].T
    places = np.arange(len(texts))
    lead = _LEAD * np.exp(-places / _LEAD_LENGTH)
    worth = _central(likeness) + lead + _TITLE * title
    worth *= np.array([_usual_length(text) for text in texts])
    worth -= np.array([0.15 if _LEANS.match(text) else 0.0 for text in texts])
    worth -= np.array(
        [0.4 if text.rstrip('”"」』').endswith(("?", "？")) else 0.0 for text in texts]
    )
    chosen: list[int] = []
    left = worth.copy()
    while len(chosen) < wanted and np.isfinite(left).any():
        best = int(np.argmax(left))
        chosen.append(best)
        left[best] = -np.inf
        left -= _REDUNDANCY * likeness[best] * worth[best]
        left[likeness[best] > _SAME] = -np.inf
    return chosen


def _usual_length(text: str) -> float:
    """Return 1 for a sentence of usual length, less for scraps and for monsters."""
    length = len(search_terms(text))
    return float(min(1.0, length / 20) * min(1.0, 160 / max(1, length)) ** 0.5)


def _rows(texts: Sequence[str], rarity: Callable[[str], float] | None) -> NDArray[np.float64]:
    """Return one unit row of weighted terms for each text."""
    counts = [Counter(search_terms(text)) for text in texts]
    held = Counter(term for count in counts for term in count)
    names = {term: place for place, term in enumerate(held)}
    rows = np.zeros((len(texts), max(1, len(names))))
    for row, count in enumerate(counts):
        for term, times in count.items():
            weight = rarity(term) if rarity else math.log(1 + len(texts) / held[term])
            rows[row, names[term]] = (1 + math.log(times)) * weight
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    unit: NDArray[np.float64] = np.divide(rows, lengths, out=np.zeros_like(rows), where=lengths > 0)
    return unit


def _central(likeness: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how central each sentence is, about 1 on average: LexRank's power iteration.

    Erkan and Radev, 2004, with the likeness itself for the weight of an edge.
    """
    edges = likeness - np.diag(np.diag(likeness))
    sums = edges.sum(axis=1, keepdims=True)
    steps = np.divide(edges, sums, out=np.full_like(edges, 1 / len(edges)), where=sums > 0)
    ranks = np.ones(len(edges))
    for _ in range(_ROUNDS):
        ranks = (1 - _DAMPING) + _DAMPING * (ranks @ steps)
    return ranks
