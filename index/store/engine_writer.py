"""What the two engines of a store do alike for the one who writes, and what each in its own way.

A writer is the only one of its kind, and changes the index by transactions that answer whole or
not at all.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Self

from index.embedder import Embedder
from index.models import Article, Chunk
from index.store.catalog import Catalog
from index.store.catalog_writer import CatalogWriter
from index.store.encoder import Encoder, Fetch, Texts
from index.store.fingerprint import OTHER_RULES, VectorPlace, fingerprint, shape
from index.store.manifest import GenerationEntry, IndexManifest, now

# So many passages are a few batches for the model, and a rest that is small beside them.
_MANY_CAME = 1_000

# Lets a finished generation answer.
Switch = Callable[[], None]


class Transaction(ABC):
    """The changes of one run. Use it as a context manager: what is not committed is undone."""

    def __init__(self, catalog: CatalogWriter, encoder: Encoder, switch: Switch | None) -> None:
        """Take the catalog that changes; `switch` lets one answer that nobody reads yet."""
        self.catalog = catalog
        self._encoder = encoder
        self._switch = switch
        self._changed = False
        self._candidates: set[str] = set()
        self._wanted: dict[str, None] = {}
        self._came = 0
        self._asked_up_to = 0

    def __enter__(self) -> Self:
        """Return the transaction."""
        return self

    @abstractmethod
    def __exit__(self, *_: object) -> None:
        """Undo what is not committed."""

    @property
    def embedded(self) -> int:
        """Return how many passages were encoded."""
        return self._encoder.encoded

    def put_article(
        self, article: Article, position: int, chunks: Sequence[Chunk], told: str = ""
    ) -> None:
        """Store an article in place of any older version of it; `told` is its hash if known."""
        self.remove_article(article.id)
        keys = self.catalog.put_article(article, position, chunks, told)
        self._came += len(keys)
        if not self._switch:
            self._wanted.update(dict.fromkeys(keys))

    def remove_article(self, article_id: str) -> None:
        """Remove an article."""
        self._candidates.update(self.catalog.remove_article(article_id))
        self._changed = True

    def move_article(self, article_id: str, position: int) -> None:
        """Note an unchanged article's place in its file."""
        self._changed = self.catalog.move_article(article_id, position) or self._changed

    def is_worth_writing(self) -> bool:
        """Return True if `missing` may be asked for while articles still come.

        That is so in a new generation: the model then works beside the reading of files.
        """
        return bool(self._switch) and self._came >= _MANY_CAME

    def missing(self) -> list[str]:
        """Return the keys of new passages, which have neither a vector nor terms yet.

        Of a new generation, those that came since it was asked last.
        """
        self._came = 0
        if self._switch:
            keys, self._asked_up_to = self.catalog.keys_since(self._asked_up_to)
            return keys
        held = self.catalog.having_vectors(list(self._wanted))
        return [key for key in self._wanted if key not in held]

    def _unreferenced(self) -> list[str]:
        """Return the keys that articles left behind and no other has."""
        candidates = sorted(self._candidates)
        known = self.catalog.known(candidates)
        return [key for key in candidates if key not in known]

    def write(self, keys: Sequence[str], fetch: Fetch | None = None) -> None:
        """Store the vectors and terms of some passages; `fetch` may know their vectors."""
        texts = self.catalog.keyed_texts(keys)
        if known := [key for key in keys if key in texts]:
            self._write(known, texts, fetch)

    @abstractmethod
    def _write(self, keys: Sequence[str], texts: Texts, fetch: Fetch | None) -> None:
        """Store vectors and terms of passages, whose texts stand under their keys."""

    @abstractmethod
    def commit(self) -> None:
        """Let the changes answer, all at once; a new generation takes the place of the old."""

    def clean(self) -> None:
        """Remove what nothing refers to any more."""
        # What was set aside has its place now.
        self._encoder.checkpoint.clear()


class StoreWriter(ABC):
    """The one writing side of a store, over its ledger."""

    def __init__(
        self, ledger: IndexManifest, data_dir: Path, embedder: Embedder, place: VectorPlace
    ) -> None:
        """Take the ledger; delete the generations that were never finished.

        Vectors of slow models are set aside in the data folder.
        """
        self.ledger = ledger
        self._answered = ledger.current()
        self._data_dir = data_dir
        self._embedder = embedder
        self._shape = shape(embedder, place)
        self._fingerprint = fingerprint(embedder, place)
        for number in self._unfinished():
            self._remove(number)

    def _unfinished(self) -> set[int]:
        """Return the numbers of generations that were begun and not finished."""
        return set(self.ledger.unfinished())

    @abstractmethod
    def base(self) -> AbstractContextManager[Catalog | None]:
        """Give the catalog of the current generation, if this version can read it."""

    @abstractmethod
    def old_vectors(self) -> AbstractContextManager[Fetch | None]:
        """Give the vectors of the current generation by their keys, if they are of this model."""

    @abstractmethod
    def _begin(self, number: int, encoder: Encoder, switch: Switch | None) -> Transaction:
        """Begin changing a generation; one with a `switch` is made first."""

    @abstractmethod
    def _remove(self, number: int) -> None:
        """Delete a generation and forget it; one that cannot go now stays for the next run."""

    @property
    def _current(self) -> GenerationEntry | None:
        return self.ledger.generation(self.ledger.current())

    @property
    def is_up_to_date(self) -> bool:
        """Return True if the current generation was made by the same rules, and need not be new."""
        return self._current is not None and self._current.fingerprint == self._fingerprint

    def begin(self) -> Transaction:
        """Begin changing the current generation."""
        return self._begin(self.ledger.current(), Encoder(self._embedder, self._data_dir), None)

    def begin_generation(self, *, is_current: bool = True) -> Transaction:
        """Begin a generation beside the current one; `is_current`: by the rules of today."""
        made_with = self._fingerprint if is_current else OTHER_RULES
        number = self.ledger.add_generation(made_with, self._embedder.name, self._shape)
        encoder = Encoder(self._embedder, self._data_dir)
        return self._begin(number, encoder, lambda: self.ledger.switch(number))

    def earlier(self) -> int | None:
        """Return the generation before the current one, if this model and version can read it."""
        current = self.ledger.current()
        older = [entry for entry in self.ledger.generations() if entry.number < current]
        return older[-1].number if older and older[-1].shape == self._shape else None

    def finish(self) -> None:
        """Note when the run ended; delete all generations but the current and the one before.

        After a rollback that is the one that answered, not the one that was rolled back from.
        """
        current = self.ledger.current()
        numbers = [entry.number for entry in self.ledger.generations()]
        older = [number for number in numbers if number < current][-1:]
        before = [self._answered] if self._answered != current else older
        for number in numbers:
            if number not in (current, *before):
                self._remove(number)
        self.ledger.note("last_run", now())
