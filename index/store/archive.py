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
import re
import shutil
import sqlite3
import tarfile
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
# What a backup holds: databases, and files of a generation. Every file system takes these names.
KNOWN = re.compile(
    rf"[\w-]{{1,50}}\.(db|sqlite3)|{GENERATIONS}/[0-9]{{1,18}}(/\.?\w[\w .()~+-]{{0,60}}){{1,4}}"
)
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


def measured(path: Path) -> dict[str, Any]:
    """Return what the manifest says of a file."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {"size": path.stat().st_size, "sha256": digest}


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
                if not _extract(archive, member, staging / member.name, wanted):
                    raise _damaged(source, f"{member.name!r} is not the file that was packed")
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
    for name in manifest["files"]:
        try:
            if name.endswith(DATABASES):
                _check_database(staging, name, manifest["generation"])
        except (sqlite3.Error, ValueError) as error:
            raise _damaged(source, f"{name}: {error}") from error
    return manifest


def _manifest(archive: tarfile.TarFile, source: Path) -> dict[str, Any]:
    """Read the first member.

    Raises BackupUnusable where its version is not known, or where it names no index that could
    answer. A bot that has no index yet has a whole backup without one.
    """
    first = archive.next()
    if first is None or first.name != MANIFEST or first.size > _LONGEST_MANIFEST:
        raise _damaged(source, f"no {MANIFEST}")
    file = archive.extractfile(first)
    manifest: dict[str, Any] = json.loads(file.read()) if file else {}
    if int(manifest["format"]) > FORMAT:
        raise BackupUnusable("operations.backup_newer", path=source)
    generation = manifest["generation"] = int(manifest["generation"])
    manifest["made"] = datetime.fromisoformat(manifest["made"]).isoformat(timespec="seconds")
    files: dict[str, Any] = manifest["files"]
    folders = {parent.as_posix() for name in files for parent in PurePosixPath(name).parents}
    for name, entry in files.items():
        if not KNOWN.fullmatch(name) or name in folders:
            raise _damaged(source, f"{name!r} leads elsewhere")
        entry["size"] = int(entry["size"])
        if entry["size"] < 0:
            raise _damaged(source, f"{name!r} has no size")
    wanted = [LEDGER, f"{GENERATIONS}/{generation}/catalog.db"] if generation else []
    if not files or not files.keys() >= set(wanted):
        raise _damaged(source, f"no {' or '.join(wanted) or 'file'}")
    if not generation and GENERATIONS in folders:
        raise _damaged(source, "it names no generation of its index")
    return manifest


def _check_room(manifest: dict[str, Any], folder: Path) -> None:
    needed = sum(entry["size"] for entry in manifest["files"].values()) + _ROOM_LEFT
    free = shutil.disk_usage(folder).free
    if needed > free:
        megabytes = {"needed": -(-needed // 1_000_000), "free": free // 1_000_000}
        raise BackupUnusable("operations.restore_room", folder=folder.parent, **megabytes)


def _extract(
    archive: tarfile.TarFile, member: tarfile.TarInfo, target: Path, wanted: dict[str, Any]
) -> bool:
    """Write one file to disk; return True if it is the one that was packed."""
    file = archive.extractfile(member) if member.isreg() else None
    if file is None or member.size != wanted["size"]:
        return False
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with file, open(target, "xb", opener=private) as written:
        shutil.copyfileobj(file, written)
        written.flush()
        os.fsync(written.fileno())
    return bool(measured(target)["sha256"] == wanted["sha256"])


def _check_database(staging: Path, name: str, generation: int) -> None:
    """Raise ValueError or sqlite3.Error for what is none, or a ledger of another generation."""
    # SQLite takes a file of a few bytes for an empty database.
    with (staging / name).open("rb") as file:
        if file.read(16) not in (b"", b"SQLite format 3\0"):
            raise ValueError("no database")
    with contextlib.closing(connect_immutable(staging / name, sqlite3.Connection)) as database:
        database.execute("SELECT count(*) FROM sqlite_master").fetchone()
        # The large ones are checked by their hashes alone.
        if name.startswith(GENERATIONS):
            return
        (sound,) = database.execute("PRAGMA quick_check(1)").fetchone()
        if sound != "ok":
            raise ValueError(sound)
        if name == LEDGER:
            row = database.execute("SELECT value FROM about WHERE name = 'current'").fetchone()
            if int(row[0] if row else 0) != generation:
                raise ValueError("it names another generation")


def private(path: str, flags: int) -> int:
    """Open a file that its owner alone may read."""
    return os.open(path, flags, 0o600)


def _damaged(source: Path, reason: str) -> BackupUnusable:
    return BackupUnusable("operations.backup_damaged", path=source, reason=reason)
