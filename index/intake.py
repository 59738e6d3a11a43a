"""Takes documents in and out of the folder for those who may: checked, whole, and on record."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import logging
import os
import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from index.documents.reading import Reading
from index.documents.registry import SUFFIXES
from index.errors import DocumentsMissing, FileUnreadable
from index.intake_names import DocumentRefused, file_name, folder_name, same, shown
from index.models import Article

_log = logging.getLogger(__name__)
LARGEST_MB = 25
AUDIT_FILE = "documents-audit.jsonl"
_MB = 1024 * 1024
_REMOVED, _INCOMING = "removed", "incoming"
# An upload that nobody confirms is forgotten after so long.
_KEPT_SECONDS = 24 * 3600
_READ_ONLY = (errno.EROFS, errno.EACCES, errno.EPERM)


@dataclass(frozen=True, slots=True)
class Staged:
    """An upload that was read and waits; `by` is who staged it, in the Discord server `server`."""

    token: str
    source: str
    size: int
    sha256: str
    titles: tuple[str, ...]
    unread: int
    replaces: bool
    by: str = ""
    server: int = 0


class Intake:
    """The one door through which documents come and go by hand. Every method blocks."""

    def __init__(
        self,
        documents: Path,
        data: Path,
        placed: Callable[[str, Path], None] | None = None,
    ) -> None:
        """Take the folders; `placed` is told of each file that is put in place, whole."""
        self._documents, self._data, self._placed = documents, data, placed

    def check(self, name: str, collection: str, size: int) -> str:
        """Return the source that a file would have. Raises DocumentRefused, DocumentsMissing."""
        if size > LARGEST_MB * _MB:
            raise DocumentRefused("intake.too_large", size=-(-size // _MB), limit=LARGEST_MB)
        if not size:
            raise DocumentRefused("intake.empty")
        folder = self._known(self._root(), folder_name(collection))
        if folder and (self._root() / folder).is_symlink():
            raise DocumentRefused("intake.name_unsafe", name=shown(collection))
        name = file_name(name, SUFFIXES)
        if folder and not (self._root() / folder).exists():
            return f"{folder}/{name}"
        name = self._known(self._root() / folder, name)
        return f"{folder}/{name}" if folder else name

    def stage(
        self, name: str, collection: str, content: bytes, by: str = "", server: int = 0
    ) -> Staged:
        """Read an upload beside the documents, and keep it until `place` or `drop`.

        Raises DocumentRefused for what is no document.
        """
        source = self.check(name, collection, len(content))
        self._forget_old()
        token = secrets.token_hex(8)
        path = self._incoming(token, source)
        with contextlib.ExitStack() as undo:
            with _explained("errors.store_unwritable", folder=self._data):
                path.parent.mkdir(parents=True, exist_ok=True)
                undo.callback(path.unlink, missing_ok=True)
                _write(path, content)
            titles, unread = _titles(path, source)
            is_there = (self._root() / source).exists()
            digest = hashlib.sha256(content).hexdigest()
            size = len(content)
            staged = Staged(token, source, size, digest, titles, unread, is_there, by, server)
            record = json.dumps(asdict(staged), ensure_ascii=False)
            with _explained("errors.store_unwritable", folder=self._data):
                self._record(token).write_text(record, encoding="utf-8")
            undo.pop_all()
        return staged

    def staged(self, token: str) -> Staged:
        """Return an upload that waits, also after a restart. Raises DocumentRefused."""
        try:
            kept = json.loads(self._record(token).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise DocumentRefused("intake.forgotten") from error
        return Staged(**{**kept, "titles": tuple(kept["titles"])})

    def place(self, token: str, by: str, *, replace: bool = False) -> Staged:
        """Put an upload in place, at once and whole; an older version goes to `removed`.

        Raises DocumentRefused where the folder cannot be written, or where a file of that name is
        there already and `replace` is not said.
        """
        staged = self.staged(token)
        target = self._root() / staged.source
        with _explained():
            target.parent.mkdir(exist_ok=True)
            hidden = target.with_name(f".{token}.incoming")
            try:
                _write(hidden, self._incoming(token, staged.source).read_bytes())
                if replace and target.exists():
                    self._keep(target, staged.source)
                    hidden.replace(target)
                else:
                    _move_without_replacing(hidden, target, staged.source)
            finally:
                hidden.unlink(missing_ok=True)
            _synced(target.parent)
        if self._placed:
            self._placed(staged.source, target)
        self._note(by, "replace" if replace else "add", staged.source, staged.size, staged.sha256)
        self.drop(token)
        return staged

    def drop(self, token: str) -> None:
        """Forget an upload that waits."""
        with contextlib.suppress(DocumentRefused):
            self._incoming(token, self.staged(token).source).unlink(missing_ok=True)
        self._record(token).unlink(missing_ok=True)

    def take_out(self, source: str, by: str) -> bool:
        """Move a document to `removed` in the data folder; True if it was the last one.

        Raises DocumentRefused where there is none of that name or the folder cannot be written.
        """
        path = self._document(source)
        with _explained():
            content = path.read_bytes()
            self._keep(path, source)
            path.unlink()
            _synced(path.parent)
        self._note(by, "remove", source, len(content), hashlib.sha256(content).hexdigest())
        return not any(self.sources())

    def sources(self) -> Iterator[str]:
        """Yield the path of each document below the folder."""
        root = self._root()
        for folder, names, files in os.walk(root):
            names[:] = [name for name in names if not name.startswith((".", "~$"))]
            for name in files:
                if Path(name).suffix.lower() in SUFFIXES and not name.startswith((".", "~$")):
                    yield (Path(folder) / name).relative_to(root).as_posix()

    def _document(self, source: str) -> Path:
        """Return where a document lies. Raises DocumentRefused for all that is none."""
        parts = PurePosixPath(source).parts
        try:
            path = self._root().joinpath(*parts)
            inside = path.resolve(strict=True) == path and path.is_file()
        except (OSError, ValueError, RuntimeError):
            inside = False
        if not inside or path.suffix.lower() not in SUFFIXES or path.name.startswith("."):
            raise DocumentRefused("intake.no_document", source=shown(source))
        if "/".join(parts) != source or not path.is_relative_to(self._root()):
            raise DocumentRefused("intake.no_document", source=shown(source))
        return path

    def _root(self) -> Path:
        root = self._documents.resolve()
        if not root.is_dir():
            raise DocumentsMissing("errors.documents_missing", folder=self._documents)
        return root

    def _known(self, folder: Path, name: str) -> str:
        """Return the name of an entry that some systems would take for the same, or `name`."""
        if not name:
            return name
        try:
            entries = os.listdir(folder)
        except NotADirectoryError as error:
            raise DocumentRefused("intake.name_unsafe", name=shown(folder.name)) from error
        return next((entry for entry in entries if same(entry) == same(name)), name)

    def _keep(self, path: Path, source: str) -> None:
        """Copy what is about to go."""
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
        kept = self._data / _REMOVED / stamp / source
        kept.parent.mkdir(parents=True)
        shutil.copy2(path, kept)
        _synced(kept)

    def _note(self, by: str, what: str, source: str, size: int, sha256: str) -> None:
        """Write the audit line, in the data folder and in the log."""
        line = {
            "time": datetime.now(UTC).isoformat(timespec="seconds"),
            **{"by": by, "what": what, "source": source, "bytes": size, "sha256": sha256},
        }
        _log.info("documents: %s %s (%d bytes, sha256 %s) by %s", what, source, size, sha256, by)
        try:
            with (self._data / AUDIT_FILE).open("a", encoding="utf-8") as file:
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError:
            _log.exception("the audit line could not be written to %s", AUDIT_FILE)

    def _incoming(self, token: str, source: str) -> Path:
        return self._data / _INCOMING / f"{_checked(token)}{Path(source).suffix.lower()}"

    def _record(self, token: str) -> Path:
        return self._data / _INCOMING / f"{_checked(token)}.record"

    def _forget_old(self) -> None:
        folder = self._data / _INCOMING
        for path in folder.iterdir() if folder.is_dir() else ():
            if time.time() - path.stat().st_mtime > _KEPT_SECONDS:
                path.unlink(missing_ok=True)


def _checked(token: str) -> str:
    """Return a token that cannot lead anywhere else. Raises DocumentRefused."""
    if not (token.isascii() and token.isalnum()):
        raise DocumentRefused("intake.forgotten")
    return token


def _titles(path: Path, source: str) -> tuple[tuple[str, ...], int]:
    """Return the titles of a file's articles and how much of it could not be read.

    Raises DocumentRefused where it holds none.
    """
    titles, unread = [], 0
    try:
        with Reading() as reading:
            for part in reading.parts(path, source):
                if isinstance(part, Article):
                    titles.append(part.title)
                else:
                    unread += 1
    except FileUnreadable as error:
        raise DocumentRefused("intake.unreadable", name=shown(source), reason=error) from error
    if not titles:
        raise DocumentRefused("intake.no_article", name=shown(source))
    return tuple(titles), unread


def _write(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _move_without_replacing(hidden: Path, target: Path, source: str) -> None:
    """Give a file its name, which nobody else may have taken. Raises DocumentRefused."""
    try:
        os.link(hidden, target)
    except FileExistsError as error:
        raise DocumentRefused("intake.taken", source=source) from error
    except OSError as error:
        # This file system knows no links.
        if error.errno in (errno.EROFS, errno.ENOSPC) or target.exists():
            raise
        hidden.rename(target)


def _synced(path: Path) -> None:
    """Make sure that it outlives a power cut, where the system can promise that."""
    with contextlib.suppress(OSError):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextlib.contextmanager
def _explained(key: str = "", **values: object) -> Iterator[None]:
    """Turn what the system refuses into the sentence `key`, or one about the documents."""
    try:
        yield
    except OSError as error:
        key = key or ("intake.read_only" if error.errno in _READ_ONLY else "intake.unwritable")
        reason = error.strerror or type(error).__name__
        raise DocumentRefused(key, reason=reason, **values) from error
