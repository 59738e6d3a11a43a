"""What was answered and where: buttons and follow-ups outlive the process."""

from __future__ import annotations

import dataclasses
import hashlib
import hmac
import json
import secrets
import sqlite3
import time
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from bot.core.exceptions import Gone
from bot.storage.memory import FACTS, FileMemory, Memory
from retrieval.models import Answer, Citation, Passage, Summary

if TYPE_CHECKING:
    from bot.storage.shared import SharedMemory

KEPT_SECONDS = 180 * 24 * 3600
_MOST_TURNS = 10
_SCHEMA = (
    """CREATE TABLE IF NOT EXISTS answers (
    id INTEGER PRIMARY KEY,
    answered_at REAL NOT NULL,
    private INTEGER NOT NULL,
    parent INTEGER,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    guild_id INTEGER,
    person TEXT NOT NULL DEFAULT ''
)""",
    """CREATE TABLE IF NOT EXISTS messages (
    id INTEGER PRIMARY KEY,
    answer_id INTEGER NOT NULL REFERENCES answers (id) ON DELETE CASCADE
)""",
    "CREATE INDEX IF NOT EXISTS messages_of_answer ON messages (answer_id)",
    """CREATE TABLE IF NOT EXISTS feedback (
    answer_id INTEGER NOT NULL,
    person TEXT NOT NULL,
    rating TEXT NOT NULL,
    comment TEXT NOT NULL,
    rated_at REAL NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (answer_id, person)
)""",
    FACTS,
)
# Columns that files of older versions lack.
_ADDED = (("guild_id", "INTEGER"), ("person", "TEXT NOT NULL DEFAULT ''"))
SALT = "feedback salt"
_NOTE = "INSERT INTO facts VALUES (?, ?) ON CONFLICT (name) DO UPDATE"
_CLAIM = "claimed "
_CLAIMED_SECONDS = 600.0
Found = TypeVar("Found")


@dataclasses.dataclass(frozen=True, slots=True)
class Kept:
    """An answer or summary as it was given. `parent` is the answer it followed up."""

    id: int
    private: bool
    parent: int | None
    shown: Answer | Summary


