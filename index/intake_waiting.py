"""Uploads that were read and wait for a word, in the data folder: bounded, forgotten in a day."""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from index.intake_names import DocumentRefused

MOST_WAITING, MOST_WAITING_MB = 50, 250
_MB = 1024 * 1024
_INCOMING, _RECORD = "incoming", ".record"
# An upload that nobody confirms is forgotten after so long.
_KEPT_SECONDS = 24 * 3600


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


class Waiting:
    """The uploads that wait, by their tokens."""

    def __init__(self, data: Path) -> None:
        """Take the data folder."""
        self._folder = data / _INCOMING

    def staged(self, token: str) -> Staged:
        """Return what is known of an upload. Raises DocumentRefused where it does not wait."""
        try:
            kept = json.loads(self.record(token).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise DocumentRefused("intake.forgotten") from error
        return Staged(**{**kept, "titles": tuple(kept["titles"])})

    def content(self, token: str, source: str) -> Path:
        """Return where the bytes of an upload are. Raises DocumentRefused."""
        return self._folder / f"{_checked(token)}{Path(source).suffix.lower()}"

    def record(self, token: str) -> Path:
        """Return where it stands what is known of an upload. Raises DocumentRefused."""
        return self._folder / f"{_checked(token)}{_RECORD}"

    def drop(self, token: str) -> None:
        """Forget an upload."""
        with contextlib.suppress(DocumentRefused):
            self.content(token, self.staged(token).source).unlink(missing_ok=True)
        self.record(token).unlink(missing_ok=True)

    def forget_old(self) -> None:
        """Forget the uploads that wait too long."""
        for path, status in self._files():
            if time.time() - status.st_mtime > _KEPT_SECONDS:
                path.unlink(missing_ok=True)

    def check(self, size: int) -> None:
        """Raise DocumentRefused where too many uploads wait for a word already, or too large."""
        sizes = [found.st_size for path, found in self._files() if path.suffix != _RECORD]
        if len(sizes) >= MOST_WAITING or sum(sizes) + size > MOST_WAITING_MB * _MB:
            raise DocumentRefused("intake.waiting", count=len(sizes))

    def _files(self) -> Iterator[tuple[Path, os.stat_result]]:
        for path in self._folder.iterdir() if self._folder.is_dir() else ():
            # Another may just have decided on it.
            with contextlib.suppress(FileNotFoundError):
                yield path, path.stat()


def _checked(token: str) -> str:
    """Return a token that cannot lead anywhere else. Raises DocumentRefused."""
    if not (token.isascii() and token.isalnum()):
        raise DocumentRefused("intake.forgotten")
    return token
