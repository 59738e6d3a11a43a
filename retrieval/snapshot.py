"""What is worked out once for each state of the index: its articles, and what they answer."""

from __future__ import annotations

from functools import cached_property
from threading import Lock

from index.library import Library
from retrieval.directory import Directory


class Snapshot:
    """One state of the index."""

    def __init__(self, library: Library) -> None:
        """Read nothing yet."""
        self._library = library
        # By language: questions that were found to be answered.
        self.starters: dict[str, tuple[str, ...]] = {}

    @cached_property
    def directory(self) -> Directory:
        """Return the articles."""
        return Directory(self._library.articles())


class Snapshots:
    """Keeps the snapshot of the current state, and drops it when a run changes the index."""

    def __init__(self, library: Library) -> None:
        """Take the library."""
        self._library = library
        self._lock = Lock()
        self._kept: tuple[tuple[int, int], Snapshot] | None = None

    def current(self) -> Snapshot:
        """Return the snapshot of the state that is read now."""
        revision = self._library.revision
        with self._lock:
            if self._kept is None or self._kept[0] != revision:
                self._kept = revision, Snapshot(self._library)
            return self._kept[1]
