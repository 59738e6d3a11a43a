"""What is counted of a question file: answers, what was near, what was complete."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from retrieval.errors import QuestionFileUnusable
from retrieval.evaluation import evaluate, metrics, read_questions
from retrieval.models import Answer, AskRequest, Citation, Passage
from retrieval.regression import write_outcomes


def cited(quote: str) -> Citation:
    return Citation(1, "a#1", "T", "a.txt", "", quote, 0, len(quote))


class ActiveIndex:
    """Answers each question with the quotes, or with what is near, that it was given."""

    def __init__(self, found: dict[str, Sequence[str]], near: dict[str, str]) -> None:
        self.found, self.near = found, near

    def ask(self, request: AskRequest) -> Answer:
        question = request.question
        quotes = tuple(map(cited, self.found.get(question, ())))
        near = None if quotes or question not in self.near else cited(self.near[question])
        return Answer(question, "en", bool(quotes), "said", "extractive", quotes, (), nearest=near)

    def nearest(self, text: str, limit: int) -> list[Passage]:
        return []


ROWS = [
    {"question": "steps?", "answers": ["open it"], "all": ["Open it", "shut\nit"], "kind": "how"},
    {"question": "half?", "answers": ["one"], "all": ["one", "two"]},
    {"question": "near?", "answers": ["12 euros"], "document": "fares.md"},
    {"question": "far?", "answers": ["13 euros"]},
    {"question": "other?", "answerable": False},
    {"question": "never?", "answerable": False},
]
SHELF = ActiveIndex(
    {"steps?": ("open it", "shut it"), "half?": ("one",)},
    {"near?": "It cost 12 euros.", "far?": "It cost 12 euros.", "other?": "Another."},
)


def written(folder: Path, rows: Sequence[object]) -> Path:
    path = folder / "questions.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_what_is_near_and_what_is_complete_is_counted(tmp_path: Path) -> None:
    figures = metrics(evaluate(SHELF, read_questions(written(tmp_path, ROWS))))
    assert (figures["answer_hit"], figures["nearest_hit"]) == (0.5, 0.75)
    assert (figures["answered"], figures["complete"]) == (0.5, 0.5)
    assert figures["abstained_when_unanswerable"] == 1.0
    assert figures["nearest_when_unanswerable"] == 0.5


def test_complete_is_left_out_where_no_row_asks_for_it(tmp_path: Path) -> None:
    figures = metrics(evaluate(SHELF, read_questions(written(tmp_path, ROWS[2:4]))))
    assert "complete" not in figures and figures["nearest_when_unanswerable"] is None


def test_further_keys_of_a_row_are_kept(tmp_path: Path) -> None:
    outcomes = evaluate(SHELF, read_questions(written(tmp_path, ROWS)))
    lines = write_outcomes(tmp_path / "out", outcomes).read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    for row, kept in zip(ROWS, rows, strict=True):
        assert row.items() <= kept.items()
    assert [row["nearest"] for row in rows[2:5]] == ["It cost 12 euros."] * 2 + ["Another."]
    assert read_questions(tmp_path / "out" / "outcomes.jsonl") == [o.question for o in outcomes]


@pytest.mark.parametrize("whole", ["open it", [3], {"a": "b"}])
def test_what_a_complete_answer_contains_is_a_list_of_texts(tmp_path: Path, whole: object) -> None:
    with pytest.raises(QuestionFileUnusable):
        read_questions(written(tmp_path, [{"question": "q", "all": whole}]))
