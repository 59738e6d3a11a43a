"""Watches the documents folder and tells when it differs from the index, once its files rest."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from index.documents.registry import SUFFIXES
from index.errors import DocumentsMissing
from index.scan import FileState, Scan, scan_folder

_log = logging.getLogger(__name__)
# The thread looks up this often at least, whether anything is reported or not.
_PULSE_SECONDS = 0.5
# Reports that come within this time are one.
_GROUPED_MS = 1000
# Used where the system reports nothing and no other pause is set.
_LOOK_SECONDS = 60.0
# A copy that halts and goes on must rest so many times longer than it ever halted.
_LONGER = 3
# Files that rest wait no longer than this for one that never does, such as a log.
_PATIENCE = 60.0
_RETRY = 30.0

Signature = tuple[int, int, int]


@dataclass(slots=True)
class _Seen:
    """A file as the last look found it (None: gone), since when, and how long it ever halted."""

    signature: Signature | None
    since: float
    halted: float = 0.0


@dataclass(frozen=True, slots=True)
class Change:
    """What differs from the last run, by source; `waiting` files are still being written."""

    new: tuple[str, ...]
    changed: tuple[str, ...]
    gone: tuple[str, ...]
    waiting: tuple[str, ...]
    is_first: bool = False

    def __str__(self) -> str:
        """Return it in one line for the log."""
        if self.is_first:
            return f"{len(self.new)} documents are there at the start"
        named = [*self.new, *self.changed, *self.gone]
        more = f" and {len(named) - 5} more" if len(named) > 5 else ""
        counts = f"{len(self.new)} new, {len(self.changed)} changed, {len(self.gone)} gone"
        return f"{counts} ({', '.join(named[:5])}{more})"


class FolderWatch:
    """Looks through a folder whenever something stirs in it, and every `every` seconds.

    `rest` is how long a file must not have changed before it may be read.
    """

    def __init__(
        self,
        folder: Path,
        *,
        apart: Path | None,
        every: float = _LOOK_SECONDS,
        rest: float = 1.0,
        patience: float = _PATIENCE,
        retry: float = _RETRY,
    ) -> None:
        """Take the folder, which need not exist yet, and the one in it that is left out."""
        self._apart = apart.resolve() if apart else None
        self._folder, self._every, self._rest = folder, every, rest
        self._patience, self._retry = patience, retry
        self._pulse_seconds = min(_PULSE_SECONDS, rest / 2)
        self._seen: dict[str, _Seen] = {}
        self._indexed: dict[str, Signature | None] = {}
        self._whole: dict[str, Signature] = {}
        self._unsettled_since: float | None = None
        self._away = ""

    def is_moving(self, state: FileState) -> bool:
        """Return True if a file may still be written; a run leaves such a file as the index has it.

        Called from the thread of the run.
        """
        if self._whole.get(state.source) == _signature(state):
            return False
        seen = self._seen.get(state.source)
        if seen is not None and seen.signature == _signature(state):
            return not self._rests(seen, time.monotonic())
        # Nobody has looked since it changed. No program can set this time of a file.
        return 0 <= time.time() - state.ctime_ns / 1e9 < self._rest

    def placed(self, source: str, path: Path) -> None:
        """Take a file for whole that was put in place at once, so that the next run reads it."""
        status = path.stat()
        self._whole[source] = (status.st_size, status.st_mtime_ns, status.st_ctime_ns)

    def follow(self, index: Callable[[Change], bool], stop: threading.Event) -> None:
        """Call `index` for each change until `stop`; False means that it failed, and is tried anew.

        Blocks. What changes while `index` works is told after it.
        """
        not_before = 0.0
        for _ in self._stirs(stop):
            if time.monotonic() < not_before or (change := self._difference()) is None:
                continue
            resting = {
                source: seen.signature
                for source, seen in self._seen.items()
                if source not in change.waiting
            }
            succeeded = index(change)
            self._unsettled_since = time.monotonic()
            if succeeded:
                self._indexed.update(resting)
                self._indexed = {s: known for s, known in self._indexed.items() if known}
            else:
                not_before = time.monotonic() + self._retry

    def _stirs(self, stop: threading.Event) -> Iterator[None]:
        """Yield once at the start, then whenever it is time to look."""
        while not stop.is_set():
            root, folders = _identity(self._folder), _folders(self._folder, self._apart)
            looked = float("-inf")
            for stirred in self._pulse(folders, stop):
                if _identity(self._folder) != root:
                    # Another folder of the same name, or another disk: watch that from now on.
                    break
                due = bool(self._every) and time.monotonic() - looked >= self._every
                if not (stirred or due or self._unsettled_since is not None):
                    continue
                looked = time.monotonic()
                yield
                if _folders(self._folder, self._apart) != folders:
                    break

    def _pulse(self, folders: frozenset[str], stop: threading.Event) -> Iterator[bool]:
        """Yield every now and then, True where the system reports a change, and at the start."""
        from watchfiles import watch  # needed by `docent run --watch` alone

        first = True
        try:
            # Not recursive: it would follow links out of the folder.
            for reported in watch(
                *folders,
                watch_filter=None,
                debounce=_GROUPED_MS,
                stop_event=stop,
                rust_timeout=int(self._pulse_seconds * 1000),
                yield_on_timeout=True,
                recursive=False,
            ):
                yield first or bool(reported)
                first = False
                if any(path in folders for _, path in reported):
                    # A watch on a folder ends with it, even if one of the same name follows.
                    return
        except FileNotFoundError:
            # A folder went while this began; the next look finds the others.
            first = True
        except (OSError, RuntimeError) as error:
            self._every = self._every or _LOOK_SECONDS
            _log.warning("no changes are reported (%s); looking every %g s", error, self._every)
        yield first
        while not stop.wait(self._pulse_seconds):
            yield False

    def _difference(self) -> Change | None:
        """Look, and return what differs from the last run once it rests; else None."""
        scan = self._scan()
        if scan is None:
            return None
        now = time.monotonic()
        self._note(scan, now)
        new: list[str] = []
        changed: list[str] = []
        gone: list[str] = []
        waiting: list[str] = []
        for source, seen in self._seen.items():
            known = self._indexed.get(source)
            if seen.signature == known:
                continue
            if not self._rests(seen, now):
                waiting.append(source)
            elif seen.signature is None:
                gone.append(source)
            else:
                (new if known is None else changed).append(source)
        if not (new or changed or gone or waiting):
            self._unsettled_since = None
            return None
        if self._unsettled_since is None:
            self._unsettled_since = now
        patient = now - self._unsettled_since < self._patience
        if (waiting and patient) or not (new or changed or gone):
            return None
        return Change(
            tuple(sorted(new)),
            tuple(sorted(changed)),
            tuple(sorted(gone)),
            tuple(sorted(waiting)),
            is_first=not self._indexed,
        )

    def _scan(self) -> Scan | None:
        """Look through the folder; None where that must not be taken for an empty one."""
        try:
            scan = scan_folder(self._folder, SUFFIXES, self._apart)
        except DocumentsMissing as error:
            self._note_away(str(error))
            return None
        if not scan.files:
            self._note_away(f"{self._folder} holds no document; the index is left as it is")
            return None
        if self._away:
            self._away = ""
            _log.info("%s is there, with %d documents", self._folder, len(scan.files))
        return scan

    def _note_away(self, reason: str) -> None:
        """Say once what is amiss."""
        if reason != self._away:
            _log.warning("%s", reason)
            self._away = reason

    def _note(self, scan: Scan, now: float) -> None:
        """Remember what the look found."""
        # Gone, unless found below; what never was indexed and is gone is forgotten.
        found: dict[str, Signature | None] = dict.fromkeys(self._indexed)
        for source, seen in self._seen.items():
            if scan.hides(source):
                # It could not be looked at, which does not mean that it is gone.
                found[source] = seen.signature
        found.update((state.source, _signature(state)) for state in scan.files)
        self._seen = {
            source: self._seen_now(source, signature, now) for source, signature in found.items()
        }

    def _seen_now(self, source: str, signature: Signature | None, now: float) -> _Seen:
        before = self._seen.get(source)
        if before is not None and before.signature == signature:
            return before
        if before is None or before.signature == self._indexed.get(source):
            return _Seen(signature, now)
        halted = min(now - before.since, self._patience / _LONGER)
        return _Seen(signature, now, max(before.halted, halted))

    def _rests(self, seen: _Seen, now: float) -> bool:
        return now - seen.since >= max(self._rest, _LONGER * seen.halted)


def _signature(state: FileState) -> Signature:
    return state.size, state.mtime_ns, state.ctime_ns


def _identity(folder: Path) -> tuple[int, int] | None:
    """Return what tells a folder from another of the same name; None where there is none."""
    try:
        status = folder.stat()
    except (OSError, RuntimeError):
        return None
    return status.st_dev, status.st_ino


def _folders(root: Path, apart: Path | None) -> frozenset[str]:
    """Return the folder and those within it that the scan looks into."""
    found = []
    with suppress(OSError, RuntimeError):
        for path, names, _ in os.walk(root.resolve()):
            names[:] = [
                name
                for name in names
                if not name.startswith((".", "~$")) and Path(path, name) != apart
            ]
            found.append(path)
    return frozenset(found)
