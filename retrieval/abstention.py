"""Decide, before answering, whether the documents hold the answer.

How much evidence is enough is learned (`retrieval/reading/judging.py`), and then set for each
library by its own sentences: questions made of them are asked once with their article there and
once without.
Where even those that can be answered match little (a language whose words change their endings),
less is asked for; where those that cannot still match much (many articles of one kind), more; and
more in a library of a few pages.
"""

from __future__ import annotations

import json
import logging
import math
from collections.abc import Callable, Sequence
from threading import Lock

import numpy as np

from index.library import Library
from index.words.text import HAN_CHARACTER
from retrieval.models import Passage
from retrieval.reader import Reader, Reading
from retrieval.reading.judging import JUDGE_FEATURES
from retrieval.reading.learned import learned
from retrieval.reading.pseudo import PseudoQuestion, pseudo_questions
from retrieval.retriever import Retriever
from retrieval.search.query import Query

_log = logging.getLogger(__name__)

# The confidence from which on a question is answered.
ENOUGH = 0.5
_REMEMBERED = "abstention"
_QUESTIONS = 24
# The log-odds from which on is answered in a usual library, by whether the question and the
# passage are in one script, or the passage is in Han, or the question is. Picked on the curves of
# answered share against right answers and against refused foreign questions.
_THRESHOLDS = {"same": -1.7, "into_han": -1.55, "out_of_han": -2.0}
# With so few questions the library's own word counts half.
_DOUBT = 8.0
# What the middle of the answerable and the ninth tenth of the others score in a usual library,
# and how far one that differs moves the threshold.
_USUAL_ANSWERABLE, _USUAL_OTHER = 4.2, -0.2
_FOLLOWS_ANSWERABLE, _FOLLOWS_OTHER = 0.4, 1.2
_FARTHEST_DOWN, _FARTHEST_UP = -1.2, 0.8
# In a few pages nothing competes: whatever shares the subject of a question is the best match,
# and most questions that cannot be answered are about a subject of theirs.
_SMALL, _SMALL_SHIFT = 60, 1.2
# What it costs that an age or a price is asked for and none is quoted.
_UNFIT = 3.0
# What it costs that the question names a year, another figure or a name that the article has not.
_UNTOLD = 5.0
# What it costs, there, that the attribute of `its designer is who` stands nowhere near.
_LOST, _LOST_HELD, _LOST_NEAR = 2.5, 0.5, 0.45
# Another way of working it out must not read what this one remembered.
_WAY = 3
_CONSIDERED = 8
_FOUND = 20
_STEEPEST = 50.0

Rarity = Callable[[str], float]


class Abstention:
    """Tells how sure a reading is, and from where on the library that is read answers."""

    def __init__(self, library: Library, retriever: Retriever, reader: Reader) -> None:
        """Take what calibration asks questions of."""
        self._library = library
        self._retriever = retriever
        self._reader = reader
        self._lock = Lock()
        self._shift: tuple[tuple[int, int], float] | None = None

    def confidence(self, reading: Reading | None, rarity: Rarity) -> float:
        """Return 0..1: how likely the quotes answer; from ENOUGH on they are given."""
        if reading is None:
            return 0.0
        surplus = score(reading) - _THRESHOLDS[_direction(reading)] - self.shift(rarity)
        surplus -= _UNFIT * reading.unfit + _UNTOLD * reading.untold
        surplus -= _LOST * _smallness(self._library.passages_count()) * _attribute_lost(reading)
        return 1 / (1 + math.exp(-max(-_STEEPEST, min(_STEEPEST, surplus))))

    def shift(self, rarity: Rarity) -> float:
        """Return how far this library moves the threshold; worked out once for each state of it."""
        revision = self._library.revision
        with self._lock:
            if self._shift is None or self._shift[0] != revision:
                remembered = self._remembered()
                shift = self._worked_out(rarity) if remembered is None else remembered
                self._shift = revision, shift
            return self._shift[1]

    def _remembered(self) -> float | None:
        """Return the shift that an earlier process worked out with the same weights."""
        kept = self._library.meta(_REMEMBERED)
        found = json.loads(kept) if kept else {}
        made_so = [found.get("weights"), found.get("way")] == [learned().fingerprint, _WAY]
        return float(found["shift"]) if made_so else None

    def _worked_out(self, rarity: Rarity) -> float:
        shift = calibrated(*self._scores(rarity), self._library.passages_count())
        _log.debug("this library moves the threshold by %.2f", shift)
        kept = {"weights": learned().fingerprint, "way": _WAY, "shift": round(shift, 4)}
        self._library.set_meta(_REMEMBERED, json.dumps(kept))
        return shift

    def _scores(self, rarity: Rarity) -> tuple[list[float], list[float]]:
        """Return the scores of the library's own questions, with and without their article."""
        held: list[float] = []
        removed: list[float] = []
        for question in pseudo_questions(self._library, _QUESTIONS):
            query = self._retriever.analyse(question.text)
            passages = self._retriever.search(question.text, _FOUND)
            self._add(held, query, passages, rarity)
            self._add(removed, query, _without(passages, question), rarity)
        return held, removed

    def _add(
        self, scores: list[float], query: Query, passages: Sequence[Passage], rarity: Rarity
    ) -> None:
        reading = self._reader.read(query, passages[:_CONSIDERED], rarity)
        if reading is not None:
            scores.append(score(reading))


