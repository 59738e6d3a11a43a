"""One run's changes to a generation: written beside what answers, then committed at once.

Terms come first, then the catalog's commit, which takes the vectors too, then the removal of what
nothing refers to any more. The graph over the vectors is no part of it: it is built when a
generation is new, and again once too much came and went since.
"""

from __future__ import annotations

import json
import shutil
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np

from index.errors import StoreUnusable
from index.models import Article, Chunk
from index.store.catalog_writer import CatalogWriter
from index.store.changes import Changes
from index.store.encoder import Encoder, Fetch
from index.store.full_text import FullTextIndex, FullTextWriter
from index.store.generation import Place
from index.store.graph import GraphBuilder, GraphProcess, sizes_of
from index.store.lock import wrap_file_errors
from index.store.sqlite import wrap_errors
from index.store.vectors import Matrix, Vectors, open_server
from language.terms import FIELDS, index_terms

_ARTICLES_A_COMMIT = 2_000
# How many vectors make it worth while that a process of its own builds their graph, and how many
# it takes at a time.
_MANY = 5_000
# The graph is built again once more vectors came and went since than this, and than this share.
_LEAST_DUE, _SHARE_DUE = 1_000, 20
# Batches that may wait for the model: it goes on while files are read.
_AHEAD = 8


class IndexTransaction(Changes):
    """The changes of one run. Use it as a context manager: what is not committed is undone."""

    def __init__(self, place: Place, run: int, encoder: Encoder, *, fresh: bool = False) -> None:
        """Open the catalog for writing; `fresh` is a generation that nobody reads yet."""
        self._place = place
        with wrap_errors(place.folder):
            super().__init__(CatalogWriter(place.catalog), encoder, fresh=fresh)
        self._new_version = f"vectors-{run}"
        self._lexicon: FullTextWriter | None = None
        self._graph: GraphBuilder | GraphProcess | None = None
        self._server: Vectors | None = None
        self._sent: list[str] = []
        self._stale: list[str] = []
        self._lost: dict[str, None] = {}
        # A thread for the model, which leaves Python free for the terms.
        self._encoding = ThreadPoolExecutor(1, "encoding")
        self._encoded: deque[Future[dict[str, Matrix]]] = deque()
        self._many = False
        self._committed = False
        self._uncommitted = 0
        self._unbuilt = 0

    def __enter__(self) -> IndexTransaction:
        """Return the draft."""
        return self

    def __exit__(self, *_: object) -> None:
        """Undo what is not committed, and close the stores."""
        self._encoding.shutdown(cancel_futures=True)
        self.catalog.close()
        if self._graph:
            self._graph.close()
            shutil.rmtree(self._place.vectors(self._new_version), ignore_errors=True)
        if self._lexicon:
            self._lexicon.close()
        if self._server:
            if not self._committed and not self._fresh and self._sent:
                self._server.delete(self._sent)
            self._server.close()

    def put_article(
        self, article: Article, position: int, chunks: Sequence[Chunk], told: str = ""
    ) -> None:
        """Store an article in place of any older version of it; `told` is its hash if known."""
        super().put_article(article, position, chunks, told)
        self._uncommitted += 1
        if self._fresh and self._uncommitted >= _ARTICLES_A_COMMIT:
            self._commit_part()

    def _commit_part(self) -> None:
        """Commit a part of a new generation: nobody reads it yet, and its log stays small."""
        self.catalog.commit()
        self._uncommitted = 0

    def is_worth_writing(self, few: int) -> bool:
        """Return True if `missing` may be asked for while articles still come.

        That is so in a new generation, once it is known to be large, for every `few` passages:
        the graph is then built beside the reading of files.
        """
        return self._fresh and self._came > (few if self._many else _MANY)

    def missing(self) -> list[str]:
        """Return the keys of new passages, and of those whose terms are lost."""
        with wrap_errors(self._place.folder):
            keys = list(dict.fromkeys([*self._lost, *super().missing()]))
        self._many = self._many or len(keys) > _MANY
        return keys

    def write(self, keys: Sequence[str], fetch: Fetch | None = None) -> None:
        """Store the vectors and terms of some passages; `fetch` may know their vectors."""
        with wrap_errors(self._place.folder):
            texts = self.catalog.keyed_texts(keys)
            known = [key for key in keys if key in texts]
            held = self._table.having(known) if self._lost else set()
        wanted = [key for key in known if key not in held]
        self._settle(_AHEAD - 1)
        self._encoded.append(self._encoding.submit(self._encoder.vectors, wanted, texts, fetch))
        lexicon = self._open_lexicon()
        for key in known:
            lexicon.add(key, index_terms(*texts[key]), anew=self._fresh)

    def _settle(self, waiting: int = 0) -> None:
        """Store the vectors that are there, until so many batches are missing."""
        while len(self._encoded) > waiting:
            vectors = self._encoded.popleft().result()
            with wrap_errors(self._place.folder):
                self._table.put(vectors)
                self._unbuilt += len(vectors)
                if self._fresh and self._unbuilt >= _MANY and not self._place.chroma:
                    self._commit_part()
                    self._open_graph().more()
                    self._unbuilt = 0

    def commit(self) -> None:
        """Let the changes answer, all at once."""
        with wrap_errors(self._place.folder):
            self._stale = self._unreferenced()
        self._settle()
        if self._lexicon:
            self._lexicon.commit()
        with wrap_errors(self._place.folder):
            self._table.remove(self._stale)
            if self._place.chroma:
                self._send()
            elif self._fresh:
                self._commit_part()
                self._build()
            if self.changed:
                self.catalog.set_counts()
                self.catalog.set_fact("revision", str(self.catalog.revision + 1))
            self.catalog.commit()
        self._committed = True

    def _send(self) -> None:
        """Give the server what came since, before anybody reads of it."""
        last = int(self.catalog.fact("vectors_to") or 0)
        while True:
            keys, rows, last = self._table.after(last, _MANY)
            if keys or self._fresh:
                self._sent += keys
                self._open_server().add(keys, rows)
            if not keys:
                break
        self.catalog.set_fact("vectors", self._place.collection)
        self.catalog.set_fact("vectors_to", str(last))

    def _open_server(self) -> Vectors:
        if self._server is None:
            assert self._place.chroma is not None  # noqa: S101 - asked before
            address, name = self._place.chroma, self._place.collection
            self._server = open_server(address, name, create=self._fresh)
        return self._server

    def _open_graph(self) -> GraphBuilder | GraphProcess:
        if self._graph is None:
            folder = self._place.vectors(self._new_version)
            shutil.rmtree(folder, ignore_errors=True)
            kind = GraphProcess if self._table.count() >= _MANY else GraphBuilder
            self._graph = kind(self._place.catalog, folder, self._place.collection)
        return self._graph

    def _build(self) -> None:
        """Build the graph of all that is committed, and name it in the catalog."""
        folder = self._place.vectors(self._new_version)
        with wrap_file_errors(folder):
            last = self._open_graph().finish()
            if self._graph:
                self._graph.close()
            self._graph = None
            self.catalog.set_fact("vectors", self._new_version)
            self.catalog.set_fact("vectors_to", str(last))
            self.catalog.set_fact("vectors_size", str(self._table.count()))
            self.catalog.set_fact("vectors_files", json.dumps(sizes_of(folder)))

    def _is_due(self) -> bool:
        """Return True if the graph lost a file, or so much came and went since that it pays."""
        try:
            self._place.check_graph(self.catalog)
        except StoreUnusable:
            return True
        built, last = (int(self.catalog.fact(f"vectors_{of}") or 0) for of in ("size", "to"))
        kept = self._table.count(last)
        count = self._table.count()
        return (built - kept) + (count - kept) > max(_LEAST_DUE, count // _SHARE_DUE)

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
                self._open_server().delete(self._stale)
            return
        with wrap_errors(self._place.folder):
            if self._is_due():
                self._build()
                self.catalog.commit()
            current = self.catalog.fact("vectors")
        for folder in self._place.folder.glob("vectors-*"):
            if folder.name != current:
                shutil.rmtree(folder, ignore_errors=True)

    def heal(self) -> None:
        """Make terms and graph agree with the catalog again after a run that was cut off."""
        known = set(self.catalog.keys())
        stored = FullTextIndex(self._place.lexicon, FIELDS).keys()
        self._candidates.update(stored - known)
        self._lost = dict.fromkeys(sorted(known - stored))
        if self._place.chroma:
            held = self._open_server().keys()
            self._candidates.update(held - known)
            missing = list(known - held)
            for start in range(0, len(missing), _MANY):
                vectors = self._table.fetch(missing[start : start + _MANY])
                self._open_server().add(list(vectors), np.stack(list(vectors.values())))

    def _open_lexicon(self) -> FullTextWriter:
        if self._lexicon is None:
            self._lexicon = FullTextIndex(self._place.lexicon, FIELDS).writer()
        return self._lexicon
