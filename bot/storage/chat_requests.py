"""The requests to the chat model that all bots of one database count together."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cached_property

from bot.storage.answers import AnswerStore
from bot.storage.memory import Statements
from retrieval.chat.budget import OwnRequests

_TABLE = """CREATE TABLE IF NOT EXISTS chat_requests (
    day TEXT NOT NULL,
    person TEXT NOT NULL,
    used INTEGER NOT NULL,
    PRIMARY KEY (day, person)
)"""
# One statement, so that two bots at once count two.
_TAKE = """INSERT INTO chat_requests AS kept VALUES (?, ?, 1)
    ON CONFLICT (day, person) DO UPDATE SET used = kept.used + 1 WHERE kept.used < ?
    RETURNING used"""


class SharedRequests:
    """Counts by salted hash and day, until the next day; whoever is nobody's account counts here.

    Safe to use from any thread.
    """

    def __init__(self, opened: Callable[[], AnswerStore]) -> None:
        """Take how the store is opened, which waits for the first request."""
        self._opened = opened
        self._here = OwnRequests()
        self._forgotten = date.min

    @cached_property
    def _store(self) -> AnswerStore:
        store = self._opened()
        store.create([_TABLE])
        return store

    def used(self, user: str, day: date) -> int:
        """Return how many requests a person caused on a day. Raises StoreUnusable."""
        if not user.isdecimal():
            return self._here.used(user, day)
        statement = "SELECT used FROM chat_requests WHERE day = ? AND person = ?"
        values = (day.isoformat(), self._store.person(int(user)))
        found = self._store.run(lambda db: db.execute(statement, values).fetchone())
        return int(found[0]) if found else 0

    def take(self, user: str, day: date, limit: int) -> bool:
        """Count one more request, unless that is over the limit. Raises StoreUnusable."""
        if not user.isdecimal():
            return self._here.take(user, day, limit)
        person = self._store.person(int(user))

        def work(db: Statements) -> bool:
            if day != self._forgotten:
                db.execute("DELETE FROM chat_requests WHERE day < ?", (day.isoformat(),))
            taken = db.execute(_TAKE, (day.isoformat(), person, limit)).fetchone()
            return taken is not None

        taken = self._store.run(work)
        self._forgotten = day
        return taken
