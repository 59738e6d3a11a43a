"""Two evaluations beside each other: what counts as worse, and what cannot be compared."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.errors import QuestionFileUnusable
from retrieval.evaluation import Outcome, Question, evaluate, read_questions
from retrieval.models import Answer, AskRequest, Citation, Passage
from retrieval.regression import compare, judged, read_outcomes, write_outcomes


def outcome(
    question: str = "how much?", *, hit: bool = True, rank: int = 1, answerable: bool = True
) -> Outcome:
    quote = (Citation(1, "a#1", "T", "a.txt", "", "It cost 12 euros.", 0, 17),) if hit else ()
    answer = Answer(question, "en", hit, "said", "extractive", quote, ())
    gold = ("12",) if answerable else ()
    return Outcome(Question(question, gold, "a#1", answerable), answer, rank, hit, 0.01)


def test_an_answer_that_was_right_and_is_wrong_got_worse() -> None:
    before, now = judged([outcome()]), judged([outcome(hit=False)])
    (change,) = compare(before, now).worse
    assert (change.question, change.what) == ("how much?", "answer")
    assert (change.before, change.now) == ("right", "wrong")
    assert compare(now, before).better and not compare(now, before).worse


def test_a_refusal_that_became_an_answer_got_worse() -> None:
    refused, answered = (outcome("who?", hit=hit, answerable=False) for hit in (False, True))
    assert compare(judged([refused]), judged([answered])).worse[0].before == "right"


@pytest.mark.parametrize(
    ("before", "now", "worse", "better"),
    [(1, 2, 1, 0), (2, 5, 0, 0), (5, 6, 1, 0), (10, 0, 1, 0), (0, 11, 0, 0), (9, 4, 0, 1)],
)
def test_a_rank_counts_where_it_leaves_a_counted_depth(
    before: int, now: int, worse: int, better: int
) -> None:
    found = compare(judged([outcome(rank=before)]), judged([outcome(rank=now)]))
    assert (len(found.worse), len(found.better)) == (worse, better)


def test_only_questions_of_both_runs_with_the_same_gold_are_compared() -> None:
    regraded = outcome("how much?", answerable=False)
    found = compare(judged([outcome(), outcome("who?")]), judged([regraded, outcome("who?")]))
    assert (found.compared, found.unpaired) == (1, 2)
    with pytest.raises(QuestionFileUnusable):
        compare(judged([outcome()]), judged([outcome("another")]))


@given(
    st.lists(
        st.builds(
            outcome,
            st.text(min_size=1),
            hit=st.booleans(),
            rank=st.integers(0, 12),
            answerable=st.booleans(),
        ),
        min_size=1,
        max_size=5,
    )
)
def test_what_is_written_is_read_again(
    tmp_path_factory: pytest.TempPathFactory, outcomes: list[Outcome]
) -> None:
    folder = tmp_path_factory.mktemp("run")
    path = write_outcomes(folder, outcomes)
    found = read_outcomes(folder)
    assert found == judged(outcomes) == read_outcomes(path)
    assert not compare(found, judged(outcomes)).worse


@pytest.mark.parametrize("text", ["", "\n\n", "{", '{"question": "x"}', "[]", '"x"', "\x00"])
def test_any_other_file_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "other.jsonl"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(QuestionFileUnusable):
        read_outcomes(path)
    with pytest.raises(QuestionFileUnusable):
        read_outcomes(tmp_path / "nowhere")


class Echo:
    """A service that quotes the turns it was given."""

    def ask(self, request: AskRequest) -> Answer:
        return Answer(request.question, "en", True, str(request.earlier), "extractive", (), ())

    def nearest(self, text: str, limit: int) -> list[Passage]:
        return []


def test_a_follow_up_is_asked_after_its_turns(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text(json.dumps({"question": "and then?", "earlier": [["who?", "Ann"]]}))
    (found,) = evaluate(Echo(), read_questions(path))
    assert found.answer.answer == "(('who?', 'Ann'),)"
    for bad in (["who?"], [["who?"]], [[1, 2]], "who?"):
        path.write_text(json.dumps({"question": "x", "earlier": bad}))
        with pytest.raises(QuestionFileUnusable):
            read_questions(path)
