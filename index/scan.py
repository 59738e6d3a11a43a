"""What the documents folder holds: every readable file in a fixed order, and what is odd."""

from __future__ import annotations

import hashlib
import os
import time
from dataclasses import dataclass
from pathlib import Path

from config.phrases import LocalizedText
from index.documents.ocr import IMAGES
from index.errors import DocumentsMissing
from index.models import FailedSource
from index.store.catalog import DocumentEntry

# A file that changed this shortly before it was looked at may change again within the same tick
# of its clock, and keep its size: such a file is hashed once more (git calls it racy).
_RACY_NS = 2_000_000_000
# What documents of older or other programs are best saved as.
_SAVED_AS = {
    **dict.fromkeys((".doc", ".dot", ".rtf", ".odt", ".wps", ".wpd", ".pages"), ".docx"),
    **dict.fromkeys((".ppt", ".pps", ".odp", ".key"), ".pptx"),
    **dict.fromkeys((".xlsb", ".numbers", ".fods"), ".xlsx"),
    **dict.fromkeys((".mobi", ".azw", ".azw3", ".fb2"), ".epub"),
    **dict.fromkeys((".mht", ".mhtml", ".xhtml", ".xht"), ".html"),
    **dict.fromkeys((".rst", ".adoc", ".asciidoc", ".org", ".textile", ".tex"), ".md"),
    ".msg": ".eml",
    ".json": ".jsonl",
}
_PICTURES = frozenset(
    (".png", ".jpg", ".jpeg", ".gif", ".webp", ".tif", ".tiff", ".bmp", ".svg", ".heic")
)


@dataclass(frozen=True, slots=True)
class FileState:
    """A file as the scan saw it."""

    path: Path
    source: str
    size: int
    mtime_ns: int
    ctime_ns: int
    seen_ns: int

    def is_surely(self, entry: DocumentEntry) -> bool:
        """Return True if the file is what the entry says, without reading it."""
        same = (entry.size, entry.mtime_ns, entry.ctime_ns) == (
            self.size,
            self.mtime_ns,
            self.ctime_ns,
        )
        settled = max(entry.mtime_ns, entry.ctime_ns) < entry.seen_ns - _RACY_NS
        return bool(same and settled and entry.hash)

    def again(self) -> FileState:
        """Return the file as it is now. Raises OSError."""
        return _state(self.path, self.source, self.path.stat())

    def entry(self, content_hash: str) -> DocumentEntry:
        """Return what the catalog remembers of the file."""
        return DocumentEntry(
            self.source, self.size, self.mtime_ns, self.ctime_ns, self.seen_ns, content_hash
        )


@dataclass(frozen=True, slots=True)
class Scan:
    """The readable files by their source; `unread` files and folders could not be looked at.

    `skipped` are files of other kinds, each with what to do about it; `ignored` counts what is
    hidden, or read in another place.
    """

    files: tuple[FileState, ...]
    failed: tuple[FailedSource, ...]
    unread: tuple[str, ...]
    ignored: int
    skipped: tuple[FailedSource, ...] = ()

    def hides(self, source: str) -> bool:
        """Return True if a file may still be there, where it could not be looked at."""
        return any(
            not unread or source == unread or source.startswith(f"{unread}/")
            for unread in self.unread
        )


def scan_folder(folder: Path, suffixes: frozenset[str], apart: Path | None) -> Scan:
    """Look through a folder, but for the folder `apart` in it, which is where DATA_DIR may be.

    Raises DocumentsMissing if it is not there or cannot be read.
    """
    try:
        root = folder.resolve()
        os.scandir(root).close()
    except PermissionError as error:
        raise DocumentsMissing("errors.documents_unreadable", folder=folder) from error
    except (OSError, RuntimeError) as error:
        # Gone, a file, a broken disk, or a loop of links.
        raise DocumentsMissing("errors.documents_missing", folder=folder) from error
    search = _Search(root, suffixes, apart.resolve() if apart else None)
    search.look(root, "")
    return Scan(
        tuple(sorted(search.files, key=lambda state: state.source)),
        tuple(sorted(search.failed, key=lambda failure: failure.source)),
        tuple(search.unread),
        search.ignored,
        tuple(sorted(search.skipped, key=lambda skipped: skipped.source)),
    )


