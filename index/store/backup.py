"""Pack an index into one file while it answers, and put it back: whole or not at all.

The file is a tar archive. Its first member, `manifest.json`, names every other one with its
size and hash; nothing that it does not name is ever put back.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import sqlite3
import tarfile
import tempfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any

from index.errors import BackupUnusable, StoreUnusable
from index.store.catalog import Catalog
from index.store.ledger import Ledger
from index.store.lock import FileLock, room_explained
from index.store.sqlite import connect, explained
from index.store.writer import GENERATIONS, LEDGER

_FORMAT = 1
_MANIFEST = "manifest.json"
_LONGEST_MANIFEST = 64 * 1024 * 1024
_BLOCK = 1 << 20
_DATABASES = (".db", ".sqlite3")
# What reading an archive raises that is none, or holds something else than a backup.
_NONSENSE = (
    *(tarfile.TarError, zlib.error, EOFError),
    *(ValueError, LookupError, TypeError, AttributeError),
)
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
# A database's own log and lock files: the copy of the database holds what they say.
_PASSING = ("-wal", "-shm", "-journal", ".lock")


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds; `generation` is 0 where there was no index yet."""

    made: str
    generation: int
    files: int
    size_bytes: int


def pack(data_dir: Path, target: Path, others: Sequence[str] = ()) -> Backup:
    """Write the generation that answers, its ledger and the databases named `others` to a file.

    Reading goes on meanwhile; indexing waits. Raises StoreLocked while a run is under way,
    StoreUnusable, BackupUnusable where the file cannot be written or there is nothing to keep.
    """
    kept = [name for name in (LEDGER, *others) if (data_dir / name).is_file()]
    if not kept:
        raise BackupUnusable("operations.backup_nothing", folder=data_dir)
    with FileLock(data_dir / "writer.lock", "backing up"), _written(target) as unfinished:
        staging = Path(unfinished.name).parent
        copies = {name: _copied(data_dir / name, staging) for name in kept}
        generation = _current(copies[LEDGER]) if LEDGER in copies else 0
        if generation:
            folder = data_dir / GENERATIONS / str(generation)
            copies |= _generation_files(folder, staging)
        manifest = {
            "format": _FORMAT,
            "made": datetime.now().astimezone().isoformat(timespec="seconds"),
            "generation": generation,
            "files": {name: _measured(path) for name, path in sorted(copies.items())},
        }
        with tarfile.open(fileobj=unfinished, mode="w:gz", compresslevel=1) as archive:
            listed = staging / _MANIFEST
            listed.write_text(json.dumps(manifest), encoding="utf-8")
            for name, path in ((_MANIFEST, listed), *sorted(copies.items())):
                archive.add(path, name, recursive=False)
        return _summary(manifest)


@contextlib.contextmanager
def _written(target: Path) -> Iterator[IO[bytes]]:
    """Give a file that takes the target's place at the end, whole; until then nothing changes."""
    try:
        with tempfile.TemporaryDirectory(prefix=".docent-backup-", dir=target.parent) as folder:
            # The folder is its owner's alone, and so is the file: it holds what people asked.
            with open(Path(folder) / "unfinished", "wb", opener=_private) as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            os.replace(file.name, target)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise BackupUnusable("operations.unwritable", path=target, reason=reason) from error


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _copied(database: Path, staging: Path) -> Path:
    """Copy a database as it stands at one moment, whoever writes to it. Raises StoreUnusable."""
    descriptor, name = tempfile.mkstemp(dir=staging)
    os.close(descriptor)
    with (
        explained(database.parent),
        contextlib.closing(connect(database, read_only=True)) as old,
        contextlib.closing(sqlite3.connect(name)) as new,
    ):
        old.backup(new)
    return Path(name)


def _current(ledger: Path) -> int:
    with explained(ledger.parent), contextlib.closing(Ledger(ledger)) as opened:
        return opened.current()


def _generation_files(folder: Path, staging: Path) -> dict[str, Path]:
    """Return where each file of a generation can be read, by its name in the archive."""
    if not (folder / "catalog.db").is_file():
        raise StoreUnusable("errors.store_damaged", folder=folder, reason="no catalog.db")
    with explained(folder), contextlib.closing(Catalog(folder / "catalog.db")) as catalog:
        vectors = catalog.fact("vectors")
    found = {}
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        # A run that was cut off may have left a version of the vectors that nobody names.
        foreign = inside.parts[0].startswith("vectors-") and inside.parts[0] != vectors
        if foreign or not path.is_file() or path.name.endswith(_PASSING):
            continue
        name = (PurePosixPath(GENERATIONS) / folder.name / inside.as_posix()).as_posix()
        found[name] = _copied(path, staging) if path.suffix in _DATABASES else path
    return found


