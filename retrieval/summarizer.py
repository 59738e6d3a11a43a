"""The sentences that carry an article, in its order, each cited."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index.chunker import chunk_article
from index.models import Article, Chunk
from language.text import search_terms
from retrieval.citations import cite, quote_from_article, run_on
from retrieval.models import Summary
from retrieval.summary_units import Quotable, quotable_units

# An article, and each of its main sections, tells the most first; the next sentence is taken from
# another section if it says nearly as much.
_LEAD, _OPENING, _SECTION = 0.6, 0.3, 0.3
_LEAD_LENGTH = 7.0
_TITLE = 0.8
# Two sentences that share this much are one to a reader.
_SAME = 0.6
_REDUNDANCY = 0.7
_QUOTES = "”\"'’」』）)*_"
_MOST_SENTENCES = 400
# A sentence that begins so leans on the one before it.
_LEANS = re.compile(
    r"^[“\"「『]?(?:该|此外|其[中次他]|这|那|他|她|它|但|而|同时|并且|因此|所以|另外|据此|对此|对此|為此|為"
    r"|It\b|They\b|He\b|She\b|This\b|These\b|That\b|But\b|And\b|However|Also\b|Therefore)",
)


def summarize(article: Article, sentences: int = 4, chunks: Sequence[Chunk] = ()) -> Summary:
    """Summarise an article by at most `sentences` of its sentences; a short one is returned whole.

    `chunks` are the article's passages: each citation names its passage.
    """
    told = quotable_units(article, chunks or chunk_article(article))
    wanted = max(1, sentences)
    if len(told) > wanted:
        # The first rows show what a table is about; of prose the sentences that say most.
        chosen = range(wanted) if told[0].is_row else sorted(_chosen(article, told, wanted))
        told = [told[place] for place in chosen]
    quotes = [
        quote_from_article(article, one.start, one.end, one.block, one.chunk_id, one.shown)
        for one in told
    ]
    citations = cite(quotes)
    return Summary(article.id, article.title, run_on(citations), citations)


def _chosen(article: Article, told: Sequence[Quotable], wanted: int) -> list[int]:
    """Choose the places of the sentences that say most, none of them twice."""
    # A book of ten thousand sentences: its beginning carries it, and the work stays bounded.
    told = told[:_MOST_SENTENCES]
    texts = [article.text[one.start : one.end] for one in told]
    terms = [search_terms(text) for text in (article.title, *texts)]
    rows = _rows(terms)
    title, likeness = rows[0] @ rows[1:].T, rows[1:] @ rows[1:].T
    seen: Counter[str] = Counter()
    depths = []
    for one in told:
        depths.append(seen[one.section])
        seen[one.section] += 1
    lead = _LEAD * np.exp(-np.array(depths) / _LEAD_LENGTH)
    # How like the others a sentence is, 1 at the mean: what LexRank comes to for mutual likeness.
    central = likeness.sum(axis=1) - likeness.diagonal()
    worth = central / (central.mean() or 1.0) + lead + _TITLE * title
    worth *= np.array([_usual_length(len(found)) for found in terms[1:]])
    worth -= np.array([0.15 if _LEANS.match(text) else 0.0 for text in texts])
    worth -= np.array(
        [0.4 if text.rstrip(_QUOTES).endswith(("?", "？")) else 0.0 for text in texts]
    )
    worth[0] += _OPENING
    sections = np.array([one.section for one in told])
    chosen: list[int] = []
    left = worth.copy()
    while len(chosen) < wanted and np.isfinite(left).any():
        best = int(np.argmax(left))
        chosen.append(best)
        left[best] = -np.inf
        left -= _REDUNDANCY * likeness[best] * worth[best]
        left[sections == sections[best]] -= _SECTION
        left[likeness[best] > _SAME] = -np.inf
    return chosen


def _usual_length(length: int) -> float:
    """Return 1 for a sentence of a usual number of terms, less for scraps and for monsters."""
    return float(min(1.0, length / 20) * min(1.0, 160 / max(1, length)) ** 0.5)


def _rows(texts: Sequence[Sequence[str]]) -> NDArray[np.float64]:
    """Return one unit row of weighted terms for each text, given by its terms."""
    counts = [Counter(terms) for terms in texts]
    held = Counter(term for count in counts for term in count)
    names = {term: place for place, term in enumerate(held)}
    rows = np.zeros((len(texts), max(1, len(names))))
    for row, count in enumerate(counts):
        for term, times in count.items():
            weight = math.log(1 + len(texts) / held[term])
            rows[row, names[term]] = (1 + math.log(times)) * weight
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    unit: NDArray[np.float64] = np.divide(rows, lengths, out=np.zeros_like(rows), where=lengths > 0)
    return unit
