"""Decide which English words share a row: the forms of one word, unless one has its own life."""

from __future__ import annotations

from collections.abc import Mapping

from language.inflection import IRREGULAR, base_candidates


def base_form(word: str, counts: Mapping[str, int], meanings: Mapping[str, int]) -> str:
    """Return the word whose row `word` shares; the word itself if it stands alone.

    `counts` is how often each word was seen, `meanings` how many dictionary entries say exactly
    this word: a form with a life of its own (`building`, `goods`) keeps a row.
    """
    if word in IRREGULAR and meanings.get(word, 0) < 3:
        return IRREGULAR[word]
    for base in base_candidates(word):
        if counts.get(base, 0) < 1 or len(base) < 3:
            continue
        own = meanings.get(word, 0)
        if own >= 3 and own * 2 > meanings.get(base, 0):
            return word
        if counts[base] * 4 >= counts.get(word, 0):
            return base
    return word
