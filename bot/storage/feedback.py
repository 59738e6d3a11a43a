"""Thumbs become rows for `docent eval`: the question, the passages, the answer and the verdict."""

from __future__ import annotations

import json
import time
from typing import Any, Literal

from bot.core.payloads import answer_payload
from bot.storage.answers import AnswerStore
from retrieval.models import Answer

Rating = Literal["up", "down"]


class Feedback:
    """What people thought of answers: one row for a person and an answer, the latest counts."""

    def __init__(self, store: AnswerStore) -> None:
        """Keep the rows in the store of answers."""
        self._store = store

    def rate(self, answer_id: int, user_id: int, rating: Rating, comment: str = "") -> None:
        """Keep a thumb. Raises Gone where the answer is not kept any more.

        A thumb without a comment leaves the comment that the same person wrote with the same
        thumb before.
        """
        kept, answer = self._store.answer(answer_id)
        person = self._store.person(user_id)
        row = eval_row(answer, rating)
        earlier = self._store.turns(kept.parent)
        if earlier:
            row["earlier"] = [list(turn) for turn in earlier]
        body = json.dumps(row, ensure_ascii=False)
        values = (answer_id, person, rating, comment, time.time(), body)
        statement = (
            "INSERT INTO feedback (answer_id, person, rating, comment, rated_at, body) "
            "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (answer_id, person) DO UPDATE SET "
            "comment = CASE WHEN excluded.comment = '' AND feedback.rating = excluded.rating "
            "THEN feedback.comment ELSE excluded.comment END, "
            "rating = excluded.rating, rated_at = excluded.rated_at, body = excluded.body"
        )
        self._store.run(lambda c: c.execute(statement, values))

    def rows(self) -> list[dict[str, Any]]:
        """Return every row, oldest first, as `docent eval` reads it."""
        statement = "SELECT body, comment, person, rated_at FROM feedback ORDER BY rated_at"
        found = self._store.run(lambda c: c.execute(statement).fetchall())
        return [
            {**json.loads(body), "comment": comment, "person": person, "time": round(rated_at)}
            for body, comment, person, rated_at in found
        ]


def eval_row(answer: Answer, rating: Rating) -> dict[str, Any]:
    """Return an answer and its thumb as a row of a question file.

    Only a thumbs-up says what the right answer is: its spans become `answers`, or the refusal
    becomes `answerable: false`. After a thumbs-down the row has no gold answer.
    """
    row: dict[str, Any] = {"question": answer.question, "rating": rating}
    if rating == "up" and answer.found and answer.citations:
        row["answers"] = [
            citation.quote[slice(*citation.highlight)] if citation.highlight else citation.quote
            for citation in answer.citations
        ]
        row["article_id"] = answer.citations[0].article_id
        row["answerable"] = True
    elif rating == "up" and not answer.found:
        row["answerable"] = False
    payload = answer_payload(answer)
    names = ("language", "found", "mode", "answer", "citations", "passages")
    return {**row, **{name: payload[name] for name in names}}
