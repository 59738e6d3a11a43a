"""Questions that people handed on to the moderators: open, answered, and who was told."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.storage.answers import KEPT_SECONDS, AnswerStore
from bot.storage.memory import Statements
from retrieval.alike import grouped

_SCHEMA = (
    """CREATE TABLE IF NOT EXISTS questions (
    id INTEGER PRIMARY KEY,
    asked_at REAL NOT NULL,
    guild_id INTEGER NOT NULL,
    channel_id INTEGER NOT NULL,
    message_id INTEGER,
    user_id INTEGER NOT NULL,
    answer_id INTEGER NOT NULL,
    private INTEGER NOT NULL,
    language TEXT NOT NULL,
    question TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'open',
    closed_at REAL,
    closed_by INTEGER,
    answer TEXT NOT NULL DEFAULT '',
    source TEXT NOT NULL DEFAULT '',
    told INTEGER NOT NULL DEFAULT 0,
    UNIQUE (answer_id, user_id)
)""",
    """CREATE TABLE IF NOT EXISTS question_posts (
    message_id INTEGER PRIMARY KEY,
    channel_id INTEGER NOT NULL,
    question_id INTEGER NOT NULL REFERENCES questions (id) ON DELETE CASCADE
)""",
)
_COLUMNS = (
    "id, asked_at, guild_id, channel_id, message_id, user_id, answer_id, private, language, "
    "question, state, answer, source"
)
# How many questions of one person may wait at once.
MOST_OPEN = 10
# What `told` says; a negative number is the time at which a process took it on to tell.
_REACHED, _UNREACHABLE = 1, 2
_CLAIMED_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class HandedOn:
    """One person's question for the moderators. `message_id` is the refusal that all can see.

    `state` is `open`, `answered` or `dismissed`; `source` the document that holds the answer.
    """

    id: int
    asked_at: float
    guild_id: int
    channel_id: int
    message_id: int | None
    user_id: int
    answer_id: int
    private: bool
    language: str
    question: str
    state: str = "open"
    answer: str = ""
    source: str = ""


class OpenQuestions:
    """The questions for the moderators. Every method blocks and may raise what `NOT_KEPT` names."""

    def __init__(self, store: AnswerStore) -> None:
        """Keep them beside the answers."""
        self._store = store
        store.create(_SCHEMA)

    def add(self, asked: HandedOn) -> int | None:
        """Keep a question and return its id; None where the same person handed it on before.

        `asked.id` and what became of it do not count.
        """
        statement = (
            "INSERT INTO questions (asked_at, guild_id, channel_id, message_id, user_id, answer_id,"
            " private, language, question) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (answer_id, user_id) DO NOTHING RETURNING id"
        )
        row = (
            *(asked.asked_at, asked.guild_id, asked.channel_id, asked.message_id, asked.user_id),
            *(asked.answer_id, asked.private, asked.language, asked.question),
        )

        added = self._store.run(lambda c: c.execute(statement, row).fetchone())
        return int(added[0]) if added else None

    def find(self, question_id: int) -> HandedOn | None:
        """Return a question by its id."""
        return next(iter(self._rows("id = ?", question_id)), None)

    def open_in(self, guild_id: int) -> list[HandedOn]:
        """Return the open questions of a server, oldest first."""
        return self._rows("guild_id = ? AND state = 'open'", guild_id)

    def groups_in(self, guild_id: int) -> list[list[HandedOn]]:
        """Return the open questions of a server, alike ones together, most asked first."""
        found = grouped(self.open_in(guild_id), lambda one: one.question)
        return sorted(found, key=len, reverse=True)

    def waiting_of(self, user_id: int) -> int:
        """Return how many questions of a person are open."""
        return len(self._rows("user_id = ? AND state = 'open'", user_id))

    def asked_by(self, user_id: int) -> list[HandedOn]:
        """Return every question of a person."""
        return self._rows("user_id = ?", user_id)

    def unnotified(self) -> list[HandedOn]:
        """Return the answered questions whose askers were not told yet."""
        late = _CLAIMED_SECONDS - time.time()
        return self._rows("state = 'answered' AND told <= 0 AND told > ?", late)

    def claim(self, question_id: int) -> bool:
        """Take it on to notify an asker, for ten minutes; False where another process does."""
        if not self._store.is_shared:
            return True
        now = time.time()
        statement = "UPDATE questions SET told = ? WHERE id = ? AND told <= 0 AND told > ?"
        row = (-int(now), question_id, _CLAIMED_SECONDS - now)
        return bool(self._store.run(lambda c: c.execute(statement, row).rowcount))

    def release(self, question_id: int) -> None:
        """Let anybody notify an asker who could not be reached yet."""
        statement = "UPDATE questions SET told = 0 WHERE id = ? AND told < 0"
        self._store.run(lambda c: c.execute(statement, (question_id,)))

    def close(
        self, asked: Sequence[HandedOn], by: int, *, answer: str = "", source: str = ""
    ) -> list[HandedOn]:
        """Close questions, with an answer or dismissed; return those that were open until now."""
        state, now = ("answered" if answer else "dismissed"), time.time()
        statement = (
            "UPDATE questions SET state = ?, closed_at = ?, closed_by = ?, answer = ?, source = ? "
            "WHERE id = ? AND state = 'open'"
        )

        def work(connection: Statements) -> list[int]:
            values = (state, now, by, answer, source)
            rows = [(one.id, connection.execute(statement, (*values, one.id))) for one in asked]
            return [number for number, done in rows if done.rowcount]

        closed = set(self._store.run(work))
        return [one for number in sorted(closed) if (one := self.find(number)) is not None]

    def mark_notified(self, question_id: int, *, reached: bool) -> None:
        """Note that the asker was told, or cannot be `reached`."""
        row = (_REACHED if reached else _UNREACHABLE, question_id)
        self._store.run(lambda c: c.execute("UPDATE questions SET told = ? WHERE id = ?", row))

    def reached(self, asked: Sequence[HandedOn]) -> int:
        """Return how many of the askers were told."""
        return self._of_each(asked, "SELECT told FROM questions WHERE id = ?").count((_REACHED,))

    def posted(self, question_id: int, channel_id: int, message_id: int) -> None:
        """Remember the moderators' message that shows a question."""
        row = (message_id, channel_id, question_id)
        statement = (
            "INSERT INTO question_posts VALUES (?, ?, ?) ON CONFLICT (message_id) DO UPDATE "
            "SET channel_id = excluded.channel_id, question_id = excluded.question_id"
        )
        self._store.run(lambda c: c.execute(statement, row))

    def in_post(self, message_id: int) -> HandedOn | None:
        """Return the question that a moderators' message shows."""
        statement = "SELECT question_id FROM question_posts WHERE message_id = ?"
        row = self._store.run(lambda c: c.execute(statement, (message_id,)).fetchone())
        return self.find(row[0]) if row else None

    def posts_of(self, asked: Sequence[HandedOn]) -> list[tuple[int, int]]:
        """Return (channel, message) of each moderators' message that shows one of these."""
        statement = "SELECT channel_id, message_id FROM question_posts WHERE question_id = ?"
        return self._of_each(asked, statement)

    def counts_since(self, guild_id: int, since: float) -> dict[str, int]:
        """Return how many questions were handed on and answered since then, and are open now."""
        statement = (
            "SELECT count(*) FILTER (WHERE asked_at >= ?), "
            "count(*) FILTER (WHERE state = 'answered' AND closed_at >= ?), "
            "count(*) FILTER (WHERE state = 'open') FROM questions WHERE guild_id = ?"
        )
        row = self._store.run(lambda c: c.execute(statement, (since, since, guild_id)).fetchone())
        return dict(zip(("handed_on", "answered", "open"), row, strict=True))

    def forget_old(self) -> None:
        """Drop what was closed, or asked and never closed, half a year ago and before."""
        oldest = time.time() - KEPT_SECONDS
        statement = "DELETE FROM questions WHERE coalesce(closed_at, asked_at) < ?"
        self._store.run(lambda c: c.execute(statement, (oldest,)))

    def _of_each(self, asked: Sequence[HandedOn], statement: str) -> list[tuple[Any, ...]]:
        """Return the rows that a statement finds for the id of each question, in one piece."""
        return self._store.run(
            lambda c: [row for one in asked for row in c.execute(statement, (one.id,))]
        )

    def _rows(self, where: str, *values: Any) -> list[HandedOn]:
        statement = f"SELECT {_COLUMNS} FROM questions WHERE {where} ORDER BY id"
        rows = self._store.run(lambda c: c.execute(statement, values).fetchall())
        return [_handed_on(row) for row in rows]


def _handed_on(row: tuple[Any, ...]) -> HandedOn:
    asked = HandedOn(*row)
    return replace(asked, private=bool(asked.private))
