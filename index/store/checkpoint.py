"""Encoded vectors set aside while a run goes on, so that one that is cut off need not begin anew.

Only slow models are worth it. A record is a passage's key and the checksum of its row; the rows
stand in a second file. Both only grow, so a killed process leaves at most a last record in pieces.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from index.store.lock import wrap_file_errors
from index.store.vectors import Matrix

_KEY_BYTES = 24
_RECORD_BYTES = _KEY_BYTES + 4


class EmbeddingCheckpoint:
    """The vectors of one model that no finished run has taken over yet."""

    def __init__(self, folder: Path, model: str, dimensions: int) -> None:
        """Find what an earlier run left, if it was of the same model."""
        name = hashlib.blake2b(f"{model}|{dimensions}".encode(), digest_size=8).hexdigest()
        self._folder = folder
        self._records = folder / f"encoded-{name}.keys"
        self._rows = folder / f"encoded-{name}.rows"
        self._dimensions = dimensions
        self._places: dict[str, tuple[int, int]] | None = None
        self._count = 0

    @property
    def _row_bytes(self) -> int:
        return 4 * self._dimensions

    def _found(self) -> dict[str, tuple[int, int]]:
        """Return the place and checksum of every key that is whole."""
        if self._places is None:
            self._places = {}
            with wrap_file_errors(self._folder):
                if self._records.exists() and self._rows.exists():
                    self._count = self._cut_to_whole()
                    records = self._records.read_bytes()
                    for place in range(self._count):
                        record = records[place * _RECORD_BYTES : (place + 1) * _RECORD_BYTES]
                        check = int.from_bytes(record[_KEY_BYTES:], "little")
                        self._places[record[:_KEY_BYTES].decode("ascii", "replace")] = place, check
        return self._places

    def _cut_to_whole(self) -> int:
        """Cut off a last record in pieces; return how many are whole."""
        count = min(
            self._records.stat().st_size // _RECORD_BYTES,
            self._rows.stat().st_size // self._row_bytes,
        )
        for path, size in ((self._records, _RECORD_BYTES), (self._rows, self._row_bytes)):
            with path.open("r+b") as file:
                file.truncate(count * size)
        return count

    def fetch(self, keys: Sequence[str]) -> dict[str, Matrix]:
        """Return the vectors of those keys that were set aside and are unharmed."""
        places = self._found()
        wanted = [key for key in keys if key in places]
        found: dict[str, Matrix] = {}
        if wanted:
            with wrap_file_errors(self._folder), self._rows.open("rb") as file:
                for key in wanted:
                    place, check = places[key]
                    file.seek(place * self._row_bytes)
                    row = file.read(self._row_bytes)
                    if zlib.crc32(row) == check:
                        found[key] = np.frombuffer(row, dtype="<f4").astype(np.float32)
        return found

    def append(self, keys: Sequence[str], vectors: Matrix) -> None:
        """Set vectors (n, dimensions) aside."""
        places = self._found()
        rows = [row.tobytes() for row in vectors.astype("<f4")]
        checks = [zlib.crc32(row) for row in rows]
        with wrap_file_errors(self._folder):
            with self._rows.open("ab") as file:
                file.write(b"".join(rows))
            with self._records.open("ab") as file:
                pairs = zip(keys, checks, strict=True)
                file.write(b"".join(k.encode() + c.to_bytes(4, "little") for k, c in pairs))
        for key, check in zip(keys, checks, strict=True):
            places[key] = self._count, check
            self._count += 1

    def clear(self) -> None:
        """Delete what is set aside, of this model and of any other."""
        with wrap_file_errors(self._folder):
            for path in self._folder.glob("encoded-*.*"):
                path.unlink(missing_ok=True)
        self._places, self._count = None, 0
