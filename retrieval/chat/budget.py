"""How many answers one person may have written by the chat model in a day."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime


def _today() -> date:
    return datetime.now(UTC).date()


class Budget:
    """Count calls per person and day (UTC), in memory; a limit of 0 is none."""

    def __init__(self, limit: int, today: Callable[[], date] = _today) -> None:
        """Keep the limit; `today` tells the day."""
        self.limit = limit
        self._today = today
        self._day = today()
        self._used: Counter[str] = Counter()
        self._lock = threading.Lock()

    def take(self, user: str) -> bool:
        """Take one call from the person's budget; False if none is left today."""
        with self._lock:
            if (today := self._today()) != self._day:
                self._day = today
                self._used.clear()
            if self.limit and self._used[user] >= self.limit:
                return False
            self._used[user] += 1
            return True
