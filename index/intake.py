"""Takes documents in and out of the folder for those who may: checked, whole, and on record."""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import json
import logging
import os
import secrets
import threading
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path, PurePosixPath

from index.documents.ocr import SCANNED
from index.documents.reading import Reading
from index.documents.registry import SUFFIXES
from index.errors import DocumentsMissing, FileUnreadable
from index.expiry import expiring
from index.intake_folder import Folder, opened, wrap_errors
from index.intake_names import DocumentRefused, file_name, folder_name, same, shown
from index.intake_waiting import Staged, Waiting
from index.models import Article
from index.store.archive import private

_log = logging.getLogger(__name__)
LARGEST_MB = 25
AUDIT_FILE = "documents-audit.jsonl"
_MB = 1024 * 1024
_REMOVED = "removed"


class Intake:
    """The one door through which documents come and go by hand. Every method blocks."""

    def __init__(
        self, documents: Path, data: Path, placed: Callable[[str, Path], None] | None = None
    ) -> None:
        """Take the folders; `placed` is told of each file that is put in place, whole."""
        self._documents, self._data, self._placed = documents, data, placed
        self._waiting = Waiting(data)
        self._lock = threading.Lock()

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
        if (self._root() / folder / name).is_symlink():
            raise DocumentRefused("intake.link", source=shown(name))
        return f"{folder}/{name}" if folder else name

    def stage(
        self, name: str, collection: str, content: bytes, by: str = "", server: int = 0
    ) -> Staged:
        """Read an upload beside the documents, and keep it until `place` or `drop`.

        Raises DocumentRefused for what is no document.
        """
        source = self.check(name, collection, len(content))
        self._waiting.forget_old()
        token = secrets.token_hex(8)
        path = self._waiting.content(token, source)
        with contextlib.ExitStack() as undo:
            with self._lock, wrap_errors("errors.store_unwritable", folder=self._data):
                self._waiting.check(len(content))
                path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                undo.callback(path.unlink, missing_ok=True)
                _write(path, content)
            titles, unread = _titles(path, source)
            is_there = (self._root() / source).exists()
            digest = hashlib.sha256(content).hexdigest()
            size = len(content)
            staged = Staged(token, source, size, digest, titles, unread, is_there, by, server)
            record = json.dumps(asdict(staged), ensure_ascii=False)
            with wrap_errors("errors.store_unwritable", folder=self._data):
                _write(self._waiting.record(token), record.encode())
            undo.pop_all()
        return staged

    def staged(self, token: str) -> Staged:
        """Return an upload that waits, also after a restart. Raises DocumentRefused."""
        return self._waiting.staged(token)

    def place(self, token: str, by: str, *, replace: bool = False) -> Staged:
        """Put an upload in place, at once and whole; an older version goes to `removed`.

        Raises DocumentRefused where the folder cannot be written, or where a file of that name is
        there already and `replace` is not said.
        """
        staged = self.staged(token)
        with self._lock, wrap_errors(source=shown(staged.source)):
            # Names that were free then may be another spelling of ones that are there by now.
            collection, _, name = staged.source.rpartition("/")
            staged = dataclasses.replace(staged, source=self.check(name, collection, staged.size))
            content = self._waiting.content(token, staged.source).read_bytes()
            *folders, name = PurePosixPath(staged.source).parts
            with opened(self._root(), *folders, create=True) as folder:
                self._put(folder, name, content, staged, replace=replace)
        if self._placed:
            self._placed(staged.source, self._root() / staged.source)
        self._note(by, "replace" if replace else "add", staged.source, staged.size, staged.sha256)
        self.drop(token)
        return staged

    def _put(
        self, folder: Folder, name: str, content: bytes, staged: Staged, *, replace: bool
    ) -> None:
        """Write a file beside its place, then give it its name. Raises DocumentRefused, OSError."""
        hidden = f".{staged.token}.incoming"
        try:
            folder.write(hidden, content)
            if replace and folder.mode(name):
                self._keep(folder.read(name), staged.source)
                folder.replace(hidden, name)
            else:
                folder.add(hidden, name)
        except FileExistsError as error:
            raise DocumentRefused("intake.taken", source=shown(staged.source)) from error
        finally:
            folder.remove(hidden)
        folder.sync()

    def drop(self, token: str) -> None:
        """Forget an upload that waits."""
        self._waiting.drop(token)

    def take_out(self, source: str, by: str) -> bool:
        """Move a document to `removed` in the data folder; True if it was the last one.

        Raises DocumentRefused where there is none of that name or the folder cannot be written.
        """
        self._check_document(source)
        *folders, name = PurePosixPath(source).parts
        with (
            self._lock,
            wrap_errors(source=shown(source)),
            opened(self._root(), *folders) as folder,
        ):
            content = folder.read(name)
            self._keep(content, source)
            folder.remove(name)
            folder.sync()
        self._note(by, "remove", source, len(content), hashlib.sha256(content).hexdigest())
        return not any(self.sources())

    def expiring(self, collection: str, until: date) -> list[tuple[str, date]]:
        """Return the documents of a collection that hold until a day or less, with their day."""
        own = [source for source in self.sources() if source.startswith(f"{collection}/")]
        return list(expiring(self._root(), own, until))

    def sources(self) -> Iterator[str]:
        """Yield the path of each document below the folder."""
        root = self._root()
        for folder, names, files in os.walk(root):
            names[:] = [name for name in names if not name.startswith((".", "~$"))]
            for name in files:
                if Path(name).suffix.lower() in SUFFIXES and not name.startswith((".", "~$")):
                    yield (Path(folder) / name).relative_to(root).as_posix()

    def _check_document(self, source: str) -> None:
        """Raise DocumentRefused for all that is no document."""
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

    def _keep(self, content: bytes, source: str) -> None:
        """Write what is about to go into the data folder."""
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
        kept = self._data / _REMOVED / stamp / source
        kept.parent.mkdir(mode=0o700, parents=True)
        _write(kept, content)

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
        if error.key == SCANNED:  # the run that follows recognises its words
            return (Path(source).stem,), 0
        raise DocumentRefused("intake.unreadable", name=shown(source), reason=error) from error
    if not titles:
        raise DocumentRefused("intake.no_article", name=shown(source))
    return tuple(titles), unread


def _write(path: Path, content: bytes) -> None:
    with open(path, "xb", opener=private) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
