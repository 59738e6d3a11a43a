"""How much of what a chat model writes is used: one that never helps is asked rarely."""

from __future__ import annotations

import json
import logging
import threading
from collections import deque
from pathlib import Path

logger = logging.getLogger(__name__)

FILE = "chat-replies.json"
# The share is that of so many replies; of these first ones none may be used before it tells.
_REMEMBERED = 40
_TELLING = 6
# A model that never helps is asked once in so many questions, in case it was changed.
_RARELY = 20


class Usefulness:
    """Which of a model's last replies were used; kept in a file, where there is one.

    May be used from several threads at once.
    """

    def __init__(self, model: str, path: Path | None = None) -> None:
        """Begin with what the file holds of this model; nothing if it cannot be read."""
        self._model = model
        self._path = path
        self._lock = threading.Lock()
        self._passed_over = 0
        self._used = deque(_read(path, model), _REMEMBERED)

    @property
    def replies(self) -> int:
        """Return how many replies are remembered."""
        return len(self._used)

    @property
    def share(self) -> float:
        """Return the share of them that was used, 0 to 1; 1 before the first."""
        with self._lock:
            return sum(self._used) / len(self._used) if self._used else 1.0

    @property
    def is_hopeless(self) -> bool:
        """Return True if none of the last replies could be used."""
        with self._lock:
            return self._hopeless()

    def may_ask(self) -> bool:
        """Return True if the model is to be asked now: always, or rarely while it is hopeless."""
        with self._lock:
            if not self._hopeless():
                return True
            self._passed_over = (self._passed_over + 1) % _RARELY
            return self._passed_over == 0

    def note(self, *, used: bool) -> None:
        """Remember a whole reply."""
        with self._lock:
            self._used.append(used)
            if self._path is None or not self._path.parent.is_dir():
                return
            told = json.dumps({"model": self._model, "used": list(self._used)})
            try:
                self._path.write_text(told, encoding="utf-8")
            except OSError as error:
                logger.warning("the use of replies is not kept: %s", error.strerror)

    def _hopeless(self) -> bool:
        last = list(self._used)[-_TELLING:]
        return len(last) == _TELLING and not any(last)


def _read(path: Path | None, model: str) -> list[bool]:
    """Return what a file holds of a model."""
    if path is None:
        return []
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        return [bool(used) for used in told["used"]] if told["model"] == model else []
    except (OSError, ValueError, KeyError, TypeError):
        return []
