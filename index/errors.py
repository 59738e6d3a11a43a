"""What can go wrong while indexing; each message is one sentence with the cause and the cure.

* IndexingError
  * DocumentsMissing
  * StoreUnusable
  * StoreLocked
  * ModelUnusable
  * FileUnreadable
  * BackupUnusable
"""

from __future__ import annotations

from config.errors import DocentError


class IndexingError(DocentError):
    """The index cannot be made or opened; the message says why and what to do."""


class DocumentsMissing(IndexingError):
    """The documents folder is absent or holds nothing that can be read."""


class StoreUnusable(IndexingError):
    """The data folder or the vector store is broken, read-only or out of reach."""


class StoreLocked(IndexingError):
    """Another process is writing to the index."""


class ModelUnusable(IndexingError):
    """The embedding model cannot be loaded."""


class FileUnreadable(IndexingError):
    """A document cannot be read as what its name says it is."""


class BackupUnusable(IndexingError):
    """A backup cannot be written, is not whole, or would take the place of something."""
