"""One run's changes to a generation: written beside what answers, then committed at once.

The order is what makes a run atomic: vectors and terms first, then the catalog's commit, then
the removal of what nothing refers to any more. The embedded Chroma is not changed in place,
since a process killed while Chroma writes its graph can leave it unreadable: a run works on a
copy, and the commit names the copy.
"""

from __future__ import annotations

import contextlib
import json
import shutil
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np

from index.models import Article, Chunk
from index.store.catalog import Catalog
from index.store.catalog_writer import CatalogWriter
from index.store.encoder import Encoder, Fetch, Texts
from index.store.full_text import FullTextIndex, FullTextWriter
from index.store.generation import Place
from index.store.lock import wrap_file_errors
from index.store.sealing import copy_embedded, manifest
from index.store.sqlite import wrap_errors
from index.store.subprocess_writer import SubprocessVectorWriter
from index.store.vectors import Matrix, Vectors, open_embedded, open_server
from language.terms import FIELDS, index_terms

_ARTICLES_A_COMMIT = 2_000
# Vectors that are handed to Chroma at a time, and how many, new or old, make it worth while that
# a process of its own writes them.
_VECTORS_A_BATCH = 5_000
_MANY = 5_000
_LEAST_WORN = 1_000
# Batches that may wait for the model: it goes on while files are read.
_AHEAD = 8


