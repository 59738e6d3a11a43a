"""What the build and the answering side need of a store: one protocol, kept by each engine.

A store holds generations of the index. One of them answers; a view is one state of it. A writer is
the only one of its kind, and changes the index by transactions that answer whole or not at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Protocol, Self

from index.models import Article, Chunk, Hit
from index.store.catalog import Catalog
from index.store.catalog_writer import CatalogWriter
from index.store.encoder import Fetch
from index.store.manifest import Run
from index.store.seen import Bound
from index.store.vectors import Matrix

# Of a weighted term of a question: its field, itself, its weight.
WeightedTerm = tuple[str, str, float]


class IndexView(Protocol):
    """One state of the generation that answers, as a whole or through a bound."""

    @property
    def catalog(self) -> Catalog:
        """Return the catalog in this state."""
        ...

    @property
    def state(self) -> tuple[int, int]:
        """Return the generation and the revision of its content."""
        ...

    @property
    def is_bounded(self) -> bool:
        """Return True if this is less than the whole."""
        ...

    def within(self, bound: Bound) -> IndexView:
        """Return the same state seen through a bound."""
        ...

    def counts(self) -> tuple[int, int, int]:
        """Return the numbers of documents, articles and passages."""
        ...

    def nearest(self, vector: Matrix, limit: int, article_id: str | None) -> list[Hit]:
        """Return the passages nearest to a query vector (dimensions,), best first, by cosine."""
        ...

    def matching(
        self, terms: Sequence[WeightedTerm], limit: int, article_id: str | None
    ) -> list[Hit]:
        """Return the passages with the highest weighted BM25, best first."""
        ...

    def stored_keys(self) -> tuple[set[str], set[str]]:
        """Return the keys that terms are stored under, and those of the vectors."""
        ...

    def check(self) -> None:
        """Read what is stored. Raises StoreUnusable where it is damaged or away."""
        ...


class Transaction(Protocol):
    """The changes of one run, undone where they are not committed."""

    catalog: CatalogWriter
    changed: bool

    @property
    def embedded(self) -> int:
        """Return how many passages were encoded."""
        ...

    def __enter__(self) -> Self:
        """Begin."""
        ...

    def __exit__(self, *_: object) -> None:
        """Undo what is not committed."""
        ...

    def put_article(
        self, article: Article, position: int, chunks: Sequence[Chunk], told: str = ""
    ) -> None:
        """Store an article in place of any older version; `told` is its hash if it is known."""
        ...

    def remove_article(self, article_id: str) -> None:
        """Remove an article."""
        ...

    def move_article(self, article_id: str, position: int) -> None:
        """Note an unchanged article's place in its file."""
        ...

    def is_worth_writing(self, few: int) -> bool:
        """Return True if `missing` may be asked for while articles still come."""
        ...

    def missing(self) -> list[str]:
        """Return the keys of new passages, which have neither a vector nor terms yet."""
        ...

    def write(self, keys: Sequence[str], fetch: Fetch | None = None) -> None:
        """Store the vectors and terms of some passages; `fetch` may know their vectors."""
        ...

    def commit(self) -> None:
        """Let the changes answer, all at once; those of a new generation once it is switched to."""
        ...

    def clean(self) -> None:
        """Remove what nothing refers to any more."""
        ...


class StoreWriter(Protocol):
    """The one writing side of a store."""

    @property
    def is_up_to_date(self) -> bool:
        """Return True if the current generation was made by the same rules, and need not be new."""
        ...

    def base(self) -> AbstractContextManager[Catalog | None]:
        """Give the catalog of the current generation, if this version can read it."""
        ...

    def old_vectors(self) -> AbstractContextManager[Fetch | None]:
        """Give the vectors of the current generation by their keys, if they are of this model."""
        ...

    def begin(self) -> Transaction:
        """Begin changing the current generation."""
        ...

    def begin_generation(self, *, is_current: bool = True) -> Transaction:
        """Begin a generation beside the current one; `is_current`: by the rules of today."""
        ...

    def switch(self) -> None:
        """Let the new generation answer."""
        ...

    def earlier(self) -> int | None:
        """Return the generation before the current one, if this model and version can read it."""
        ...

    def switch_to(self, number: int) -> None:
        """Let another finished generation answer."""
        ...

    def forget_old(self) -> None:
        """Delete every generation but the current one and the one before it."""
        ...

    def end(self, outcome: str, **counts: object) -> None:
        """Remember how the run ended."""
        ...


class Store(Protocol):
    """The generations of an index, wherever they are kept. Safe to use from any thread."""

    @property
    def name(self) -> str:
        """Return how people call the place, without any secret."""
        ...

    def view(self) -> AbstractContextManager[IndexView | None]:
        """Give one state of the index, the same to whoever asks inside the block.

        None if no generation was made with this model and version.
        """
        ...

    def current(self) -> int:
        """Return the number of the generation that answers; 0 if there is none."""
        ...

    def has_any(self) -> bool:
        """Return True if a finished generation is there, whatever it was made with."""
        ...

    def last_run(self) -> Run | None:
        """Return the latest indexing run that has ended."""
        ...

    def stay(self, doing: str) -> None:
        """Say that this process stays and answers from the store. Raises StoreLocked."""
        ...

    def writing(self, doing: str, *, repair: bool) -> AbstractContextManager[StoreWriter]:
        """Give the writing side. Raises StoreLocked if another process writes."""
        ...

    def probe(self) -> None:
        """Look whether the place can be reached and written. Raises StoreUnusable."""
        ...

    def size(self) -> int:
        """Return the bytes that are taken."""
        ...

    def close(self) -> None:
        """Give files and connections back."""
        ...