def file_hash(path: Path) -> str:
    """Return the hash of a file's bytes. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).hexdigest()


def why_skipped(name: str) -> LocalizedText:
    """Return the sentence that says why a file of another kind is left out, and what to do."""
    suffix = Path(name).suffix.lower()
    if better := _SAVED_AS.get(suffix):
        return LocalizedText.of("reasons.old_kind", suffix=suffix, better=better)
    if suffix in IMAGES:
        return LocalizedText.of("reasons.picture_ocr", suffix=suffix)
    if suffix in _PICTURES:
        return LocalizedText.of("reasons.picture", suffix=suffix)
    if suffix:
        return LocalizedText.of("reasons.other_kind", suffix=suffix)
    return LocalizedText.of("reasons.no_suffix")


class _Search:
    """Walks one folder tree."""

    def __init__(self, root: Path, suffixes: frozenset[str], apart: Path | None) -> None:
        self._root, self._apart = root, apart
        self._suffixes = suffixes
        self.files: list[FileState] = []
        self.failed: list[FailedSource] = []
        self.unread: list[str] = []
        self.skipped: list[FailedSource] = []
        self.ignored = 0

    def look(self, folder: Path, prefix: str) -> None:
        """Look into one folder; `prefix` is its source with a slash, or nothing."""
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError as error:
            self._hide(prefix.rstrip("/"), error)
            return
        for entry in entries:
            if entry.name.startswith((".", "~$")):
                self.ignored += 1
                continue
            try:
                self._weigh(entry, f"{prefix}{entry.name}")
            except OSError as error:
                self._hide(f"{prefix}{entry.name}", error)

    def _weigh(self, entry: os.DirEntry[str], source: str) -> None:
        """Decide what becomes of one entry. Raises OSError."""
        is_wanted = Path(entry.name).suffix.lower() in self._suffixes
        if not _is_utf8(source):
            if is_wanted or entry.is_dir():
                self._fail(source, "name_not_utf8")
        elif entry.is_symlink():
            self._follow(entry, source, is_wanted)
        elif self._apart and Path(entry.path) == self._apart:
            self.ignored += 1
        elif entry.is_dir(follow_symlinks=False):
            self.look(Path(entry.path), f"{source}/")
        elif not is_wanted:
            self.skipped.append(FailedSource(source, why_skipped(entry.name)))
        elif not entry.is_file(follow_symlinks=False):
            # Reading a pipe would wait for ever.
            self._fail(source, "not_a_file")
        else:
            self.files.append(_state(Path(entry.path), source, entry.stat(follow_symlinks=False)))

    def _follow(self, entry: os.DirEntry[str], source: str, is_wanted: bool) -> None:
        """Judge a link: what it leads to inside the folder is read there, once."""
        try:
            target = Path(entry.path).resolve(strict=True)
        except (OSError, RuntimeError):
            if is_wanted:
                self._fail(source, "link_broken")
            return
        if target.is_relative_to(self._root):
            self.ignored += 1
        elif is_wanted or target.is_dir():
            self._fail(source, "link_outside")

    def _hide(self, source: str, error: OSError) -> None:
        self.unread.append(source)
        self._fail(source, "unreadable", reason=error.strerror)

    def _fail(self, source: str, key: str, **values: object) -> None:
        shown = source.encode("utf-8", "backslashreplace").decode() or "."
        self.failed.append(FailedSource(shown, LocalizedText.of(f"reasons.{key}", **values)))


def _state(path: Path, source: str, status: os.stat_result) -> FileState:
    return FileState(
        path, source, status.st_size, status.st_mtime_ns, status.st_ctime_ns, time.time_ns()
    )


def _is_utf8(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
