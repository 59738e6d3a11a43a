"""Read stores on a disk that is full or for reading alone: their engines write a little even then.

Chroma notes itself in its database when it opens one, and tantivy makes a file for a lock. They do
so in a folder elsewhere, with links to what is large.
"""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from pathlib import Path

from index.errors import StoreUnusable
from index.store.probe import probe_folder

# The usual folder may be on the same full disk; memory is not.
_ELSEWHERE = (None, "/dev/shm")  # noqa: S108 - a folder of its own is made there


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
