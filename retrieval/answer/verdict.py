"""From readings to an answer: given, shown as the nearest, or refused, in the asker's language."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from config.phrases import localize
from index.models import ArticleHead
from language.scripts import shares_script
from retrieval.answer.compose import quote_of, quotes_of
from retrieval.answer.disagreement import rivals, without_rivals
from retrieval.answer.reader import UnitReading
from retrieval.citations import cite, shown, written
from retrieval.errors import QuestionUnusable
from retrieval.models import Answer, Citation, Passage

LONGEST_QUESTION = 1000
# The confidence from which on a question is answered, and from which on its nearest unit is shown
# as what may answer. Log-odds of the reader at which they lie.
ENOUGH = 0.5
ANSWER_THRESHOLD, _NEAREST_THRESHOLD = -0.75, -1.8
# The rank from which on a unit in another script than the question's answers it.
_ACROSS_THRESHOLD = 4.3
# A second quote stands only where the reader does not deny it.
_FURTHER_THRESHOLD = -4.0
# The most that a unit is given which is known not to answer: it is quoted only as the nearest.
_HELD_BACK = _FURTHER_THRESHOLD - 0.5
_LAST = 10.0
_NEAREST = 3
_NOT_FOUND = "answer.not_found"
_STEEPEST = 50.0


@dataclass(frozen=True, slots=True)
class Evidence:
    """What reading the windows for a question gave: passages, readings, heads of articles."""

    question: str
    passages: Sequence[Passage]
    readings: Sequence[UnitReading]
    heads: Mapping[str, ArticleHead]

    @property
    def score(self) -> float:
        """Return the log-odds, above the threshold, that the likeliest unit answers.

        Between two scripts the reader is less sure of itself than the encoder is, and the rank,
        which knows of both, decides (benchmarks/README.md).
        """
        first = max(self.readings, key=lambda reading: reading.rank, default=None)
        if first is None:
            return -_STEEPEST
        if self._crosses(first):
            return first.rank - _ACROSS_THRESHOLD
        return max(reading.score for reading in self.readings) - ANSWER_THRESHOLD

    def _crosses(self, reading: UnitReading) -> bool:
        """Return True if question and window are in two scripts."""
        return not shares_script(self.question, reading.window.text)

    def _may_follow(self, reading: UnitReading) -> bool:
        """Return True if a unit may stand beside a better one."""
        if self._crosses(reading):
            return reading.rank >= _ACROSS_THRESHOLD
        return reading.score >= _FURTHER_THRESHOLD

    @property
    def confidence(self) -> float:
        """Return 0..1: how likely the best unit answers; from ENOUGH on it is quoted."""
        return 1 / (1 + math.exp(-max(-_STEEPEST, min(_STEEPEST, self.score))))

    @property
    def answers(self) -> bool:
        """Return True if it is enough to be quoted."""
        return bool(self.readings) and self.confidence >= ENOUGH

    def quotes(self) -> list[Citation]:
        """Return what is quoted."""
        return quotes_of(self.readings, self.heads, self._may_follow)

    def nearest(self) -> Citation | None:
        """Return the best unit as a citation where it may answer, None where it hardly does."""
        if not self.readings or self.score < _NEAREST_THRESHOLD:
            return None
        best = max(self.readings, key=lambda reading: reading.rank)
        return cite([quote_of(best, self.heads)])[0]


def held_back(reading: UnitReading) -> UnitReading:
    """Return the reading of a unit that is known not to answer, behind all that may."""
    return replace(reading, score=min(reading.score, _HELD_BACK), rank=reading.rank - _LAST)


def validate_question(question: str) -> str:
    """Return the question on one line. Raises QuestionUnusable if it is empty or far too long."""
    asked = " ".join(question.split())
    if not any(character.isalnum() for character in asked):
        raise QuestionUnusable("errors.question_empty")
    if len(asked) > LONGEST_QUESTION:
        raise QuestionUnusable("errors.question_long", length=len(asked), limit=LONGEST_QUESTION)
    return asked


def build_answer(question: str, language: str, evidence: Evidence) -> Answer:
    """Return the answer, or the refusal with what is nearest."""
    found = evidence.answers
    citations, text = _quoted(evidence, language) if found else ((), localize(_NOT_FOUND, language))
    return Answer(
        question,
        language,
        found,
        text,
        "extractive",
        citations,
        tuple(evidence.passages if found else evidence.passages[:_NEAREST]),
        confidence=evidence.confidence,
        nearest=None if found else evidence.nearest(),
    )


def _quoted(evidence: Evidence, language: str) -> tuple[tuple[Citation, ...], str]:
    """Return what is quoted, and the text: sources that disagree are told of as such."""
    found = rivals(evidence.readings, evidence.heads)
    if found is None:
        citations = cite(without_rivals(evidence.quotes()))
        return citations, written(citations)
    citations = cite([found.newest, found.other])
    key = "answer.older_article" if found.is_older else "answer.other_article"
    said = localize(key, language, title=shown(found.other.title), date=found.other.date)
    return citations, "\n".join([written(citations[:1]), said, written(citations[1:])])


def none_within(question: str, language: str) -> Answer:
    """Return the refusal of a question that is bound to articles of which there are none."""
    said = localize("answer.none_within", language)
    return Answer(question, language, False, said, "extractive", (), ())


def timed(answer: Answer, seconds: Mapping[str, float]) -> Answer:
    """Return the answer with these times added, in milliseconds."""
    spent = {name: round(value * 1000, 2) for name, value in seconds.items()}
    return replace(answer, timings_ms={**answer.timings_ms, **spent})
