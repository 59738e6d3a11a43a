"""What a disk lets us do: room and right to write, and reading where there is neither.

Chroma notes itself in its database when it opens one, and tantivy makes a file for a lock. Where
nothing can be written they do so in a folder elsewhere, with links to what is large.
"""

from __future__ import annotations

import contextlib
import os
import shutil
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


def stand_in(folder: Path, *, copied: bool) -> tempfile.TemporaryDirectory[str]:
    """Return a folder that is read in place of another: its files are `copied`, or linked.

    Raises OSError.
    """
    refused: OSError | None = None
    for elsewhere in _ELSEWHERE:
        try:
            with contextlib.ExitStack() as unless_made:
                made = tempfile.TemporaryDirectory(prefix="docent-", dir=elsewhere)
                unless_made.callback(made.cleanup)
                for path in folder.absolute().iterdir():
                    target = Path(made.name) / path.name
                    if copied and path.is_file():
                        shutil.copyfile(path, target)
                    elif path.suffix != ".lock":
                        target.symlink_to(path, target_is_directory=path.is_dir())
                unless_made.pop_all()
                return made
        except OSError as error:
            refused = error
    raise refused or FileNotFoundError(folder)
