"""One writer at a time: a lock file that tells who holds it, what for and since when."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from index.errors import StoreLocked, StoreUnusable
from index.store.manifest import now

# Another process may hold a lock for the blink of an eye, only to see whether it is free.
_TRIES = 5
_BETWEEN_TRIES_SECONDS = 0.05
# No room, no right, a broken disk: as opposed to a pipe that the reader of our output closed.
_REFUSALS = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EPERM}
_REFUSALS |= {errno.EIO, errno.EMFILE, errno.ENFILE}


class FileLock:
    """A lock that the system frees when its holder dies, with the holder's name in the file."""

    def __init__(
        self, path: Path, doing: str, *, refusal: str = "errors.store_locked", shared: bool = False
    ) -> None:
        """Remember the file, what the holder does, and the sentence for those who come second.

        Those that are `shared` may hold it together, and keep all others out.
        """
        self._path = path
        self._doing = doing
        self._refusal = refusal
        self._shared = shared
        self._descriptor: int | None = None

    def acquire(self) -> None:
        """Take the lock. Raises StoreLocked if another holds it, in this process or any other."""
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise unwritable(self._path.parent, error) from error
        try:
            self._take(descriptor)
            self._sign(descriptor)
        except OSError as error:
            os.close(descriptor)
            raise unwritable(self._path.parent, error) from error
        except StoreLocked:
            os.close(descriptor)
            raise
        self._descriptor = descriptor

    def check(self) -> None:
        """Raise StoreLocked if another holds the lock; take nothing, write nothing."""
        try:
            descriptor = os.open(self._path, os.O_RDWR)
        except OSError:
            # Nobody has ever taken it, or nobody can take it here.
            return
        try:
            self._take(descriptor)
        finally:
            os.close(descriptor)

    def _take(self, descriptor: int) -> None:
        """Lock an open file. Raises StoreLocked, or OSError where files cannot be locked."""
        for attempt in range(_TRIES):
            if _lock(descriptor, shared=self._shared):
                return
            if attempt < _TRIES - 1:
                time.sleep(_BETWEEN_TRIES_SECONDS)
        raise StoreLocked(self._refusal, **holder(self._path))

    def _sign(self, descriptor: int) -> None:
        """Write the holder's name into the file."""
        os.ftruncate(descriptor, 0)
        os.write(descriptor, signed(os.getpid(), self._doing).encode())

    def release(self) -> None:
        """Give the lock back; the file stays, since removing it would race with the next."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> FileLock:
        """Take the lock."""
        self.acquire()
        return self

    def __exit__(self, *_: object) -> None:
        """Give it back."""
        self.release()


if sys.platform == "win32":
    import msvcrt

    # Windows locks bytes against reading too; this one is beyond the holder's name.
    _FAR = 1 << 20

    def _lock(descriptor: int, *, shared: bool) -> bool:
        """Lock an open file; False if another holds it. Nothing is shared here."""
        os.lseek(descriptor, _FAR, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            os.lseek(descriptor, 0, os.SEEK_SET)
        return True
else:
    import fcntl

    def _lock(descriptor: int, *, shared: bool) -> bool:
        """Lock an open file; False if another holds it."""
        kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        try:
            fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def signed(process: object, doing: str) -> str:
    """Return what the holder of a lock writes down."""
    return json.dumps({"pid": process, "doing": doing, "since": now()})


def signer(entry: str) -> dict[str, object]:
    """Return the `pid`, `doing` and `since` that the holder of a lock wrote down."""
    try:
        found = json.loads(entry)
    except ValueError:
        # The holder is between taking the lock and signing it.
        found = {}
    return {name: found.get(name, "?") for name in ("pid", "doing", "since")}


def holder(path: Path) -> dict[str, object]:
    """Return the `pid`, `doing` and `since` that the lock file names."""
    try:
        return signer(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return signer("")


@contextlib.contextmanager
def wrap_file_errors(folder: Path) -> Iterator[None]:
    """Turn the system's refusals to write below a folder into StoreUnusable."""
    try:
        yield
    except OSError as error:
        if error.errno not in _REFUSALS:
            raise
        raise unwritable(folder, error) from error


def unwritable(folder: Path, error: OSError) -> StoreUnusable:
    """Return the error that says why the data folder cannot be written."""
    reason = error.strerror or type(error).__name__
    return StoreUnusable("errors.store_unwritable", folder=folder, reason=reason)
