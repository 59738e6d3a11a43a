"""How far a passage holds a question: each term weighed by rarity and looked up in the text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from index.text import NGRAM_CHARACTER
from retrieval.query import Query, QueryTerm
from retrieval.textview import TextView

# BM25's constants, as the lexical index has them, and the usual length of a passage.
_K1 = 1.2
_B = 0.75
_USUAL_CHARACTERS = 250.0
_USUAL_WORDS = 130.0

Rarity = Callable[[str, str], float]
# How often a form stands in a text.
Count = Callable[[TextView], int]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What to look for: how to count each form, what it weighs, and the sum of what counts.

    `total` is that of the question's own terms, whatever passages it is divided for, so that
    passages of both languages are measured by one rod.
    """

    forms: tuple[tuple[Count, float], ...]
    total: float


class Coverage(NamedTuple):
    """How far a passage holds the question; 1 is all of it.

    `bm25` and `window` count repeats as BM25 does, in the passage and in it with its
    neighbours; `sentence` and `pair` are the best sentence and the best two neighbours;
    `passage` and `title` are the whole of each.
    """

    bm25: float
    window: float
    sentence: float
    pair: float
    passage: float
    title: float


def evidence_of(query: Query, rarity: Rarity) -> tuple[Evidence, Evidence]:
    """Return what to look for in passages of the question's own language, and of others.

    `rarity(field, term)` weighs a term, as BM25's inverse document frequency does.
    """
    own: dict[tuple[str, str], float] = {}
    other: dict[tuple[str, str], float] = {}
    for term in query.terms:
        form = _form(term)
        weight = term.weight * rarity(term.field, term.term)
        other[form] = other.get(form, 0.0) + weight
        if term.origin in ("exact", "stem"):
            own[form] = own.get(form, 0.0) + weight
    total = sum(own.values()) or 1.0
    return _evidence(own, total), _evidence(other, total)


def _form(term: QueryTerm) -> tuple[str, str]:
    """Return how a term stands in a text: as a run, a word, a stem or a reading."""
    if term.field in ("pinyin", "romanized"):
        return term.field, term.term
    if NGRAM_CHARACTER.match(term.term):
        return "run", term.term
    return ("word" if term.field == "terms" else "stem"), term.term


def _evidence(weights: dict[tuple[str, str], float], total: float) -> Evidence:
    return Evidence(tuple((_counter(*form), weight) for form, weight in weights.items()), total)


def _counter(kind: str, term: str) -> Count:
    """Return the function that counts a form in a view."""
    if kind == "run":
        return lambda view: view.folded.count(term)
    if kind == "word":
        return lambda view: view.words.get(term, 0)
    if kind == "stem":
        return lambda view: view.stems.get(term, 0)
    if kind == "pinyin":
        return lambda view: term in view.readings
    return lambda view: term in view.romanized


def coverage(
    evidence: Evidence, passage: TextView, around: Sequence[TextView], title: TextView | None
) -> Coverage:
    """Measure a passage; `around` are its neighbours in the article, title None where empty."""
    usual = _USUAL_CHARACTERS if passage.in_runs else _USUAL_WORDS
    length = passage.length + sum(view.length for view in around)
    slack = _K1 * (1 - _B + _B * passage.length / usual)
    wide_slack = _K1 * (1 - _B + _B * length / (2 * usual))
    bm25 = window = held = named = 0.0
    present: list[tuple[Count, float]] = []
    for form in evidence.forms:
        count, weight = form
        times = count(passage)
        if times:
            present.append(form)
            held += weight
            bm25 += weight * times * (_K1 + 1) / (times + slack)
        times += sum(count(view) for view in around)
        if times:
            window += weight * times * (_K1 + 1) / (times + wide_slack)
        if title is not None and count(title):
            named += weight
    sentence, pair = _best_sentences(present, passage)
    found = (bm25, window, sentence, pair, held, named)
    return Coverage(*(value / evidence.total for value in found))


def _best_sentences(present: list[tuple[Count, float]], passage: TextView) -> tuple[float, float]:
    """Return the weight that the best sentence holds, and the best two neighbours together."""
    sentences = passage.sentences
    if len(sentences) == 1:
        held = sum(weight for _, weight in present)
        return held, held
    rows = [[weight if count(view) else 0.0 for count, weight in present] for view in sentences]
    best = max((sum(row) for row in rows), default=0.0)
    pairs = zip(rows, rows[1:], strict=False)
    return best, max((sum(map(max, *pair)) for pair in pairs if pair[0]), default=best)
