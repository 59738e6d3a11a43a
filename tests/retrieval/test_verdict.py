"""An answer, what may answer, or a refusal: each has its shape."""

from __future__ import annotations

import pytest

from index.models import Article
from retrieval.answer.verdict import (
    ENOUGH,
    LONGEST_QUESTION,
    Evidence,
    build_answer,
    none_within,
    timed,
    validate_question,
)
from retrieval.errors import QuestionUnusable
from retrieval.models import Passage
from tests.readings import article_of, head_of, readings_of, windows_of

SENTENCE = "The hall holds 1,200 people at most."
HALL = article_of(
    ("heading", "Size"), ("paragraph", SENTENCE), ("paragraph", "It was built in May.")
)


def evidence(score: float, question: str = "How many?", article: Article = HALL) -> Evidence:
    """Return what there is where the reader gives one sentence a score."""
    windows = windows_of(article)
    passages = [
        Passage(str(at), article.id, article.title, article.source, "", SENTENCE, 1.0, 0, 9)
        for at in range(5)
    ]
    readings = readings_of(windows, {SENTENCE: score}, {"1,200": 0.9})
    return Evidence(question, passages, readings, {article.id: head_of(article)})


def test_between_sure_and_not_there_the_nearest_is_cited() -> None:
    # The band in between is where the reader's word is not enough and not nothing.
    scores = [place / 10 for place in range(-90, 60)]
    answers = [build_answer("How many?", "en", evidence(score)) for score in scores]
    kinds = ["found" if a.found else "nearest" if a.nearest else "none" for a in answers]
    assert list(dict.fromkeys(kinds)) == ["none", "nearest", "found"]
    near = next(a for a in answers if a.nearest)
    assert near.nearest is not None
    assert (near.nearest.quote, near.nearest.highlight) == (SENTENCE, None)
    assert near.citations == ()
    assert "[1]" not in near.answer and "**" not in near.answer


def test_confidence_grows_with_the_score_and_half_is_enough() -> None:
    scores = [-1e9, -40.0, -3.0, -1.0, 0.0, 1.0, 3.0, 40.0, 1e9]
    found = [evidence(score) for score in scores]
    confidences = [each.confidence for each in found]
    assert confidences == sorted(confidences)
    assert 0 <= confidences[0] < confidences[-1] <= 1
    assert all(each.answers is (each.confidence >= ENOUGH) for each in found)


def test_more_is_asked_of_an_answer_in_another_script() -> None:
    scores = [place / 10 for place in range(-90, 60)]
    same = [evidence(score).answers for score in scores]
    across = [evidence(score, "有多少人？").answers for score in scores]
    assert same.count(True) > across.count(True) > 0


def test_nothing_found_is_a_refusal() -> None:
    nothing = Evidence("谁？", [], [], {})
    assert not nothing.answers and nothing.quotes() == [] and nothing.nearest() is None
    answer = build_answer("谁？", "zh", nothing)
    assert (answer.found, answer.passages, answer.citations) == (False, (), ())
    assert answer.confidence < 0.01


@pytest.mark.parametrize("question", ["", " \n\t", "?！", "🦆", "\u200b"])
def test_a_question_without_a_word_is_unusable(question: str) -> None:
    with pytest.raises(QuestionUnusable):
        validate_question(question)


def test_a_question_is_put_on_one_line_and_has_its_limit() -> None:
    assert validate_question("  who \n is  it ") == "who is it"
    assert validate_question("a" * LONGEST_QUESTION)
    with pytest.raises(QuestionUnusable):
        validate_question("a" * (LONGEST_QUESTION + 1))


def test_times_are_told_in_milliseconds_and_added() -> None:
    answer = timed(timed(none_within("Who?", "en"), {"search": 0.25}), {"total": 1.0})
    assert answer.timings_ms == {"search": 250.0, "total": 1000.0}
