"""How many requests to the chat model one person may cause in a day."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime


def _today() -> date:
    return datetime.now(UTC).date()


class Budget:
    """Count requests per person and day (UTC), in memory; 0 is no limit."""

    def __init__(self, limit: int, today: Callable[[], date] = _today) -> None:
        """Keep the limit; `today` tells the day."""
        self.limit = limit
        self._today = today
        self._day = today()
        self._used: Counter[str] = Counter()
        self._lock = threading.Lock()

    def allows(self, user: str, count: int) -> bool:
        """Return True if the person has so many requests left today."""
        with self._lock:
            return self._left(user, count)

    def take(self, user: str) -> bool:
        """Take one request from the person's budget; False if none is left today."""
        with self._lock:
            if not self._left(user, 1):
                return False
            self._used[user] += 1
            return True

    def _left(self, user: str, count: int) -> bool:
        if (today := self._today()) != self._day:
            self._day = today
            self._used.clear()
        return not self.limit or self._used[user] + count <= self.limit
