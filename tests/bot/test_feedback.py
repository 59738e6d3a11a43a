"""Thumbs are kept once for a person and an answer, as rows that `docent eval` reads."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.core.exceptions import Gone
from bot.storage.answers import AnswerStore
from bot.storage.feedback import Feedback
from retrieval.models import Answer, Citation, Passage, Summary
from tests.memories import Bots

PASSAGE = Passage("c1", "a#1", "T", "a.txt", "2 May", "It cost 12 euros.", 0.9, 0, 17)
CITATION = Citation(1, "a#1", "T", "a.txt", "2 May", "It cost 12 euros.", 0, 17, (8, 10), "c1")
FOUND = Answer(
    "how much?", "en", True, "It cost **12** euros. [1]", "extractive", (CITATION,), (PASSAGE,)
)
REFUSED = Answer("how old?", "en", False, "Not said.", "extractive", (), (PASSAGE,))
ANN, BO = 111222333444555666, 666555444333222111


@pytest.fixture
def store(any_bots: Bots) -> Iterator[AnswerStore]:
    store = any_bots.another().answers()
    yield store
    store.close()


def test_a_thumb_claims_a_right_answer_only_if_it_is_up(store: AnswerStore) -> None:
    feedback = Feedback(store)
    feedback.rate(store.keep(FOUND), ANN, "up")
    (row,) = feedback.rows()
    assert row["question"] == "how much?" and row["rating"] == "up"
    assert row["answers"] == ["12"] and row["article_id"] == "a#1" and row["answerable"] is True
    assert row["passages"][0]["text"] == "It cost 12 euros."
    assert row["citations"][0]["quote"] == "It cost 12 euros."
    feedback.rate(store.keep(REFUSED), ANN, "up")
    assert feedback.rows()[1]["answerable"] is False
    for answer in (FOUND, REFUSED):
        feedback.rate(store.keep(answer), ANN, "down", "wrong")
    for row in feedback.rows()[2:]:
        assert row["comment"] == "wrong"
        assert not {"answers", "article_id", "answerable"} & set(row)


def test_the_latest_thumb_of_a_person_counts(store: AnswerStore) -> None:
    feedback = Feedback(store)
    answer_id = store.keep(FOUND)
    feedback.rate(answer_id, ANN, "up")
    feedback.rate(answer_id, ANN, "down")
    feedback.rate(answer_id, ANN, "down", "the price is old")
    feedback.rate(answer_id, ANN, "down")
    feedback.rate(answer_id, BO, "up")
    rows = feedback.rows()
    assert sorted((row["rating"], row["comment"]) for row in rows) == [
        ("down", "the price is old"),
        ("up", ""),
    ]
    feedback.rate(answer_id, ANN, "up")
    assert {(row["rating"], row["comment"]) for row in feedback.rows()} == {("up", "")}


def test_a_person_is_a_salted_hash(store: AnswerStore, tmp_path: Path) -> None:
    feedback = Feedback(store)
    for answer_id in (store.keep(FOUND), store.keep(REFUSED)):
        feedback.rate(answer_id, ANN, "up")
    first, second = feedback.rows()
    assert first["person"] == second["person"]
    assert str(ANN) not in json.dumps([first, second])
    other = AnswerStore(tmp_path / "other")
    Feedback(other).rate(other.keep(FOUND), ANN, "up")
    assert Feedback(other).rows()[0]["person"] != first["person"]
    kept = store.run(lambda c: c.execute("SELECT person, body FROM feedback").fetchall())
    assert str(ANN) not in str(kept)


def test_a_follow_up_keeps_what_was_asked_before(store: AnswerStore) -> None:
    parent = store.keep(FOUND)
    Feedback(store).rate(store.keep(REFUSED, parent=parent), ANN, "down")
    assert Feedback(store).rows()[0]["earlier"] == [["how much?", "It cost **12** euros. [1]"]]


def test_feedback_outlives_the_answer(store: AnswerStore) -> None:
    answer_id = store.keep(FOUND)
    Feedback(store).rate(answer_id, ANN, "up")
    store.run(lambda c: c.execute("DELETE FROM answers"))
    assert len(Feedback(store).rows()) == 1
    for gone in (answer_id, store.keep(Summary("a#1", "T", "S.", ()))):
        with pytest.raises(Gone):
            Feedback(store).rate(gone, BO, "up")
