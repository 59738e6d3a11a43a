"""A folder that is held open, so that no link that is put in its way leads what is written away."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from index.intake_names import DocumentRefused

# What the system says of a link, or of what is no folder, where a folder or a file is opened.
_LINKED = (errno.ELOOP, errno.ENOTDIR, errno.EMLINK)
_READ_ONLY = (errno.EROFS, errno.EACCES, errno.EPERM)
# Where the system cannot work below an open folder, paths are used, and links looked for.
_HELD = os.open in os.supports_dir_fd
_NO_LINK: int = getattr(os, "O_NOFOLLOW", 0)
_FOLDER: int = getattr(os, "O_DIRECTORY", 0) | os.O_RDONLY | _NO_LINK
_BINARY: int = getattr(os, "O_BINARY", 0)


class Folder:
    """An open folder. Names are those of its own entries; all methods raise OSError."""

    def __init__(self, path: Path, descriptor: int | None) -> None:
        """Use `opened`."""
        self._path, self._descriptor = path, descriptor

    def _at(self, name: str) -> str:
        """Return an entry's name as the system takes it beside `dir_fd`."""
        return name if self._descriptor is not None else str(self._path / name)

    def entry(self, name: str) -> contextlib.AbstractContextManager[Folder]:
        """Open a folder in this one."""
        return _held(self._path / name, self._at(name), self._descriptor)

    def mode(self, name: str) -> int:
        """Return the mode of an entry itself, 0 where there is none."""
        with contextlib.suppress(FileNotFoundError):
            return os.stat(self._at(name), dir_fd=self._descriptor, follow_symlinks=False).st_mode
        return 0

    def make(self, name: str) -> None:
        """Make a folder with the rights of this one, where there is none."""
        with contextlib.suppress(FileExistsError):
            os.mkdir(self._at(name), 0o700, dir_fd=self._descriptor)
            with self.entry(name) as made:
                made.adopt(self.rights())

    def rights(self) -> int:
        """Return who may do what in this folder."""
        found = os.stat(self._path if self._descriptor is None else self._descriptor)
        return stat.S_IMODE(found.st_mode)

    def adopt(self, rights: int) -> None:
        """Let those use this folder who may use another."""
        os.chmod(self._path if self._descriptor is None else self._descriptor, rights)

    def write(self, name: str, content: bytes) -> None:
        """Write a new file to disk; who may use the folder may use it."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_LINK | _BINARY
        descriptor = os.open(self._at(name), flags, 0o600, dir_fd=self._descriptor)
        with open(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            if _HELD:
                os.fchmod(descriptor, self.rights() & 0o666)
            os.fsync(descriptor)

    def read(self, name: str) -> bytes:
        """Return what a file holds. Raises NotADirectoryError for a link and all that is none."""
        if not stat.S_ISREG(self.mode(name)):
            raise NotADirectoryError(errno.ENOTDIR, "no file of its own", name)
        flags = os.O_RDONLY | _NO_LINK | _BINARY
        with open(os.open(self._at(name), flags, dir_fd=self._descriptor), "rb") as file:
            return file.read()

    def add(self, hidden: str, name: str) -> None:
        """Give a file its name. Raises FileExistsError where another has it."""
        held = self._descriptor
        try:
            os.link(
                self._at(hidden), self._at(name), src_dir_fd=held, dst_dir_fd=held,
                follow_symlinks=False,
            )  # fmt: skip
        except FileExistsError:
            raise
        except OSError:
            # This file system knows no links.
            if self.mode(name):
                raise
            self.replace(hidden, name)

    def replace(self, hidden: str, name: str) -> None:
        """Give a file its name, in the place of the one that has it."""
        held = self._descriptor
        os.replace(self._at(hidden), self._at(name), src_dir_fd=held, dst_dir_fd=held)

    def remove(self, name: str) -> None:
        """Remove a file, if it is there."""
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self._at(name), dir_fd=self._descriptor)

    def sync(self) -> None:
        """Have what was named here outlive a power cut, where the system can promise that."""
        if self._descriptor is not None:
            with contextlib.suppress(OSError):
                os.fsync(self._descriptor)


@contextlib.contextmanager
def opened(root: Path, *names: str, create: bool = False) -> Iterator[Folder]:
    """Open a folder below `root`, which is resolved, by names of which none may be a link.

    With `create` it is made where it is missing. Raises OSError.
    """
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(_held(root, str(root), None))
        for name in names:
            if create:
                folder.make(name)
            folder = stack.enter_context(folder.entry(name))
        yield folder


@contextlib.contextmanager
def _held(path: Path, at: str, within: int | None) -> Iterator[Folder]:
    if not _HELD:
        if path.is_symlink() or not path.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, "no folder of its own", path.name)
        yield Folder(path, None)
        return
    descriptor = os.open(at, _FOLDER, dir_fd=within)
    try:
        yield Folder(path, descriptor)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def wrap_errors(key: str = "", **values: object) -> Iterator[None]:
    """Turn what the system refuses into the sentence `key`, or one about the documents."""
    try:
        yield
    except OSError as error:
        if not key and error.errno in _LINKED:
            key = "intake.link"
        key = key or ("intake.read_only" if error.errno in _READ_ONLY else "intake.unwritable")
        reason = error.strerror or type(error).__name__
        raise DocumentRefused(key, reason=reason, **values) from error
