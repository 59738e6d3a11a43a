"""The entailment model: whether a quoted unit says what a sentence claims, in every language.

It is a cross-encoder, fine-tuned from the reader (`training/entailment`), with the word vectors
and lowest layers of the bundled encoder.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.encoders.bundled import END, START, fine_tuned, weights
from index.encoders.transformer import Matrix, Tokenizer, Transformer, gelu
from language.text import fold
from retrieval.proof.drawn import Unit
from retrieval.proof.numbers import facts, missing

FOLDER = Path(__file__).resolve().parents[2] / "models" / "entailment"
# Word pieces that are read of a claim, a head, what stands before a unit, and the unit.
_LONGEST_CLAIM, _LONGEST_HEAD, _LONGEST_CONTEXT, _LONGEST_UNIT = 120, 40, 60, 200
# The log-odds from which a unit is taken to say a claim (benchmarks/README.md).
_ENTAILED = 1.75
# Of more units those are read that share most of the claim's writing.
_MOST_READ = 30


@dataclass(frozen=True, slots=True)
class Sequenced:
    """A claim and a unit as word pieces; `claim` and `unit` are where their texts stand."""

    ids: list[int]
    claim: tuple[int, int]
    unit: tuple[int, int]


def sequences(pairs: Sequence[tuple[str, Unit]], tokenizer: Tokenizer) -> list[Sequenced]:
    """Return each claim with its unit as the word pieces that the model reads."""
    texts = [t for claim, p in pairs for t in (claim, p.head, _context(p), p.text)]
    cut = [one.ids for one in tokenizer.cut(texts)]
    found = []
    for at in range(0, len(cut), 4):
        claim, head = cut[at][:_LONGEST_CLAIM], cut[at + 1][:_LONGEST_HEAD]
        context, unit = cut[at + 2][-_LONGEST_CONTEXT:], cut[at + 3][:_LONGEST_UNIT]
        ids = [START, *claim, END, END, *head, END, *context, END, *unit, END]
        last = len(ids) - 1
        found.append(Sequenced(ids, (1, 1 + len(claim)), (last - len(unit), last)))
    return found


def _context(unit: Unit) -> str:
    """Return what stands before a unit and belongs to it."""
    return unit.lead or ("" if unit.whole else unit.before)


class EntailmentModel:
    """Scores claims. Safe to use from any thread."""

    def __init__(self, folder: Path = FOLDER) -> None:
        """Take the folder of the weights; they are loaded at the first claim."""
        self._folder = folder

    @cached_property
    def _parts(self) -> tuple[Transformer, dict[str, NDArray[Any]]]:
        return fine_tuned(self._folder, "errors.entailment_broken")

    def scores(self, claim: str, units: Sequence[Unit]) -> list[float]:
        """Return the log-odds that each unit says the claim. Raises ModelUnusable."""
        rows = sequences([(claim, unit) for unit in units], weights().tokenizer)
        transformer, heads = self._parts
        states = transformer.hidden([row.ids for row in rows])
        return [_score(row, hidden, heads) for row, hidden in zip(rows, states, strict=True)]


def _score(row: Sequenced, hidden: Matrix, heads: dict[str, NDArray[Any]]) -> float:
    """Return the score of the whole less that of the words of the claim that nothing says."""
    claim, unit = hidden[slice(*row.claim)], hidden[slice(*row.unit)]
    if not len(claim) or not len(unit):
        return float("-inf")
    pooled = np.concatenate([hidden[0], claim.mean(axis=0), unit.mean(axis=0)])
    inner = gelu(pooled @ heads["whole.0.weight"] + heads["whole.0.bias"])
    whole = (inner @ heads["whole.2.weight"] + heads["whole.2.bias"])[0]
    wrong = claim @ heads["word.weight"][:, 0] + heads["word.bias"][0]
    return float(whole - np.logaddexp.reduce(wrong))


def entailing(claim: str, units: Sequence[Unit], model: EntailmentModel) -> int | None:
    """Return the place of the unit that surely says a claim, with every figure of it.

    None is returned where none does. Raises ModelUnusable.
    """
    told, wanted = facts(claim), _pairs(claim)
    shared = [len(wanted & _pairs(unit.text)) for unit in units]
    places = sorted(range(len(units)), key=lambda place: -shared[place])[:_MOST_READ]
    places = [place for place in places if not missing(told, facts(units[place].around))]
    scores = model.scores(claim, [units[place] for place in places])
    score, place = max(zip(scores, places, strict=True), default=(float("-inf"), 0))
    return place if score >= _ENTAILED else None


def _pairs(text: str) -> set[str]:
    """Return the pairs of neighbouring characters of a text."""
    folded = fold(text)
    return {folded[at : at + 2] for at in range(len(folded) - 1)}


@lru_cache(maxsize=1)
def bundled_entailment() -> EntailmentModel:
    """Return the model that comes with the project, shared by all who use it."""
    return EntailmentModel()
