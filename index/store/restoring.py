"""Put unpacked files in the place of a data folder's own, so that a crash at any moment is mended.

A marker file that names every move is on disk before the first and goes after the last. While it
is there nothing may be answered; `finish_restore` makes the moves that are left.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from index.errors import StoreLocked, StoreUnusable
from index.store.lock import FileLock, wrap_file_errors

MARKER = "restore-under-way"
STAGING = "restoring-"
_ASIDE = "replaced-"
_SIDE_FILES = ("-wal", "-shm", "-journal")


def is_under_way(data_dir: Path) -> bool:
    """Return True while a restore is at work, or was cut off and waits to be finished.

    Where the folder does not tell, it is taken for one.
    """
    try:
        (data_dir / MARKER).lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True


def finish_restore(data_dir: Path) -> None:
    """Make the moves that a restore which was cut off has left; do nothing where there is none.

    Raises StoreLocked while the restore goes on, StoreUnusable where it cannot be finished.
    """
    if is_under_way(data_dir):
        with alone(data_dir, "errors.store_locked"):
            finish_moves(data_dir)
    elif any(data_dir.glob(f"{STAGING}*")):
        # Perhaps a restore is still unpacking.
        with (
            contextlib.suppress(StoreLocked, StoreUnusable),
            alone(data_dir, "errors.store_locked"),
        ):
            remove_leftovers(data_dir)


@contextlib.contextmanager
def alone(data_dir: Path, refusal: str) -> Iterator[None]:
    """Hold both locks of a data folder. Raises StoreLocked, with the sentence `refusal`."""
    with (
        wrap_file_errors(data_dir),
        FileLock(data_dir / "resident.lock", "restoring", refusal=refusal),
        FileLock(data_dir / "writer.lock", "restoring"),
    ):
        yield


def put_in_place(
    data_dir: Path, staging: Path, leaving: Iterable[str], *, last: str, standing: Sequence[str]
) -> None:
    """Move the entries named `leaving` aside, then all of `staging` in, what `last` names last.

    A file named in `standing` is at no moment absent. Call it with both locks held; the files of
    `staging` are on disk.
    """
    for folder in (path for path in [staging, *staging.rglob("*")] if path.is_dir()):
        _synced(folder)
    arriving = sorted((path.name for path in staging.iterdir()), key=lambda name: name == last)
    aside = data_dir / f"{_ASIDE}{datetime.now():%Y%m%d-%H%M%S-%f}"
    moves = {
        "staging": staging.name,
        "aside": aside.name,
        "leaving": sorted(leaving, key=lambda name: name != last),
        "arriving": arriving,
        "standing": [name for name in standing if name in arriving],
    }
    unfinished = staging.with_name(f"{MARKER}.new")
    with unfinished.open("w", encoding="utf-8") as file:
        json.dump(moves, file)
        file.flush()
        os.fsync(file.fileno())
    _synced(data_dir)
    unfinished.replace(data_dir / MARKER)
    _synced(data_dir)
    finish_moves(data_dir)


def finish_moves(data_dir: Path) -> None:
    """Make what is left of the moves in the marker. Call it with both locks held.

    Whether a move has been made is seen by where the files are, so it does not matter when this
    is cut off. Raises StoreUnusable where files are in neither place.
    """
    if not is_under_way(data_dir):
        return
    moves = _moves(data_dir)
    staging, aside = data_dir / moves["staging"], data_dir / moves["aside"]
    if moves["leaving"]:
        aside.mkdir(mode=0o700, exist_ok=True)
    for name in moves["leaving"]:
        _move_aside(data_dir / name, aside / name, stays=name in moves["standing"])
    for name in moves["arriving"]:
        for side_file in _SIDE_FILES:
            # The log of the old database must never be taken for the new one's.
            (data_dir / f"{name}{side_file}").unlink(missing_ok=True)
        if os.path.lexists(staging / name):
            os.replace(staging / name, data_dir / name)
        elif not os.path.lexists(data_dir / name):
            raise _unfinished(data_dir, f"no {name}")
    _synced(data_dir)
    (data_dir / MARKER).unlink()
    _synced(data_dir)
    remove_leftovers(data_dir)


def _move_aside(path: Path, kept: Path, *, stays: bool) -> None:
    """Keep an old entry; one that stays is in its place until the new one takes that."""
    if os.path.lexists(kept) or not os.path.lexists(path):
        return
    if not (stays and path.is_file()):
        path.rename(kept)
        return
    unfinished = kept.with_name(f"{kept.name}.unfinished")
    shutil.copy2(path, unfinished)
    unfinished.replace(kept)


def _moves(data_dir: Path) -> dict[str, Any]:
    """Read the marker. Raises StoreUnusable where it is not as it was written."""
    try:
        moves: dict[str, Any] = json.loads((data_dir / MARKER).read_text(encoding="utf-8"))
        named = [moves["staging"], moves["aside"]]
        named += moves["leaving"] + moves["arriving"] + moves["standing"]
        if any(Path(name).name != name for name in named):
            raise ValueError("it leads elsewhere")
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise _unfinished(data_dir, f"{MARKER}: {error}") from error
    return moves


def remove_leftovers(data_dir: Path) -> None:
    """Delete what restores that were cut off before their first move had unpacked."""
    for folder in data_dir.glob(f"{STAGING}*"):
        shutil.rmtree(folder, ignore_errors=True)


def _unfinished(data_dir: Path, reason: str) -> StoreUnusable:
    return StoreUnusable("errors.restore_unfinished", folder=data_dir, reason=reason)


def _synced(folder: Path) -> None:
    """Have what was named or moved in a folder outlive a power cut, where the system can."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