class AnswerStore:
    """The answers given, the messages that show them, and what people thought of them.

    Every method blocks and may be called from any thread. Raises what `NOT_KEPT` names where
    nothing can be written.
    """

    def __init__(self, data_dir: Path, shared: SharedMemory | None = None) -> None:
        """Open the file of the data folder, or use the tables that bots share.

        Raises MemoryUnusable, StoreUnusable where nothing can be written.
        """
        self.is_shared = shared is not None
        memory: Memory = FileMemory(data_dir, _prepare) if shared is None else shared
        # Others keep tables of their own beside the answers.
        self.run, self.create, self.close = memory.run, memory.create, memory.close
        if shared is not None:
            shared.create(_SCHEMA)

    @cached_property
    def _salt(self) -> bytes:
        salt = self.fact(SALT)
        if salt is None:
            # Of two threads that find none, both go on with the first one's.
            statement = "INSERT INTO facts VALUES (?, ?) ON CONFLICT DO NOTHING"
            self.run(lambda c: c.execute(statement, (SALT, secrets.token_hex(32))))
            salt = self.fact(SALT) or ""
        return bytes.fromhex(salt)

    def person(self, user_id: int) -> str:
        """Return a person as a salted hash: the same person is one, and nobody can be named."""
        return hmac.new(self._salt, str(user_id).encode(), hashlib.sha256).hexdigest()[:24]

    def keep(
        self,
        shown: Answer | Summary,
        *,
        private: bool = False,
        parent: int | None = None,
        guild_id: int | None = None,
        user_id: int | None = None,
    ) -> int:
        """Keep an answer or summary and return its id; of who asked, a salted hash is kept."""
        kind = "answer" if isinstance(shown, Answer) else "summary"
        person = "" if user_id is None else self.person(user_id)
        if isinstance(shown, Answer):
            # The blocks are for the answering alone.
            bare = tuple(dataclasses.replace(passage, blocks=()) for passage in shown.passages)
            shown = dataclasses.replace(shown, passages=bare)
        body = json.dumps(dataclasses.asdict(shown), ensure_ascii=False)
        row = (time.time(), private, parent, kind, body, guild_id, person)
        statement = (
            "INSERT INTO answers (answered_at, private, parent, kind, body, guild_id, person) "
            "VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id"
        )
        return int(self.run(lambda c: c.execute(statement, row).fetchone())[0])

    def shown_in(self, answer_id: int, message_ids: Sequence[int]) -> None:
        """Remember which messages show an answer."""
        rows = [(message_id, answer_id) for message_id in message_ids]
        statement = (
            "INSERT INTO messages VALUES (?, ?) "
            "ON CONFLICT (id) DO UPDATE SET answer_id = excluded.answer_id"
        )
        self.run(lambda c: c.executemany(statement, rows))

    def find(self, answer_id: int) -> Kept | None:
        """Return an answer by its id."""
        statement = "SELECT id, private, parent, kind, body FROM answers WHERE id = ?"
        return _kept(self.run(lambda c: c.execute(statement, (answer_id,)).fetchone()))

    def answer(self, answer_id: int) -> tuple[Kept, Answer]:
        """Return an answer as it is kept, and by itself. Raises Gone where there is none."""
        kept = self.find(answer_id)
        if kept is None or not isinstance(kept.shown, Answer):
            raise Gone("discord.answer_gone")
        return kept, kept.shown

    def in_message(self, message_id: int) -> int | None:
        """Return the id of the answer that a message shows."""
        statement = "SELECT answer_id FROM messages WHERE id = ?"
        row = self.run(lambda c: c.execute(statement, (message_id,)).fetchone())
        return int(row[0]) if row else None

    def turns(
        self, answer_id: int | None, seen: Callable[[Kept], bool] | None = None
    ) -> list[tuple[str, str]]:
        """Return the (question, answer) turns up to and with this answer, oldest first.

        The first that is not `seen`, and all before it, are left out.
        """
        turns: list[tuple[str, str]] = []
        while answer_id is not None and len(turns) < _MOST_TURNS:
            kept = self.find(answer_id)
            if kept is None or not isinstance(kept.shown, Answer) or (seen and not seen(kept)):
                break
            turns.insert(0, (kept.shown.question, kept.shown.answer))
            answer_id = kept.parent
        return turns

    def fact(self, name: str) -> str | None:
        """Return a small thing that was noted under a name."""
        row = self.run(
            lambda c: c.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        )
        return str(row[0]) if row else None

    def facts(self, prefix: str) -> dict[str, str]:
        """Return all that was noted under names that begin so."""
        statement = "SELECT name, value FROM facts WHERE substr(name, 1, ?) = ?"
        return dict(self.run(lambda c: c.execute(statement, (len(prefix), prefix)).fetchall()))

    def note(self, name: str, value: str | None) -> None:
        """Note a small thing under a name, or forget it."""
        if value is None:
            self.run(lambda c: c.execute("DELETE FROM facts WHERE name = ?", (name,)))
        else:
            statement = f"{_NOTE} SET value = excluded.value"
            self.run(lambda c: c.execute(statement, (name, value)))

    def claim(self, name: str) -> bool:
        """Claim a task for ten minutes, or until `release`; False where another has claimed it."""
        now, late = (f"{at:.3f}" for at in (time.time(), time.time() - _CLAIMED_SECONDS))
        statement = f"{_NOTE} SET value = excluded.value WHERE facts.value < ?"
        row = (f"{_CLAIM}{name}", now, late)
        return bool(self.run(lambda c: c.execute(statement, row).rowcount))

    def release(self, name: str) -> None:
        """Let others claim a task again."""
        self.note(f"{_CLAIM}{name}", None)

    def forget_old(self) -> None:
        """Drop answers of half a year ago and before; feedback is kept."""
        oldest = time.time() - KEPT_SECONDS
        self.run(lambda c: c.execute("DELETE FROM answers WHERE answered_at < ?", (oldest,)))


def _prepare(connection: sqlite3.Connection) -> None:
    """Make the tables of a file, and the columns that are new."""
    for statement in _SCHEMA:
        connection.execute(statement)
    known = {row[1] for row in connection.execute("PRAGMA table_info(answers)")}
    for name, kind in _ADDED:
        if name not in known:
            connection.execute(f"ALTER TABLE answers ADD COLUMN {name} {kind}")


def _kept(row: tuple[int, int, int | None, str, str] | None) -> Kept | None:
    """Return a row of the table as it was kept; fields of an older version may be missing."""
    if row is None:
        return None
    answer_id, private, parent, kind, body = row
    fields = json.loads(body)
    fields["citations"] = tuple(_citation(entry) for entry in fields["citations"])
    shown: Answer | Summary
    if kind == "answer":
        fields["passages"] = tuple(_passage(entry) for entry in fields["passages"])
        nearest = fields.get("nearest")
        fields["nearest"] = None if nearest is None else _citation(nearest)
        shown = _known(Answer, fields)
    else:
        shown = _known(Summary, fields)
    return Kept(answer_id, bool(private), parent, shown)


def _citation(entry: dict[str, Any]) -> Citation:
    if entry.get("highlight") is not None:
        entry["highlight"] = tuple(entry["highlight"])
    entry["also_in"] = tuple(entry.get("also_in", ()))
    entry["path"] = tuple(entry.get("path", ()))
    entry["links"] = tuple((words, address) for words, address in entry.get("links", ()))
    return _known(Citation, entry)


def _passage(entry: dict[str, Any]) -> Passage:
    entry["path"] = tuple(entry.get("path", ()))
    entry["blocks"] = ()
    return _known(Passage, entry)


def _known(kind: type[Found], fields: dict[str, Any]) -> Found:
    """Build a dataclass from the fields that it has today."""
    names = {f.name for f in dataclasses.fields(kind)}  # type: ignore[arg-type]
    return kind(**{name: value for name, value in fields.items() if name in names})
