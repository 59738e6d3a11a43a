"""What becomes of a question and its reading: an answer or a refusal, in the asker's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from config.phrases import say
from retrieval.abstention import ENOUGH
from retrieval.citations import cite, shown, written
from retrieval.errors import QuestionUnusable
from retrieval.models import Answer, Passage
from retrieval.reader import Reading

LONGEST_QUESTION = 1000
_NEAREST = 3


def checked(question: str) -> str:
    """Return the question on one line. Raises QuestionUnusable if it is empty or far too long."""
    asked = " ".join(question.split())
    if not any(character.isalnum() for character in asked):
        raise QuestionUnusable("errors.question_empty")
    if len(asked) > LONGEST_QUESTION:
        raise QuestionUnusable("errors.question_long", length=len(asked), limit=LONGEST_QUESTION)
    return asked


def judged(
    question: str,
    language: str,
    passages: Sequence[Passage],
    reading: Reading | None,
    confidence: float,
) -> Answer:
    """Return the answer, or the refusal with the nearest passages."""
    unmatched = reading.unmatched if reading else ()
    found = reading is not None and confidence >= ENOUGH
    citations = cite(reading.quotes) if reading is not None and found else ()
    return Answer(
        question,
        language,
        found,
        written(citations) if found else _refusal(language, unmatched),
        "extractive",
        citations,
        tuple(passages if found else passages[:_NEAREST]),
        confidence=confidence,
        unmatched=unmatched,
    )


def _refusal(language: str, unmatched: Sequence[str]) -> str:
    """Say that the documents do not hold the answer, and which words found no match."""
    if not unmatched:
        return say("answer.not_found", language)
    words = say("answer.between_words", language).join(f"“{shown(word)}”" for word in unmatched)
    return say("answer.not_found_words", language, words=words)


def timed(answer: Answer, seconds: Mapping[str, float]) -> Answer:
    """Return the answer with these times added, in milliseconds."""
    spent = {name: round(value * 1000, 2) for name, value in seconds.items()}
    return replace(answer, timings_ms={**answer.timings_ms, **spent})
