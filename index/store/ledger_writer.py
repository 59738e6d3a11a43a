"""What the writing side of every engine does with the ledger: generations, runs, how they ended."""

from __future__ import annotations

from pathlib import Path

from index.embedder import Embedder
from index.store.checkpoint import EmbeddingCheckpoint
from index.store.encoder import Encoder
from index.store.fingerprint import OTHER_RULES, fingerprint, shape
from index.store.manifest import GenerationEntry, IndexManifest
from index.store.vectors import ChromaAddress


class LedgerWriter:
    """The one writing side of a store, over a ledger that its engine opens."""

    ledger: IndexManifest

    def __init__(
        self, data_dir: Path, embedder: Embedder, place: ChromaAddress | str | None
    ) -> None:
        """Take the model, and what tells the place of the vectors from every other."""
        self._data_dir = data_dir
        self._embedder = embedder
        self._shape = shape(embedder, place)
        self._fingerprint = fingerprint(embedder, place)
        self._run = 0
        self._outcome = "failed"
        self._counts: dict[str, object] = {}
        self._generation = 0

    def _remove(self, number: int) -> None:
        """Delete a generation and forget it; one that cannot go now stays for the next run."""
        raise NotImplementedError

    def _remove_half_made(self) -> None:
        """Delete the generations that were never finished."""
        for entry in self.ledger.generations():
            if not entry.ready:
                self._remove(entry.number)

    @property
    def current(self) -> GenerationEntry | None:
        """Return the generation that answers, if it can be read with this model and schema."""
        entry = self.ledger.generation(self.ledger.current())
        return entry if entry and entry.shape == self._shape else None

    @property
    def is_up_to_date(self) -> bool:
        """Return True if the current generation was made by the same rules, and need not be new."""
        current = self.current
        return current is not None and current.fingerprint == self._fingerprint

    def _encoder(self) -> Encoder:
        model = self._embedder
        checkpoint = EmbeddingCheckpoint(self._data_dir, model.name, model.dimensions)
        return Encoder(model, checkpoint)

    def _begin_run(self) -> int:
        """Write down that a run changes the current generation, and return that one's number."""
        current = self.current
        if current is None:
            raise ValueError("there is no generation to change")
        self._run = self.ledger.begin_run(current.number)
        return current.number

    def _add_generation(self, *, is_current: bool) -> int:
        """Write down that a run begins a generation, and return its number."""
        self._run = self.ledger.begin_run(0)
        made_with = self._fingerprint if is_current else OTHER_RULES
        self._generation = self.ledger.add_generation(made_with, self._embedder.name, self._shape)
        return self._generation

    def switch(self) -> None:
        """Let the new generation answer."""
        self.ledger.switch(self._generation)

    def earlier(self) -> int | None:
        """Return the generation before the current one, if this model and version can read it."""
        current = self.ledger.current()
        entries = [e for e in self.ledger.generations() if e.ready and e.number < current]
        return entries[-1].number if entries and entries[-1].shape == self._shape else None

    def switch_to(self, number: int) -> None:
        """Let another finished generation answer."""
        self.ledger.switch(number)

    def end(self, outcome: str, **counts: object) -> None:
        """Remember how the run ended; it is written down when the lock is given back."""
        self._outcome = outcome
        self._counts = counts

    def forget_old(self) -> None:
        """Delete every generation but the current one and the one before it."""
        current = self.ledger.current()
        older = [e.number for e in self.ledger.generations() if e.number < current]
        newer = [e.number for e in self.ledger.generations() if e.number > current]
        for number in [*older[:-1], *newer]:
            self._remove(number)
