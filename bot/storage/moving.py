"""Take what a bot remembers along to a database, or back into the data folder."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from bot.storage.access import ACCESS_FILE, AccessUnusable, Change, changes_in
from bot.storage.access_shared import access_rules
from bot.storage.answers import SALT, AnswerStore
from bot.storage.channels import ChannelSettings
from bot.storage.home import HOME, Home
from bot.storage.memory import MEMORY_FILE, Statements
from bot.storage.questions import OpenQuestions
from index.store.sqlite import connect_for_reading

if TYPE_CHECKING:
    from bot.storage.shared import SharedMemory

# The tables with their columns; what others refer to comes first.
_TABLES = {
    "answers": "id, answered_at, private, parent, kind, body, guild_id, person",
    "messages": "id, answer_id",
    "feedback": "answer_id, person, rating, comment, rated_at, body",
    "questions": "id, asked_at, guild_id, channel_id, message_id, user_id, answer_id, private, "
    "language, question, state, closed_at, closed_by, answer, source, told",
    "question_posts": "message_id, channel_id, question_id",
    "channel_modes": "channel_id, guild_id, mode",
    "channel_uses": "guild_id, use, channel_id",
    "thread_answers": "thread_id, user_id, message_id",
}
_NUMBERED = ("answers", "questions")
_BATCH = 500
# What stays where it is: notes of the rules, which each place has of its own.
_FACTS = "SELECT name, value FROM facts WHERE name NOT LIKE 'access-rules%' AND name <> ?"
_LATEST = (
    "SELECT max(answered_at) FROM answers",
    "SELECT max(rated_at) FROM feedback",
    "SELECT max(coalesce(closed_at, asked_at)) FROM questions",
)

Taken = Literal["copied", "none", "kept"]


def take_rules(data_dir: Path, shared: SharedMemory, *, back: bool) -> int:
    """Take over access rules and home server; return how many changes of the rules there are.

    Raises AccessUnusable, HomeUnusable; DifferentRules where both places have rules of their own.
    """
    places = [access_rules(data_dir), access_rules(data_dir, shared)]
    source, target = reversed(places) if back else places
    # The notes of the folder tell of the database's rules too, of which its own may be a part.
    changes = source.changes() if back else _changes_in(data_dir)
    if changes:
        target.take_over(changes)
    homes = [Home(data_dir), Home(data_dir, shared=shared)]
    old, new = reversed(homes) if back else homes
    new.settle((datetime.min, guild_id) for guild_id in old.servers())
    return len(changes)


def _changes_in(data_dir: Path) -> list[Change]:
    """Return the changes in the file of a folder, also where other files tell of more."""
    path = data_dir / ACCESS_FILE
    if not path.exists():
        return []
    try:
        with contextlib.closing(connect_for_reading(path)) as connection:
            return changes_in(connection)
    except (OSError, sqlite3.Error, ValueError) as error:
        raise AccessUnusable("access.unusable_file", file=path, reason=error) from error


def take_memory(data_dir: Path, shared: SharedMemory, *, back: bool) -> Taken:
    """Replace what a place remembers by what the other does, and say what became of it.

    It is `kept` as it is where the target remembers something later, or is of another bot.
    Nobody writes to either meanwhile. Raises what `NOT_KEPT` names.
    """
    if not back and not (data_dir / MEMORY_FILE).exists():
        return "none"
    folder, database = AnswerStore(data_dir), AnswerStore(data_dir, shared)
    try:
        source, target = (database, folder) if back else (folder, database)
        for store in (source, target):
            OpenQuestions(store)
            ChannelSettings(store)
        before, after = source.run(_latest), target.run(_latest)
        if before is None:
            return "none"
        salts = {store.fact(SALT) for store in (source, target)} - {None}
        if after is not None and (after > before or len(salts) > 1):
            return "kept"
        rows = source.run(lambda db: {name: _rows(db, name) for name in _TABLES})
        facts = source.run(lambda db: db.execute(_FACTS, (HOME,)).fetchall())
        target.run(lambda db: _replace(db, rows, facts, shared=target is database))
        return "copied"
    finally:
        folder.close()


def _latest(db: Statements) -> float | None:
    found = [db.execute(statement).fetchone()[0] for statement in _LATEST]
    return max((at for at in found if at is not None), default=None)


def _rows(db: Statements, table: str) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = db.execute(f"SELECT {_TABLES[table]} FROM {table}").fetchall()
    return found


def _replace(
    db: Statements,
    rows: dict[str, list[tuple[Any, ...]]],
    facts: Sequence[tuple[str, str]],
    *,
    shared: bool,
) -> None:
    """Put rows and facts in the place of all that is there."""
    for table in reversed(_TABLES):
        db.execute(f"DELETE FROM {table}")
    for table, columns in _TABLES.items():
        marks = ", ".join("?" for _ in columns.split(","))
        db.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows[table])
        if shared and table in _NUMBERED:
            # The next number follows those that came along.
            db.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), "
                f"greatest((SELECT max(id) FROM {table}), 1))"
            )
    db.execute("DELETE FROM facts WHERE name NOT LIKE 'access-rules%' AND name <> ?", (HOME,))
    db.executemany("INSERT INTO facts VALUES (?, ?)", facts)
