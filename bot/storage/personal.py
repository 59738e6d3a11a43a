"""What is kept of one person: found by their id or its salted hash, exported, and deleted."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from bot.storage.answers import AnswerStore
from bot.storage.memory import Statements

_ANSWERS = (
    "SELECT answered_at, kind, private, guild_id, body FROM answers WHERE person = ? ORDER BY id"
)
_FEEDBACK = (
    "SELECT rated_at, rating, comment, body FROM feedback WHERE person = ? ORDER BY rated_at"
)
_QUESTIONS = (
    "SELECT asked_at, guild_id, channel_id, private, question, state, answer, source "
    "FROM questions WHERE user_id = ? ORDER BY id"
)


class PersonalData:
    """The data of single persons. Every method blocks and may raise what `NOT_KEPT` names."""

    def __init__(self, store: AnswerStore) -> None:
        """Look into the bot's memory."""
        self._store = store

    def export(self, user_id: int) -> dict[str, list[dict[str, Any]]]:
        """Return what is kept of a person: questions and summaries, thumbs, questions handed on."""
        person = self._store.person(user_id)

        def work(c: Statements) -> tuple[list[Any], list[Any], list[Any]]:
            return (
                c.execute(_ANSWERS, (person,)).fetchall(),
                c.execute(_FEEDBACK, (person,)).fetchall(),
                c.execute(_QUESTIONS, (user_id,)).fetchall(),
            )

        answers, feedback, questions = self._store.run(work)
        return {
            "questions": [_answer(row) for row in answers],
            "feedback": [_thumb(row) for row in feedback],
            "handed_on": [_question(row) for row in questions],
        }

    def delete(self, user_id: int) -> int:
        """Delete all of it; return how many entries there were."""
        person = self._store.person(user_id)
        statements = (
            ("DELETE FROM answers WHERE person = ?", person),
            ("DELETE FROM feedback WHERE person = ?", person),
            ("DELETE FROM questions WHERE user_id = ?", user_id),
            ("DELETE FROM thread_answers WHERE user_id = ?", user_id),
        )

        def work(c: Statements) -> int:
            return sum(c.execute(statement, (who,)).rowcount for statement, who in statements)

        return self._store.run(work)


def _answer(row: tuple[float, str, int, int | None, str]) -> dict[str, Any]:
    at, kind, private, guild_id, body = row
    said = json.loads(body)
    names = ("question", "answer") if kind == "answer" else ("title", "summary")
    known = {name: said.get(name, "") for name in names}
    return {"time": _time(at), "private": bool(private), "server": guild_id, **known}


def _thumb(row: tuple[float, str, str, str]) -> dict[str, Any]:
    at, rating, comment, body = row
    question = json.loads(body).get("question", "")
    return {"time": _time(at), "rating": rating, "comment": comment, "question": question}


def _question(row: tuple[Any, ...]) -> dict[str, Any]:
    at, guild_id, channel_id, private, question, state, answer, source = row
    return {
        **{"time": _time(at), "server": guild_id, "channel": channel_id, "private": bool(private)},
        **{"question": question, "state": state, "answer": answer, "source": source},
    }


def _time(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds")
