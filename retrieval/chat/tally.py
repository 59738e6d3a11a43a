"""What the chat model did since the start, counted for metrics and for `docent eval`."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class GenerationCounts:
    """Calls, proved sentences, tokens as the server counted them; the rest by reason.

    `used_share` is the share of the last `replies` of which something was used.
    """

    calls: int = 0
    sentences: int = 0
    tokens_read: int = 0
    tokens_written: int = 0
    dropped: Mapping[str, int] = field(default_factory=dict)
    failures: Mapping[str, int] = field(default_factory=dict)
    replies: int = 0
    used_share: float = 1.0

    @property
    def dropped_share(self) -> float:
        """Return the share of the sentences written that were dropped, 0 to 1."""
        dropped = sum(self.dropped.values())
        return dropped / (dropped + self.sentences) if dropped else 0.0


class Tally:
    """Count from any thread."""

    def __init__(self) -> None:
        """Begin at zero."""
        self._lock = threading.Lock()
        self._plain: Counter[str] = Counter()
        self._dropped: Counter[str] = Counter()
        self._failures: Counter[str] = Counter()

    def add(
        self, *, calls: int = 0, sentences: int = 0, tokens_read: int = 0, tokens_written: int = 0
    ) -> None:
        """Add to the plain counts."""
        with self._lock:
            self._plain["calls"] += calls
            self._plain["sentences"] += sentences
            self._plain["tokens_read"] += tokens_read
            self._plain["tokens_written"] += tokens_written

    def drop(self, reasons: Mapping[str, int]) -> None:
        """Count dropped sentences by reason."""
        with self._lock:
            self._dropped.update(reasons)

    def fail(self, cause: str) -> None:
        """Count one reply that could not be given."""
        with self._lock:
            self._failures[cause] += 1

    def counts(self, replies: int = 0, used_share: float = 1.0) -> GenerationCounts:
        """Return what was counted so far, with the use of the last replies."""
        with self._lock:
            plain = {name: self._plain[name] for name in ("calls", "sentences")}
            tokens = {name: self._plain[name] for name in ("tokens_read", "tokens_written")}
            return GenerationCounts(
                **plain, **tokens, dropped=dict(self._dropped), failures=dict(self._failures),
                replies=replies, used_share=used_share,
            )  # fmt: skip
