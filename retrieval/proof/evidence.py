"""What a passage proves: its facts, its words, and which of its sentences says a thing best."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cached_property
from operator import add

import numpy as np
from numpy.typing import NDArray

from index.words.sentences import sentence_spans
from index.words.text import NGRAM_CHARACTER, clusters, fold, pieces
from retrieval.models import Passage
from retrieval.proof.facts import Fact
from retrieval.proof.numbers import facts, is_proved, missing

Encode = Callable[[Sequence[str]], NDArray[np.float32]]

_STEM = 5
_LEAST_SHARED = 0.25
# Of sentences and their translations in other hands' corpora, 98 in 100 are nearer than this to
# one sentence of the parallel passage by the bundled model, of unrelated ones 5 in 100.
_LEAST_NEAR_ACROSS = 0.2
_SHARED_WORDS = 2
_LEAST_NEAR = 0.35
_WORD = re.compile(r"\w{3,}")
_FUNCTION_WORDS = frozenset(
    re.findall(
        r"\w+",
        "the and for that with this from have has had was were are been will would which when"
        " where who whom what how there their they them his her its not but than then also into"
        " about after before between during over under while such these those some any all more"
        " most other only very can could should may might must does did being because according",
    )
)


class Evidence:
    """One passage, read for what it proves; each reading is made once, when it is needed."""

    def __init__(self, passage: Passage) -> None:
        """Keep the passage; its title and date are proof like its text."""
        self.passage = passage
        self._known: dict[int, list[Fact]] = {}
        self._best: dict[str, int] = {}
        self._whole = "\n".join((passage.title, passage.date, passage.text))

    @cached_property
    def facts(self) -> list[Fact]:
        """Return the facts of title, date and text."""
        return [fact for part in self._whole.split("\n") for fact in facts(part)]

    @cached_property
    def squeezed(self) -> str:
        """Return title, date and text folded, with letters and digits alone."""
        return squeeze(self._whole)

    @cached_property
    def folded(self) -> str:
        """Return title, date and text folded."""
        return fold(self._whole)

    @cached_property
    def terms(self) -> frozenset[str]:
        """Return the terms of title and text."""
        return content_terms(self._whole)

    @cached_property
    def is_han(self) -> bool:
        """Tell whether the passage is written in Chinese or another script without spaces."""
        return _is_han(self.passage.text)

    @cached_property
    def spans(self) -> list[tuple[int, int]]:
        """Return the sentences of the passage as offsets into its text."""
        return sentence_spans(self.passage.text) or [(0, len(self.passage.text))]

    @cached_property
    def sentences(self) -> list[str]:
        """Return the sentences of the passage."""
        return [self.passage.text[start:end] for start, end in self.spans]

    def is_about(self, claim: str, encode: Encode | None = None) -> bool:
        """Tell whether the passage speaks of what the claim says.

        A share of the claim's terms must stand in the passage, or the claim be near to one of its
        sentences; where nothing tells how near, one of the claim's figures must stand there.
        """
        terms = content_terms(claim)
        across = _is_han(claim) != self.is_han
        if terms and len(terms & self.terms) >= _LEAST_SHARED * len(terms):
            return True
        if encode is None:
            return any(is_proved(fact, self.facts) for fact in facts(claim) if not fact.weak)
        least = _LEAST_NEAR_ACROSS if across else _LEAST_NEAR
        return bool(_nearness(claim, self.sentences, encode).max() >= least)

    def facts_beside(self, claim: str, encode: Encode | None = None) -> list[Fact]:
        """Return the facts that stand where the claim does: those of title and date, of the
        sentence that proves it best and its neighbours, and of all that share words with it.

        A figure from the other end of the passage is the figure of another thing.
        """
        best, terms = self.best_sentence(claim, encode), content_terms(claim)
        found = list(self._heading_facts)
        for place, sentence in enumerate(self.sentences):
            if abs(place - best) <= 1 or len(terms & content_terms(sentence)) >= _SHARED_WORDS:
                found += self._facts_of(place)
        return found

    def best_sentence(self, claim: str, encode: Encode | None = None) -> int:
        """Return the place of the sentence that proves the claim best."""
        if claim not in self._best:
            self._best[claim] = self._find_best(claim, encode)
        return self._best[claim]

    def _find_best(self, claim: str, encode: Encode | None) -> int:
        if len(self.sentences) == 1:
            return 0
        claimed, terms = [f for f in facts(claim) if not f.weak], content_terms(claim)
        near = _nearness(claim, self.sentences, encode) if encode is not None else None
        scores = []
        for place, sentence in enumerate(self.sentences):
            proved = sum(is_proved(fact, self._facts_of(place)) for fact in claimed)
            proved_share = proved / (len(claimed) or 1)
            shared = len(terms & content_terms(sentence)) / (len(terms) or 1)
            closeness = float(near[place]) if near is not None else 0.0
            scores.append((2.0 * proved_share + 3.0 * shared + closeness, -place))
        return -max(scores)[1]

    def proof(self, claim: str, encode: Encode | None = None) -> list[int]:
        """Return the places of the one or two sentences that prove the claim.

        There is a second one only where it proves a figure that the first leaves open.
        """
        best = self.best_sentence(claim, encode)
        open_facts = missing(facts(claim), self._facts_of(best) + self._heading_facts)
        counts = [
            (sum(is_proved(fact, self._facts_of(place)) for fact in open_facts), -place)
            for place in range(len(self.sentences))
        ]
        most, place = max(counts)
        return [best, -place] if most else [best]

    @cached_property
    def _heading_facts(self) -> list[Fact]:
        return facts(self.passage.title) + facts(self.passage.date)

    def _facts_of(self, place: int) -> list[Fact]:
        """Return the facts of one sentence, read once."""
        if place not in self._known:
            self._known[place] = facts(self.sentences[place])
        return self._known[place]


def squeeze(text: str) -> str:
    """Return the text folded, without blanks and punctuation."""
    return re.sub(r"[\W_]+", "", fold(text))


def content_terms(text: str) -> frozenset[str]:
    """Return what two texts on one thing share: pairs of Han characters, stems of other words.

    Figures are left out: they are facts.
    """
    terms: set[str] = set()
    for piece, is_run in pieces(fold(text)):
        if is_run:
            run = clusters(piece)
            terms.update(map(add, run, run[1:]))
        else:
            words = _WORD.findall(piece)
            terms.update(
                word[:_STEM]
                for word in words
                if word not in _FUNCTION_WORDS and not word[0].isdigit()
            )
    return frozenset(terms)


def _is_han(text: str) -> bool:
    """Tell whether most of a text is Han, kana or Hangul."""
    runs = len(NGRAM_CHARACTER.findall(text))
    return runs * 2 >= len(re.findall(r"[^\W\d_]+", NGRAM_CHARACTER.sub(" ", text)))


def _nearness(claim: str, sentences: Sequence[str], encode: Encode) -> NDArray[np.float32]:
    """Return the cosine of the claim and each sentence."""
    vectors = encode([claim, *sentences])
    nearness: NDArray[np.float32] = vectors[1:] @ vectors[0]
    return nearness
