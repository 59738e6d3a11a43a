"""How far a passage holds a question: each term weighed by rarity and looked up in the text."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from retrieval.search.query import Query, QueryTerm
from retrieval.search.textview import TextView, stem_key

# BM25's constants, as the lexical index has them, and the usual length of a passage.
_K1 = 1.2
_B = 0.75
_USUAL_CHARACTERS = 250.0
_USUAL_WORDS = 130.0

# The weight of each (field, term).
Rarity = Mapping[tuple[str, str], float]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What to look for: the weight of each key and of each reading; `total` is all of it.

    No text holds more than `most`: two forms of a word are one word.
    """

    keys: Mapping[str, float]
    readings: Mapping[str, float]
    total: float
    most: float = math.inf


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
    """Return what to look for in passages of the question's own script, and of others.

    `rarity` weighs each term, as BM25's inverse document frequency does.
    """
    own: dict[str, float] = {}
    other: dict[str, float] = {}
    readings: dict[str, float] = {}
    ways: dict[str, dict[str, float]] = {}
    forms: dict[str, float] = {}
    for term in query.terms:
        weight = term.weight * rarity[term.field, term.term]
        if term.origin in ("translation", "pinyin", "sound"):
            of_word = ways.setdefault(term.word, {})
            way = term.via or term.term
            of_word[way] = of_word.get(way, 0.0) + weight
        if term.origin in ("pinyin", "sound"):
            readings[term.term] = readings.get(term.term, 0.0) + weight
            continue
        key = _key(term)
        if term.origin == "form":
            forms[key] = weight
            continue
        other[key] = other.get(key, 0.0) + weight
        if term.origin != "translation":
            own[key] = own.get(key, 0.0) + weight
    total = sum(own.values()) or 1.0
    reach = _reach(query, ways) or total
    return Evidence(forms | own, {}, total, total), Evidence(other, readings, reach)


def _key(term: QueryTerm) -> str:
    return stem_key(term.term) if term.field == "stems" else term.term


def _reach(query: Query, ways: Mapping[str, Mapping[str, float]]) -> float:
    """Return what a passage of another script can hold: every word in one way.

    A word with a translation is held by the best of them, one without may be a name and is held
    by its reading; one without either is taken for an average one, so that it counts as missing.
    """
    best = [
        max(
            (found[via] for via, _ in query.translations.get(word, ()) if via in found),
            default=max(found.values()),
        )
        for word, found in ways.items()
    ]
    return sum(best) / len(best) * len(query.words) if best else 0.0


def coverage(
    evidence: Evidence, passage: TextView, around: Sequence[TextView], title: TextView | None
) -> Coverage:
    """Measure a passage; `around` are its neighbours in the article, title None where empty."""
    wanted = evidence.keys
    present = wanted.keys() & passage.counts.keys()
    spoken = _spoken(evidence, passage)
    sentence, pair = _best_sentences(wanted, present, passage)
    alone = bm25(evidence, passage, ())
    return Coverage(
        bm25=alone,
        window=bm25(evidence, passage, around) if around else alone,
        sentence=_share(evidence, sentence + spoken),
        pair=_share(evidence, pair + spoken),
        passage=_share(evidence, sum(wanted[key] for key in present) + spoken),
        title=_share(evidence, _held(evidence, title)) if title else 0.0,
    )


def bm25(evidence: Evidence, passage: TextView, around: Sequence[TextView]) -> float:
    """Return BM25 of a passage with its neighbours, as a share of the evidence.

    The factor of rarity is in the weights already.
    """
    wanted = evidence.keys
    length = passage.length + sum(view.length for view in around)
    usual = _USUAL_CHARACTERS if passage.in_runs else _USUAL_WORDS
    # One neighbour or two: a passage with them is taken for twice the usual length.
    usual *= 2 if around else 1
    slack = _K1 * (1 - _B + _B * length / usual)
    views = (passage, *around)
    total = _spoken(evidence, passage)
    for key in set().union(*(wanted.keys() & view.counts.keys() for view in views)):
        times = sum(view.counts.get(key, 0) for view in views)
        total += wanted[key] * times * (_K1 + 1) / (times + slack)
    return total / evidence.total


def _share(evidence: Evidence, held: float) -> float:
    return min(held, evidence.most) / evidence.total


def _spoken(evidence: Evidence, view: TextView) -> float:
    """Return the weight of the names that stand in a text in another script."""
    if not evidence.readings:
        return 0.0
    return sum(evidence.readings[name] for name in evidence.readings.keys() & view.readings)


def _held(evidence: Evidence, view: TextView) -> float:
    found = evidence.keys.keys() & view.counts.keys()
    return sum(evidence.keys[key] for key in found) + _spoken(evidence, view)


def _best_sentences(
    wanted: Mapping[str, float], present: set[str], passage: TextView
) -> tuple[float, float]:
    """Return the weight that the best sentence holds, and the best two neighbours together."""
    held = [present & keys for keys in passage.sentences]
    best = max((sum(wanted[key] for key in keys) for keys in held), default=0.0)
    pairs = (left | right for left, right in zip(held, held[1:], strict=False))
    return best, max((sum(wanted[key] for key in keys) for keys in pairs), default=best)
