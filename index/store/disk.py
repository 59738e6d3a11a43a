"""What a disk lets us do: room and right to write, and reading where there is neither.

Where nothing can be written, tantivy makes the file for its lock in a folder elsewhere, with links
to the files that it reads.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from index.errors import StoreUnusable
from index.store.lock import unwritable

# The usual folder may be on the same full disk; memory is not.
_ELSEWHERE = (None, "/dev/shm")  # noqa: S108 - a folder of its own is made there
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


def is_writable(folder: Path) -> bool:
    """Return True if there are room and right to write a little into a folder."""
    try:
        probe_folder(folder)
    except StoreUnusable:
        return False
    return True


def stand_in(folder: Path) -> tempfile.TemporaryDirectory[str]:
    """Return a folder with links to another's files, to be read in its place. Raises OSError."""
    refused: OSError | None = None
    for elsewhere in _ELSEWHERE:
        try:
            with contextlib.ExitStack() as unless_made:
                made = tempfile.TemporaryDirectory(prefix="docent-", dir=elsewhere)
                unless_made.callback(made.cleanup)
                for path in folder.absolute().iterdir():
                    if path.suffix != ".lock":
                        (Path(made.name) / path.name).symlink_to(path)
                unless_made.pop_all()
                return made
        except OSError as error:
            refused = error
    raise refused or FileNotFoundError(folder)