def _measured(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {"size": path.stat().st_size, "sha256": digest}


def _summary(manifest: dict[str, Any]) -> Backup:
    sizes = [entry["size"] for entry in manifest["files"].values()]
    return Backup(manifest["made"], manifest["generation"], len(sizes), sum(sizes))


def unpack(
    source: Path, data_dir: Path, *, replace: bool = False, keep: Sequence[str] = ()
) -> Backup:
    """Put a backup into the data folder; with `replace`, in place of what is there.

    What was there is kept in `replaced-<time>`; a file of a name in `keep` stays in its place where
    the backup holds none of that name. The backup is read and checked whole before
    anything is moved. Raises BackupUnusable, StoreLocked while another process uses the folder.
    """
    with (
        room_explained(data_dir),
        FileLock(data_dir / "resident.lock", "restoring", refusal="operations.restore_resident"),
        FileLock(data_dir / "writer.lock", "restoring"),
    ):
        present = [*data_dir.glob("*.db*"), *data_dir.glob("*.sqlite3*")]
        present += [path for path in (data_dir / GENERATIONS,) if path.exists()]
        if present and not replace:
            raise BackupUnusable("operations.restore_occupied", folder=data_dir)
        with tempfile.TemporaryDirectory(prefix="restoring-", dir=data_dir) as staging:
            manifest = _unpacked(source, Path(staging))
            if present:
                stamp = datetime.now().strftime("%Y%m%d-%H%M%S-%f")
                aside = data_dir / f"replaced-{stamp}"
                aside.mkdir()
                staying = {name for name in keep if name not in manifest["files"]}
                for path in (path for path in present if path.name not in staying):
                    path.rename(aside / path.name)
            # The ledger comes last: until it is there, nothing answers.
            for path in sorted(Path(staging).iterdir(), key=lambda path: path.name == LEDGER):
                path.rename(data_dir / path.name)
    return _summary(manifest)


def _unpacked(source: Path, staging: Path) -> dict[str, Any]:
    """Write the files of an archive below a folder; return its manifest."""
    try:
        with tarfile.open(source, "r:*") as archive:
            manifest = _manifest(archive, source)
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
    return manifest


def _manifest(archive: tarfile.TarFile, source: Path) -> dict[str, Any]:
    """Read the first member. Raises BackupUnusable where it is of no version that is known."""
    first = archive.next()
    if first is None or first.name != _MANIFEST or first.size > _LONGEST_MANIFEST:
        raise _damaged(source, f"no {_MANIFEST}")
    file = archive.extractfile(first)
    manifest: dict[str, Any] = json.loads(file.read()) if file else {}
    if int(manifest["format"]) > _FORMAT:
        raise BackupUnusable("operations.backup_newer", path=source)
    for name, entry in manifest["files"].items():
        path = PurePosixPath(name)
        known = path.parts[0] == GENERATIONS or (len(path.parts) == 1 and path.suffix in _DATABASES)
        if path.is_absolute() or ".." in path.parts or "\\" in name or not known:
            raise _damaged(source, f"{name!r} leads elsewhere")
        entry["size"] = int(entry["size"])
    manifest["generation"], manifest["made"] = int(manifest["generation"]), str(manifest["made"])
    return manifest


def _extract(
    archive: tarfile.TarFile,
    member: tarfile.TarInfo,
    staging: Path,
    wanted: dict[str, Any],
    source: Path,
) -> None:
    """Write one file, and check it while it is written."""
    file = archive.extractfile(member) if member.isreg() else None
    if file is None or member.size != wanted["size"]:
        raise _damaged(source, f"{member.name!r} is not the file that was packed")
    target = staging / member.name
    target.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with file, target.open("wb") as written:
        while block := file.read(_BLOCK):
            digest.update(block)
            written.write(block)
    if digest.hexdigest() != wanted["sha256"]:
        raise _damaged(source, f"{member.name!r} has changed since")


def _damaged(source: Path, reason: str) -> BackupUnusable:
    return BackupUnusable("operations.backup_damaged", path=source, reason=reason)
