"""What one run changes, whatever the engine: its articles, and which passages are new or gone."""

from __future__ import annotations

from collections.abc import Sequence

from index.models import Article, Chunk
from index.store.catalog_writer import CatalogWriter
from index.store.encoder import Encoder
from index.store.vector_table import VectorTable


class Changes:
    """The changes of one run to a catalog, before they are committed."""

    def __init__(self, catalog: CatalogWriter, encoder: Encoder, *, fresh: bool) -> None:
        """Take the catalog that changes; `fresh` is a generation that nobody reads yet."""
        self.catalog = catalog
        self.changed = False
        self._table = VectorTable(catalog)
        self._encoder = encoder
        self._fresh = fresh
        self._candidates: set[str] = set()
        self._wanted: dict[str, None] = {}
        self._came = 0
        self._asked_up_to = 0

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
        if not self._fresh:
            self._wanted.update(dict.fromkeys(keys))

    def remove_article(self, article_id: str) -> None:
        """Remove an article."""
        self._candidates.update(self.catalog.remove_article(article_id))
        self.changed = True

    def move_article(self, article_id: str, position: int) -> None:
        """Note an unchanged article's place in its file."""
        self.changed = self.catalog.move_article(article_id, position) or self.changed

    def missing(self) -> list[str]:
        """Return the keys of new passages, which have neither a vector nor terms yet.

        Of a new generation, those that came since it was asked last.
        """
        self._came = 0
        if self._fresh:
            keys, self._asked_up_to = self.catalog.keys_since(self._asked_up_to)
            return keys
        held = self._table.having(list(self._wanted))
        return [key for key in self._wanted if key not in held]

    def _unreferenced(self) -> list[str]:
        """Return the keys that articles left behind and no other has."""
        candidates = sorted(self._candidates)
        known = self.catalog.known(candidates)
        return [key for key in candidates if key not in known]
