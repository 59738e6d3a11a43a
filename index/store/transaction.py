"""One run's changes to a generation: written beside what answers, then committed at once.

Terms come first, then the catalog's commit, which takes the vectors too, then the removal of what
nothing refers to any more. So terms, and vectors on a server, are those of all passages and perhaps
more, which a run that was cut off has left: by their number they are found and removed. The graph
over the vectors is no part of it: it is built when a generation is new, and again once too much
came and went since.
"""

from __future__ import annotations

import contextlib
import json
import logging
import secrets
import shutil
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cached_property

from index.encoders.transformer import Matrix
from index.errors import StoreUnusable
from index.store.catalog_writer import CatalogWriter
from index.store.encoder import Encoder, Fetch, Texts
from index.store.engine_writer import Switch, Transaction
from index.store.full_text import FullTextIndex, FullTextWriter
from index.store.generation import Place
from index.store.graph import GraphBuilder, GraphProcess, sizes_of
from index.store.lock import wrap_file_errors
from index.store.sqlite import wrap_errors
from index.store.vectors import Vectors, open_server
from language.terms import index_terms

# How many vectors are committed at a time in a new generation, and make it worth while that a
# process of its own builds their graph.
_MANY = 5_000
# The graph is built again once more vectors came and went since than this, and than this share.
_LEAST_DUE, _SHARE_DUE = 1_000, 20
# Batches that may wait for the model: it goes on while files are read.
_AHEAD = 8

_log = logging.getLogger(__name__)


