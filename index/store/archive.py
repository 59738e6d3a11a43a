"""Read a backup file: check its manifest, unpack it beside the data and look that it can answer.

The file is a tar archive. Its first member, `manifest.json`, names every other one with its
size and hash; nothing that it does not name is ever unpacked.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import shutil
import sqlite3
import tarfile
import unicodedata
import zlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from index.errors import BackupUnusable
from index.store.manifest import GENERATIONS, LEDGER
from index.store.sqlite import connect_immutable

FORMAT = 1
MANIFEST = "manifest.json"
DATABASES = (".db", ".sqlite3")
_LONGEST_MANIFEST = 64 * 1024 * 1024
_BLOCK = 1 << 20
# What file systems take for one name, and for a whole path with the data folder before it.
_LONGEST_PART, _LONGEST_NAME = 255, 1_000
# What is left free beside the unpacked files.
_ROOM_LEFT = 16 * 1024 * 1024
# What reading an archive raises that is none, or holds something else than a backup.
_NONSENSE = (
    *(tarfile.TarError, zlib.error, EOFError, MemoryError, RecursionError),
    *(ValueError, LookupError, TypeError, AttributeError, ArithmeticError),
)
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds; `generation` is 0 where there was no index yet."""

    made: str
    generation: int
    files: int
    size_bytes: int


def summary(manifest: dict[str, Any]) -> Backup:
    """Return what a manifest says in short."""
    sizes = [entry["size"] for entry in manifest["files"].values()]
    return Backup(manifest["made"], manifest["generation"], len(sizes), sum(sizes))


def unpacked(source: Path, staging: Path) -> dict[str, Any]:
    """Write the files of an archive below a folder, and return its manifest.

    Raises BackupUnusable unless every file is there as it was packed and the databases open.
    """
    try:
        with tarfile.open(source, "r:*") as archive:
            manifest = _manifest(archive, source)
            _check_room(manifest, staging)
            missing = dict(manifest["files"])
            while member := archive.next():
                wanted = missing.pop(member.name, None)
                if wanted is None:
                    raise _damaged(source, f"{member.name!r} is not in its manifest")
                _extract(archive, member, staging, wanted, source)
    except _NONSENSE as error:
        raise _damaged(source, type(error).__name__) from error
    except OSError as error:
        # What is wrong with the data folder is told by the caller; the archive's is told here.
        elsewhere = error.filename is not None and Path(error.filename) != source
        if elsewhere or error.errno in _NO_ROOM:
            raise
        raise _damaged(source, error.strerror or type(error).__name__) from error
    if missing:
        raise _damaged(source, f"{len(missing)} files are missing")
    _check_databases(manifest, staging, source)
    return manifest


def _manifest(archive: tarfile.TarFile, source: Path) -> dict[str, Any]:
    """Read the first member. Raises BackupUnusable where it is of no version that is known."""
    first = archive.next()
    if first is None or first.name != MANIFEST or first.size > _LONGEST_MANIFEST:
        raise _damaged(source, f"no {MANIFEST}")
    file = archive.extractfile(first)
    manifest: dict[str, Any] = json.loads(file.read()) if file else {}
    if int(manifest["format"]) > FORMAT:
        raise BackupUnusable("operations.backup_newer", path=source)
    manifest["generation"] = int(manifest["generation"])
    manifest["made"] = datetime.fromisoformat(manifest["made"]).isoformat(timespec="seconds")
    files: dict[str, Any] = manifest["files"]
    folders = {parent.as_posix() for name in files for parent in PurePosixPath(name).parents}
    for name, entry in files.items():
        if not _is_known(name) or name in folders:
            raise _damaged(source, f"{name!r} leads elsewhere")
        entry["size"] = int(entry["size"])
        if entry["size"] < 0 or not isinstance(entry["sha256"], str):
            raise _damaged(source, f"{name!r} has no size or hash")
    _check_whole(manifest, source)
    return manifest


