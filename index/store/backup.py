"""Pack an index into one file while it answers, and put it back: whole or not at all."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import IO

from index.errors import BackupUnusable, StoreUnusable
from index.store.archive import (
    DATABASES,
    FORMAT,
    KNOWN,
    MANIFEST,
    Backup,
    measured,
    private,
    summary,
    unpacked,
)
from index.store.catalog import Catalog
from index.store.lock import FileLock
from index.store.manifest import GENERATIONS, LEDGER, IndexManifest, now
from index.store.restoring import (
    STAGING,
    alone,
    finish_moves,
    finish_restore,
    is_under_way,
    put_in_place,
    remove_leftovers,
)
from index.store.sqlite import connect, wrap_errors

_log = logging.getLogger(__name__)

# A database's own log and lock files: the copy of the database holds what they say.
_PASSING = ("-wal", "-shm", "-journal", ".lock")


def pack(data_dir: Path, target: Path, others: Sequence[str] = ()) -> Backup:
    """Write the generation that answers, its ledger and the databases named `others` to a file.

    Reading goes on meanwhile; indexing waits. Raises StoreLocked while a run is under way,
    StoreUnusable, BackupUnusable where the file cannot be written or there is nothing to keep.
    """
    finish_restore(data_dir)
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
            "format": FORMAT,
            "made": now(),
            "generation": generation,
            "files": {name: measured(path) for name, path in sorted(copies.items())},
        }
        with tarfile.open(fileobj=unfinished, mode="w:gz", compresslevel=1) as archive:
            listed = staging / MANIFEST
            listed.write_text(json.dumps(manifest), encoding="utf-8")
            for name, path in ((MANIFEST, listed), *sorted(copies.items())):
                archive.add(path, name, recursive=False)
        return summary(manifest)


@contextlib.contextmanager
def _written(target: Path) -> Iterator[IO[bytes]]:
    """Give a file that takes the target's place at the end, whole; until then nothing changes."""
    try:
        with tempfile.TemporaryDirectory(prefix=".docent-backup-", dir=target.parent) as folder:
            # The folder is its owner's alone, and so is the file: it holds what people asked.
            with open(Path(folder) / "unfinished", "wb", opener=private) as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            os.replace(file.name, target)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise BackupUnusable("operations.unwritable", path=target, reason=reason) from error


def _copied(database: Path, staging: Path) -> Path:
    """Copy a database as it stands at one moment, whoever writes to it. Raises StoreUnusable."""
    descriptor, name = tempfile.mkstemp(dir=staging)
    os.close(descriptor)
    with (
        wrap_errors(database.parent),
        contextlib.closing(connect(database, read_only=True)) as old,
        contextlib.closing(sqlite3.connect(name)) as new,
    ):
        old.backup(new)
    return Path(name)


def _current(ledger: Path) -> int:
    with wrap_errors(ledger.parent), contextlib.closing(IndexManifest(ledger)) as opened:
        return opened.current()


def _generation_files(folder: Path, staging: Path) -> dict[str, Path]:
    """Return where each file of a generation can be read, by its name in the archive."""
    if not (folder / "catalog.db").is_file():
        raise StoreUnusable("errors.store_damaged", folder=folder, reason="no catalog.db")
    with wrap_errors(folder), contextlib.closing(Catalog(folder / "catalog.db")) as catalog:
        vectors = catalog.fact("vectors")
    found = {}
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        # A run that was cut off may have left a version of the vectors that nobody names.
        foreign = inside.parts[0].startswith("vectors-") and inside.parts[0] != vectors
        name = (PurePosixPath(GENERATIONS) / folder.name / inside.as_posix()).as_posix()
        if foreign or not path.is_file() or name.endswith(_PASSING):
            continue
        if not KNOWN.fullmatch(name):
            _log.warning("left out of the backup, since no index has such a file: %s", name)
            continue
        found[name] = _copied(path, staging) if path.suffix in DATABASES else path
    return found


def unpack(
    source: Path, data_dir: Path, *, replace: bool = False, keep: Sequence[str] = ()
) -> Backup:
    """Put a backup into the data folder; with `replace`, in place of what is there.

    What was there is kept in `replaced-<time>`; a file of a name in `keep` stays in its place where
    the backup holds none of that name, and is never absent. The backup is read and checked whole
    before anything is moved; cut off after that, it is finished by `finish_restore`. Raises
    BackupUnusable, StoreLocked while another process uses the folder.
    """
    with alone(data_dir, "operations.restore_resident"):
        # One that cannot be finished gives way to this one.
        with contextlib.suppress(StoreUnusable):
            finish_moves(data_dir)
        remove_leftovers(data_dir)
        present = [*data_dir.glob("*.db*"), *data_dir.glob("*.sqlite3*"), data_dir / GENERATIONS]
        present = [path for path in present if os.path.lexists(path)]
        if present and not replace:
            raise BackupUnusable("operations.restore_occupied", folder=data_dir)
        staging = Path(tempfile.mkdtemp(prefix=STAGING, dir=data_dir))
        try:
            manifest = unpacked(source, staging)
            if not manifest["generation"] and data_dir / LEDGER in present:
                raise BackupUnusable("operations.backup_without_index", path=source)
            staying = [name for name in keep if name not in manifest["files"]]
            leaving = [path.name for path in present if not _is_of(path.name, staying)]
            # The ledger comes last: until it is there, nothing answers.
            put_in_place(data_dir, staging, leaving, last=LEDGER, standing=keep)
        finally:
            if not is_under_way(data_dir):
                shutil.rmtree(staging, ignore_errors=True)
    return summary(manifest)


def _is_of(name: str, databases: Sequence[str]) -> bool:
    """Return True for the name of a database or of one of its side files."""
    return any(name == database or name.startswith(f"{database}-") for database in databases)