class PartAbstention(Abstention):
    """Judges readings of a part of a library by the shift of the whole.

    Calibrating anew for each part would cost a second each time; only what a library asks for
    because it is small is worked out again.
    """

    def __init__(
        self, parts: tuple[Library, Retriever, Reader], whole: Library, shift: Callable[[], float]
    ) -> None:
        """Take the part, the whole, and how far that moves the threshold."""
        super().__init__(*parts)
        self._whole = whole
        self._shift_of_whole = shift

    def shift(self, rarity: Rarity) -> float:
        """Return how far the part moves the threshold."""
        smaller = _smallness(self._library.passages_count())
        smaller -= _smallness(self._whole.passages_count())
        return self._shift_of_whole() + _SMALL_SHIFT * smaller


def score(reading: Reading) -> float:
    """Return the log-odds that the quotes answer, as learned."""
    return float(learned().judge.score(reading.evidence[None, :])[0])


def _direction(reading: Reading) -> str:
    """Tell whether question and passage are of one script, or which of them is in Han."""
    if not reading.evidence[JUDGE_FEATURES.index("other_script")]:
        return "same"
    return "into_han" if HAN_CHARACTER.search(reading.quotes[0].text) else "out_of_han"


def _smallness(passages: int) -> float:
    """Return 1 for a library of next to nothing, 0 from a few dozen pages on."""
    return max(0.0, 1 - passages / _SMALL)


def _attribute_lost(reading: Reading) -> bool:
    """Tell whether a question ends in the words that ask for a person or a number, and the word
    before them, the attribute asked for, is neither held nor meant by the sentence's surroundings.
    """
    told = dict(zip(JUDGE_FEATURES, reading.evidence.tolist(), strict=True))
    ends_so = told["right_held"] == 1.0 and told["right_near"] == 1.0
    asks = told["asks_person"] or told["asks_number"]
    return bool(
        ends_so and asks and told["left_held"] < _LOST_HELD and told["left_near"] < _LOST_NEAR
    )


def calibrated(held: Sequence[float], removed: Sequence[float], passages: int) -> float:
    """Return how far these scores of a library's own questions move the threshold."""
    small = _SMALL_SHIFT * _smallness(passages)
    if not held or not removed:
        return small
    answerable = float(np.median(held)) - _USUAL_ANSWERABLE
    other = float(np.quantile(removed, 0.9)) - _USUAL_OTHER
    shift = _FOLLOWS_ANSWERABLE * min(0.0, answerable) + _FOLLOWS_OTHER * other
    trust = len(held) / (len(held) + _DOUBT)
    return small + max(_FARTHEST_DOWN, min(_FARTHEST_UP, shift)) * trust


def _without(passages: Sequence[Passage], question: PseudoQuestion) -> list[Passage]:
    """Return the passages of other articles, or of others than its own if there is one article."""
    others = [passage for passage in passages if passage.article_id != question.article_id]
    return others or [passage for passage in passages if passage.chunk_id != question.chunk_id]