def _is_known(name: str) -> bool:
    """Return True for a name that can be a database's or a file's of a generation."""
    path = PurePosixPath(name)
    if path.as_posix() != name or path.is_absolute() or ".." in path.parts or "\\" in name:
        return False
    # Cc and Cs: what drives a terminal, and halves of characters, which no file system takes.
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in name):
        return False
    if len(name.encode()) > _LONGEST_NAME:
        return False
    if any(len(part.encode()) > _LONGEST_PART for part in path.parts):
        return False
    if path.parts[0] == GENERATIONS:
        return len(path.parts) > 2 and path.parts[1].isascii() and path.parts[1].isdigit()
    return len(path.parts) == 1 and path.suffix in DATABASES


def _check_whole(manifest: dict[str, Any], source: Path) -> None:
    """Raise BackupUnusable where the manifest names no index that could answer.

    A backup of a bot that has no index yet is whole without one.
    """
    files, generation = manifest["files"], manifest["generation"]
    if not files:
        raise _damaged(source, "it holds no file")
    catalog = f"{GENERATIONS}/{generation}/catalog.db"
    wanted = [LEDGER, catalog] if generation else []
    if absent := [name for name in wanted if name not in files]:
        raise _damaged(source, f"no {absent[0]}")
    if not generation and any(name.startswith(f"{GENERATIONS}/") for name in files):
        raise _damaged(source, "it names no generation of its index")


def _check_room(manifest: dict[str, Any], folder: Path) -> None:
    needed = sum(entry["size"] for entry in manifest["files"].values()) + _ROOM_LEFT
    free = shutil.disk_usage(folder).free
    if needed > free:
        megabytes = {"needed": -(-needed // 1_000_000), "free": free // 1_000_000}
        raise BackupUnusable("operations.restore_room", folder=folder.parent, **megabytes)


def _extract(
    archive: tarfile.TarFile,
    member: tarfile.TarInfo,
    staging: Path,
    wanted: dict[str, Any],
    source: Path,
) -> None:
    """Write one file to disk, and check it while it is written."""
    file = archive.extractfile(member) if member.isreg() else None
    if file is None or member.size != wanted["size"]:
        raise _damaged(source, f"{member.name!r} is not the file that was packed")
    target = staging / member.name
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with file, open(target, "xb", opener=private) as written:
        while block := file.read(_BLOCK):
            digest.update(block)
            written.write(block)
        written.flush()
        os.fsync(written.fileno())
    if digest.hexdigest() != wanted["sha256"]:
        raise _damaged(source, f"{member.name!r} has changed since")


def _check_databases(manifest: dict[str, Any], staging: Path, source: Path) -> None:
    """Raise BackupUnusable where a database is none, or the ledger names another generation."""
    generation = manifest["generation"]
    for name in manifest["files"]:
        path = staging / name
        if path.suffix not in DATABASES:
            continue
        try:
            # SQLite takes a file of a few bytes for an empty database.
            with path.open("rb") as file:
                head = file.read(16)
            if head not in (b"", b"SQLite format 3\0"):
                raise ValueError("no database")
            with contextlib.closing(connect_immutable(path, sqlite3.Connection)) as database:
                database.execute("SELECT count(*) FROM sqlite_master").fetchone()
                # The large ones are checked by their hashes alone.
                if path.parent == staging:
                    _check_database(database, generation if name == LEDGER else None)
        except (sqlite3.Error, ValueError) as error:
            raise _damaged(source, f"{name}: {error}") from error


def _check_database(database: sqlite3.Connection, generation: int | None) -> None:
    (sound,) = database.execute("PRAGMA quick_check(1)").fetchone()
    if sound != "ok":
        raise ValueError(sound)
    if generation is not None:
        row = database.execute("SELECT value FROM about WHERE name = 'current'").fetchone()
        if int(row[0] if row else 0) != generation:
            raise ValueError("it names another generation")


def private(path: str, flags: int) -> int:
    """Open a file that its owner alone may read."""
    return os.open(path, flags, 0o600)


def _damaged(source: Path, reason: str) -> BackupUnusable:
    return BackupUnusable("operations.backup_damaged", path=source, reason=reason)