class IndexTransaction:
    """The changes of one run. Use it as a context manager: what is not committed is undone."""

    def __init__(self, place: Place, run: int, encoder: Encoder, *, fresh: bool = False) -> None:
        """Open the catalog for writing; `fresh` is a generation that nobody reads yet."""
        self._place = place
        self._encoder = encoder
        self._fresh = fresh
        with wrap_errors(place.folder):
            self.catalog = CatalogWriter(place.catalog)
            self._before = Catalog(place.catalog)
        self._version = self.catalog.fact("vectors")
        self._new_version = f"vectors-{run}"
        self._lexicon: FullTextWriter | None = None
        self._vectors: Vectors | SubprocessVectorWriter | None = None
        self._candidates: set[str] = set()
        self._stale: list[str] = []
        self._wanted: dict[str, None] = {}
        self._lost: dict[str, None] = {}
        self._added: list[str] = []
        self._pending: dict[str, Matrix] = {}
        # A thread for the model and one for Chroma: both leave Python free for the terms.
        self._encoding = ThreadPoolExecutor(1, "encoding")
        self._encoded: deque[Future[None]] = deque()
        self._storing = ThreadPoolExecutor(1, "vectors")
        self._stored: Future[None] | None = None
        self._many = False
        self._committed = False
        self._uncommitted = 0
        self._came = 0
        self._asked_up_to = 0
        self.changed = False

    @property
    def embedded(self) -> int:
        """Return how many passages were encoded."""
        return self._encoder.encoded

    def __enter__(self) -> IndexTransaction:
        """Return the draft."""
        return self

    def __exit__(self, *_: object) -> None:
        """Undo what is not committed, and close the stores."""
        self._encoding.shutdown(cancel_futures=True)
        self._storing.shutdown(cancel_futures=True)
        self._before.close()
        self.catalog.close()
        if self._lexicon:
            self._lexicon.close()
        if self._vectors:
            if self._place.chroma and not self._committed and not self._fresh and self._added:
                self._vectors.delete(self._added)
            self._vectors.close()
        if not self._committed and not self._place.chroma:
            shutil.rmtree(self._place.vectors(self._new_version), ignore_errors=True)

    def put_article(
        self, article: Article, position: int, chunks: Sequence[Chunk], told: str = ""
    ) -> None:
        """Store an article in place of any older version of it; `told` is its hash if known."""
        self.remove_article(article.id)
        keys = self.catalog.put_article(article, position, chunks, told)
        if not self._fresh:
            self._wanted.update(dict.fromkeys(keys))
            return
        self._came += len(keys)
        self._uncommitted += 1
        if self._uncommitted >= _ARTICLES_A_COMMIT:
            # Nobody reads it yet, so it need not be one commit, which would take much disk.
            self.catalog.commit()
            self._uncommitted = 0

    def remove_article(self, article_id: str) -> None:
        """Remove an article."""
        self._candidates.update(self.catalog.remove_article(article_id))
        self.changed = True

    def move_article(self, article_id: str, position: int) -> None:
        """Note an unchanged article's place in its file."""
        self.changed = self.catalog.move_article(article_id, position) or self.changed

    def want(self, keys: Sequence[str]) -> None:
        """Ask for passages whose vectors or terms are known to be lost."""
        self._lost.update(dict.fromkeys(keys))

    def drop(self, keys: Sequence[str]) -> None:
        """Delete what a run that was cut off left behind."""
        self._candidates.update(keys)

    def is_worth_writing(self, few: int) -> bool:
        """Return True if `missing` may be asked for while articles still come.

        That is so in a new generation, once it is known to be large, for every `few` passages:
        Chroma then works beside the reading of files.
        """
        return self._came > (few if self._many else _MANY)

    def missing(self) -> list[str]:
        """Return the keys of new passages, which have neither a vector nor terms yet.

        Of a new generation, those that came since it was asked last.
        """
        with wrap_errors(self._place.folder):
            if self._fresh:
                keys, self._asked_up_to = self.catalog.keys_since(self._asked_up_to)
                self._came = 0
            else:
                known = self._before.known(list(self._wanted))
                new = [key for key in self._wanted if key not in known]
                keys = list(dict.fromkeys([*self._lost, *new]))
        self._many = self._many or len(keys) > _MANY
        return keys

    def write(self, keys: Sequence[str], fetch: Fetch | None = None) -> None:
        """Store the vectors and terms of some passages; `fetch` may know their vectors."""
        with wrap_errors(self._place.folder):
            texts = self.catalog.keyed_texts(keys)
        known = [key for key in keys if key in texts]
        self._settle(_AHEAD - 1)
        self._encoded.append(self._encoding.submit(self._take_vectors, known, texts, fetch))
        lexicon = self._open_lexicon()
        for key in known:
            lexicon.add(key, index_terms(*texts[key]), anew=self._fresh)

    def _settle(self, waiting: int = 0) -> None:
        """Wait until the vectors of so many batches are missing. Raises what went wrong."""
        while len(self._encoded) > waiting:
            self._encoded.popleft().result()

    def _take_vectors(self, keys: Sequence[str], texts: Texts, fetch: Fetch | None) -> None:
        """Have passages encoded, and hand the vectors to Chroma now and then."""
        vectors = self._encoder.vectors(keys, texts, fetch)
        self._pending.update((key, vectors[key]) for key in keys)
        if len(self._pending) >= _VECTORS_A_BATCH:
            self._store_pending()

    def _store_pending(self) -> None:
        """Hand the encoded vectors to Chroma, which is slow for few at a time."""
        self._settle_stored()
        pending, self._pending = self._pending, {}
        if pending:
            self._stored = self._storing.submit(self._store, pending)

    def _settle_stored(self) -> None:
        """Wait for Chroma to have what it was handed. Raises what went wrong with it."""
        work, self._stored = self._stored, None
        if work:
            work.result()

    def _store(self, vectors: dict[str, Matrix]) -> None:
        self._added.extend(vectors)
        self._open_vectors().add(list(vectors), np.stack(list(vectors.values())))

    def commit(self) -> None:
        """Let the changes answer, all at once."""
        with wrap_errors(self._place.folder):
            candidates = sorted(self._candidates)
            known = self.catalog.known(candidates)
        self._stale = [key for key in candidates if key not in known]
        self._settle()
        self._store_pending()
        self._settle_stored()
        if self._lexicon:
            self._lexicon.commit()
        if self._fresh and not self._version:
            self._open_vectors()
        if not self._place.chroma:
            self._finish_copy()
        with wrap_errors(self._place.folder):
            if self._place.chroma:
                self.catalog.set_fact("vectors", self._place.collection)
            if self.changed:
                self.catalog.set_counts()
                self.catalog.set_fact("revision", str(self.catalog.revision + 1))
            self.catalog.commit()
        self._committed = True

    def _finish_copy(self) -> None:
        """Complete the copy of the embedded vectors, and name it in the catalog."""
        if self._stale:
            self._open_vectors().delete(self._stale)
            deleted = int(self.catalog.fact("vectors_deleted") or 0)
            self.catalog.set_fact("vectors_deleted", str(deleted + len(self._stale)))
        if not self._vectors:
            return
        vectors, self._vectors = self._vectors, None
        if isinstance(vectors, SubprocessVectorWriter):
            vectors.seal()
        else:
            vectors.close()
        folder = self._place.vectors(self._new_version)
        with wrap_errors(self._place.folder):
            self.catalog.set_fact("vectors", self._new_version)
            self.catalog.set_fact("vectors_files", json.dumps(manifest(folder)))

    def _worn(self) -> bool:
        """Return True if more vectors were deleted than are kept: the graph keeps their places."""
        deleted = int(self.catalog.fact("vectors_deleted") or 0)
        return deleted > max(_LEAST_WORN, self._before.key_count())

    def _refill(self) -> None:
        """Put the vectors of the old graph into a new one."""
        keys = list(self._before.keys())
        with contextlib.closing(self._place.open_vectors(self._version)) as old:
            for start in range(0, len(keys), _VECTORS_A_BATCH):
                held = old.fetch(keys[start : start + _VECTORS_A_BATCH])
                if held and self._vectors:
                    self._vectors.add(list(held), np.stack(list(held.values())))
        self.catalog.set_fact("vectors_deleted", "0")

    def clean(self) -> None:
        """Remove what nothing refers to any more."""
        self._encoder.finish()
        if self._stale:
            lexicon = self._open_lexicon()
            for key in self._stale:
                lexicon.delete(key)
            lexicon.commit()
        if self._place.chroma:
            if self._stale:
                self._open_vectors().delete(self._stale)
        else:
            self._remove_other_versions()

    def _remove_other_versions(self) -> None:
        current = self.catalog.fact("vectors")
        for folder in self._place.folder.glob("vectors-*"):
            if folder.name != current:
                shutil.rmtree(folder, ignore_errors=True)

    def _open_lexicon(self) -> FullTextWriter:
        if self._lexicon is None:
            self._lexicon = FullTextIndex(self._place.lexicon, FIELDS).writer()
        return self._lexicon

    def _open_vectors(self) -> Vectors | SubprocessVectorWriter:
        """Return the vectors that this run may change."""
        if self._vectors:
            return self._vectors
        place = self._place
        if place.chroma:
            self._vectors = open_server(place.chroma, place.collection, create=self._fresh)
            return self._vectors
        folder = place.vectors(self._new_version)
        shutil.rmtree(folder, ignore_errors=True)
        anew = not self._version or self._worn()
        if not anew:
            with wrap_errors(folder), wrap_file_errors(folder):
                copy_embedded(place.vectors(self._version), folder)
        if self._many or self._before.counts()[2] > _MANY:
            name, many = place.collection, self._many
            self._vectors = SubprocessVectorWriter(folder, name, create=anew, many=many)
        else:
            self._vectors = open_embedded(folder, place.collection, create=anew)
        if anew and self._version:
            self._refill()
        return self._vectors
