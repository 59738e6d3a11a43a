"""What is worked out once for each state of the index: rarities and the list of articles."""

from __future__ import annotations

from functools import cached_property
from threading import Lock

from index.library import Library
from retrieval.directory import Directory, Translate
from retrieval.rarity import Rarity
from retrieval.reading.learned import learned


class Snapshot:
    """One state of the index."""

    def __init__(self, library: Library, translate: Translate | None) -> None:
        """Read nothing yet."""
        self._library = library
        self._translate = translate
        self.rarity = Rarity(self._frequency, library.passages_count(), learned().background)

    @cached_property
    def directory(self) -> Directory:
        """Return the articles."""
        return Directory(self._library.articles(), self._translate)

    def _frequency(self, key: str) -> int:
        """Return how many passages hold a key: characters and pairs stand as they are, words
        by their stems.
        """
        field = "stems" if key.isascii() or len(key) > 2 else "terms"
        return self._library.document_frequencies([(field, key)])[0]


class Snapshots:
    """Keeps the snapshot of the current state, and drops it when a run changes the index."""

    def __init__(self, library: Library, translate: Translate | None) -> None:
        """Take the library; `translate` serves the list of articles."""
        self._library = library
        self._translate = translate
        self._lock = Lock()
        self._kept: tuple[tuple[int, int], Snapshot] | None = None

    def current(self) -> Snapshot:
        """Return the snapshot of the state that is read now."""
        revision = self._library.revision
        with self._lock:
            if self._kept is None or self._kept[0] != revision:
                self._kept = revision, Snapshot(self._library, self._translate)
            return self._kept[1]