class EmbeddedTransaction(Transaction):
    """The changes of one run. Use it as a context manager: what is not committed is undone."""

    def __init__(self, place: Place, encoder: Encoder, switch: Switch | None) -> None:
        """Open the catalog for writing; `switch` lets one answer that nobody reads yet."""
        super().__init__(CatalogWriter(place.catalog), encoder, switch)
        self._place = place
        with contextlib.ExitStack() as unless_opened:
            unless_opened.callback(self.catalog.close)
            self._terms = self._open_terms()
            unless_opened.pop_all()
        self._lexicon: FullTextWriter | None = None
        self._graph: GraphBuilder | GraphProcess | None = None
        self._graph_folder = place.folder / f"vectors-{secrets.token_hex(4)}"
        self._stale: list[str] = []
        # A thread for the model, which leaves Python free for the terms.
        self._encoding = ThreadPoolExecutor(1, "encoding")
        self._encoded: deque[Future[dict[str, Matrix]]] = deque()
        self._unbuilt = 0

    def _open_terms(self) -> FullTextIndex:
        """Open the terms; damaged ones are first made again from the texts in the catalog."""
        try:
            terms = FullTextIndex(self._place.lexicon)
            terms.check(self.catalog.vector_count())
        except StoreUnusable as error:
            if error.key != "errors.search_index_broken":
                raise
            _log.warning("made again from the catalog: %s", error)
        else:
            return terms
        fresh, old = (self._place.folder / f"lexicon-{which}" for which in ("new", "old"))
        for left in (fresh, old):
            shutil.rmtree(left, ignore_errors=True)
        FullTextIndex.create(fresh)
        with contextlib.closing(FullTextIndex(fresh).writer()) as writer:
            keys, _ = self.catalog.keys_since()
            for start in range(0, len(keys), _MANY):
                texts = self.catalog.keyed_texts(keys[start : start + _MANY])
                for key in keys[start : start + _MANY]:
                    writer.add(key, index_terms(*texts[key]), anew=True)
            writer.commit()
        # Readers find no folder only between these two, however large the old one is.
        with contextlib.suppress(FileNotFoundError):
            self._place.lexicon.rename(old)
        fresh.rename(self._place.lexicon)
        shutil.rmtree(old, ignore_errors=True)
        return FullTextIndex(self._place.lexicon)

    def __exit__(self, *_: object) -> None:
        """Undo what is not committed, and close the stores."""
        self._encoding.shutdown(cancel_futures=True)
        self.catalog.close()
        if self._graph:
            self._graph.close()
            shutil.rmtree(self._graph_folder, ignore_errors=True)
        if self._lexicon:
            self._lexicon.close()
        if "_server" in self.__dict__:
            self._server.close()

    def _write(self, keys: Sequence[str], texts: Texts, fetch: Fetch | None) -> None:
        self._settle(_AHEAD - 1)
        self._encoded.append(self._encoding.submit(self._encoder.vectors, keys, texts, fetch))
        lexicon = self._open_lexicon()
        for key in keys:
            lexicon.add(key, index_terms(*texts[key]), anew=bool(self._switch))

    def _settle(self, waiting: int = 0) -> None:
        """Store the vectors that are there, until so many batches are missing."""
        while len(self._encoded) > waiting:
            vectors = self._encoded.popleft().result()
            self.catalog.put_vectors(vectors)
            self._unbuilt += len(vectors)
            if self._switch and self._unbuilt >= _MANY:
                # Nobody reads it yet, its log stays small, and the graph grows beside the reading.
                self.catalog.commit()
                self._unbuilt = 0
                if not self._place.chroma:
                    self._open_graph().more()

    def commit(self) -> None:
        """Let the changes answer, all at once; a new generation takes the place of the old."""
        self._stale = self._unreferenced()
        self._settle()
        if self._lexicon:
            self._lexicon.commit()
        self.catalog.remove_vectors(self._stale)
        if self._place.chroma:
            self._send()
        elif self._switch:
            self.catalog.commit()
            self._build()
        if self._changed:
            self.catalog.set_counts()
            self.catalog.set_fact("revision", str(self.catalog.revision + 1))
        self.catalog.commit()
        if self._switch:
            self._switch()

    def _send(self) -> None:
        """Give the server what came since, before anybody reads of it."""
        server = self._server
        last = int(self.catalog.fact("vectors_to") or 0)
        keys, rows, last = self.catalog.vectors_after(last, _MANY)
        while keys:
            server.add(keys, rows)
            keys, rows, last = self.catalog.vectors_after(last, _MANY)
        self.catalog.set_fact("vectors", self._place.collection)
        self.catalog.set_fact("vectors_to", str(last))

    @cached_property
    def _server(self) -> Vectors:
        assert self._place.chroma is not None  # noqa: S101 - asked before
        return open_server(self._place.chroma, self._place.collection, create=bool(self._switch))

    def _open_lexicon(self) -> FullTextWriter:
        if self._lexicon is None:
            self._lexicon = self._terms.writer()
        return self._lexicon

    def _open_graph(self) -> GraphBuilder | GraphProcess:
        if self._graph is None:
            kind = GraphProcess if self.catalog.vector_count() >= _MANY else GraphBuilder
            self._graph = kind(self._place.catalog, self._graph_folder, self._place.collection)
        return self._graph

    def _build(self) -> None:
        """Build the graph of all that is committed, and name it in the catalog."""
        last = self._open_graph().finish()
        if self._graph:
            self._graph.close()
        self._graph = None
        self.catalog.set_fact("vectors", self._graph_folder.name)
        self.catalog.set_fact("vectors_to", str(last))
        self.catalog.set_fact("vectors_size", str(self.catalog.vector_count()))
        self.catalog.set_fact("vectors_files", json.dumps(sizes_of(self._graph_folder)))

    def _is_due(self) -> bool:
        """Return True if the graph lost a file, or so much came and went since that it pays."""
        try:
            self._place.check_graph(self.catalog)
        except StoreUnusable:
            return True
        built, last = (int(self.catalog.fact(f"vectors_{of}") or 0) for of in ("size", "to"))
        kept = self.catalog.vector_count(last)
        count = self.catalog.vector_count()
        return (built - kept) + (count - kept) > max(_LEAST_DUE, count // _SHARE_DUE)

    def clean(self) -> None:
        """Remove what nothing refers to any more. Raises StoreUnusable."""
        super().clean()
        with wrap_errors(self._place.folder), wrap_file_errors(self._place.folder):
            if gone := self._left(self._terms):
                lexicon = self._open_lexicon()
                lexicon.delete(gone)
                lexicon.commit()
            if self._place.chroma:
                if gone := self._left(self._server):
                    self._server.delete(gone)
                return
            if self._is_due():
                self._build()
                self.catalog.commit()
            current = self.catalog.fact("vectors")
        for folder in self._place.folder.glob("vectors-*"):
            if folder.name != current:
                shutil.rmtree(folder, ignore_errors=True)

    def _left(self, stored: FullTextIndex | Vectors) -> list[str]:
        """Return the keys that no passage has any more, also those that an earlier run has left."""
        if stored.count() == self.catalog.vector_count() + len(self._stale):
            return self._stale
        return sorted(stored.keys() - set(self.catalog.keys()))
