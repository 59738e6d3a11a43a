"""What is worked out once for each state of the index: its articles, and what they answer."""

from __future__ import annotations

from functools import cached_property

from index.library import Library
from retrieval.directory import Directory


class Snapshot:
    """One state of the index."""

    def __init__(self, revision: tuple[int, int], library: Library) -> None:
        """Take the revision that is read now; nothing is read yet."""
        self.revision = revision
        self._library = library
        # By language: questions that were found to be answered.
        self.starters: dict[str, tuple[str, ...]] = {}

    @cached_property
    def directory(self) -> Directory:
        """Return the articles."""
        return Directory(self._library.articles())
