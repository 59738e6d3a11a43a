"""How many requests to the chat model one person may cause in a day."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Protocol

from index.errors import StoreUnusable
from retrieval.chat.failures import ChatFailed


def _today() -> date:
    return datetime.now(UTC).date()


class Requests(Protocol):
    """Counts of requests by person and day. Safe to use from any thread."""

    def used(self, user: str, day: date) -> int:
        """Return how many requests a person caused on a day. Raises StoreUnusable."""

    def take(self, user: str, day: date, limit: int) -> bool:
        """Count one more request, unless that is over the limit. Raises StoreUnusable."""


class OwnRequests:
    """The requests of one process, in memory."""

    def __init__(self) -> None:
        """Start with none."""
        self._day = date.min
        self._used: Counter[str] = Counter()
        self._lock = threading.Lock()

    def used(self, user: str, day: date) -> int:
        """Return how many requests a person caused on a day."""
        with self._lock:
            return self._of(day)[user]

    def take(self, user: str, day: date, limit: int) -> bool:
        """Count one more request, unless that is over the limit."""
        with self._lock:
            if self._of(day)[user] >= limit:
                return False
            self._used[user] += 1
            return True

    def _of(self, day: date) -> Counter[str]:
        if day != self._day:
            self._day = day
            self._used.clear()
        return self._used


class Budget:
    """Count requests per person and day (UTC); 0 is no limit."""

    def __init__(
        self, limit: int, requests: Requests | None = None, today: Callable[[], date] = _today
    ) -> None:
        """Keep the limit and where requests are counted; `today` tells the day."""
        self.limit = limit
        self._requests = requests or OwnRequests()
        self._today = today

    def allows(self, user: str, count: int) -> bool:
        """Return True if the person has so many requests left today; False if nobody knows."""
        if not self.limit:
            return True
        try:
            return self._requests.used(user, self._today()) + count <= self.limit
        except StoreUnusable:
            return False

    def take(self, user: str) -> None:
        """Take one request from the person's budget. Raises ChatFailed if none is left today."""
        if not self.limit:
            return
        try:
            taken = self._requests.take(user, self._today(), self.limit)
        except StoreUnusable as error:
            raise ChatFailed("unreachable", "requests cannot be counted") from error
        if not taken:
            raise ChatFailed("limit", "somebody has no requests left today")
