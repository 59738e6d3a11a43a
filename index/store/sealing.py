"""Finished folders of embedded vectors: complete on disk, copied whole, checked before use."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from collections.abc import Mapping
from pathlib import Path

from index.errors import StoreUnusable
from index.store.vectors import ALWAYS_REWRITE, open_embedded

_DATABASE = "chroma.sqlite3"


def seal(folder: Path, name: str) -> None:
    """Write to disk what a collection that rewrites its graph seldom has in its log alone.

    An opening that replays the rest of the log does it, once the threshold is at its least.
    """
    with contextlib.closing(open_embedded(folder, name)) as vectors:
        vectors.rewrite_after(ALWAYS_REWRITE)
    with contextlib.closing(open_embedded(folder, name)) as vectors:
        vectors.count()


def copy_embedded(source: Path, target: Path) -> None:
    """Copy a sealed collection while others read it. Raises OSError, sqlite3.Error."""
    shutil.copytree(source, target, ignore=lambda _, names: [n for n in names if _DATABASE in n])
    # Readers write into the database, if only that they were there: it is copied as one state.
    with (
        contextlib.closing(sqlite3.connect(source / _DATABASE)) as old,
        contextlib.closing(sqlite3.connect(target / _DATABASE)) as new,
    ):
        old.backup(new)


def manifest(folder: Path) -> dict[str, int]:
    """Return the size of every file of a sealed collection."""
    return {
        str(path.relative_to(folder)): path.stat().st_size
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def check_manifest(folder: Path, sizes: Mapping[str, int]) -> None:
    """Compare a sealed collection's files with their manifest. Raises StoreUnusable.

    Chroma loads its graph unchecked, and a file that is cut short can end the process. Its
    database may grow: every opening notes itself there.
    """
    for name, size in sizes.items():
        try:
            found = (folder / name).stat().st_size
        except FileNotFoundError:
            # A run may have just replaced the folder, and removed it.
            found = -1
        if found < size or (found > size and name != _DATABASE):
            reason = f"{name} has {found} bytes instead of {size}" if found >= 0 else f"no {name}"
            raise StoreUnusable("errors.vectors_unusable", where=str(folder), reason=reason)
