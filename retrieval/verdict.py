"""What becomes of a question and its reading: an answer or a refusal, in the asker's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from config.phrases import say
from retrieval.abstention import ENOUGH
from retrieval.citations import cite, shown, written
from retrieval.disagreement import rivals
from retrieval.errors import QuestionUnusable
from retrieval.models import Answer, Citation, Passage
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
    *,
    timeless: bool = True,
) -> Answer:
    """Return the answer, or the refusal with the nearest passages.

    A question that is `timeless` is answered by the newest of the articles that disagree.
    """
    unmatched = reading.unmatched if reading else ()
    found = reading is not None and confidence >= ENOUGH
    citations = cite(reading.quotes) if reading is not None and found else ()
    text = written(citations) if found else _refusal(language, unmatched)
    against = (
        rivals(reading.quotes, passages) if reading is not None and found and timeless else None
    )
    if against:
        citations = cite(against)
        text = _disagreed(citations, language)
    return Answer(
        question,
        language,
        found,
        text,
        "extractive",
        citations,
        tuple(passages if found else passages[:_NEAREST]),
        confidence=confidence,
        unmatched=unmatched,
    )


def _disagreed(citations: Sequence[Citation], language: str) -> str:
    """Return the newest quote, and after it the older one that says otherwise."""
    newest, older = written(citations).split("\n")
    title, day = shown(citations[1].title or citations[1].source), shown(citations[1].date)
    said = say("answer.older_article", language, title=title, date=day)
    return f"{newest}\n{said}\n{older}"


def none_within(question: str, language: str) -> Answer:
    """Return the refusal of a question that is bound to articles of which there are none."""
    said = say("answer.none_within", language)
    return Answer(question, language, False, said, "extractive", (), ())


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
