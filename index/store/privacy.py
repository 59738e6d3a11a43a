"""Keep the data folder for its owner alone: it holds what people asked and restricted documents."""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path

from index.store.manifest import LEDGER

# What tells a data folder from any other that somebody named by mistake.
_OURS = (LEDGER, "bot.sqlite3", "access-rules.sqlite3", "writer.lock", "resident.lock")
_OTHERS = 0o077


def is_open(path: Path) -> bool:
    """Return True where others than its owner may look into a file or folder."""
    if os.name == "nt":
        # Rights are kept otherwise there.
        return False
    try:
        return bool(path.stat().st_mode & _OTHERS)
    except OSError:
        return False


def make_private(data_dir: Path) -> None:
    """Take the rights of all but the owner from a data folder, empty or ours, and from all in it.

    What belongs to another user is left as it is.
    """
    if not is_open(data_dir) or not _is_ours(data_dir):
        return
    if data_dir.stat().st_mode & stat.S_ISVTX:
        # Such as /tmp, which is everybody's.
        return
    for folder, names, files in os.walk(data_dir):
        for name in (*names, *files):
            _tighten(Path(folder) / name)
    # The folder itself comes last: until then this is tried at every start.
    _tighten(data_dir)


def _is_ours(data_dir: Path) -> bool:
    try:
        names = os.listdir(data_dir)
    except OSError:
        return False
    return not names or any(name in names for name in _OURS)


def _tighten(path: Path) -> None:
    with contextlib.suppress(OSError):
        mode = path.lstat().st_mode
        if mode & _OTHERS and not stat.S_ISLNK(mode):
            path.chmod(stat.S_IMODE(mode) & ~_OTHERS)
