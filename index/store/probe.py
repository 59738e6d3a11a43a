"""Look whether the stores can be written and read before somebody asks."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from index.store.lock import unwritable

_PROBE_BYTES = 1 << 16


def probe_folder(folder: Path) -> None:
    """Write a little into the data folder. Raises StoreUnusable if there is no room or right."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"\0" * _PROBE_BYTES)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise unwritable(folder, error) from error


def size_of(folder: Path) -> int:
    """Return the bytes of all files below a folder."""
    sizes = []
    for path in folder.rglob("*"):
        try:
            sizes.append(path.stat().st_size if path.is_file() else 0)
        except FileNotFoundError:
            # A run has just removed it.
            continue
    return sum(sizes)
