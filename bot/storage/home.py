"""The home servers: whose admins may write and set rules; the first one joined is remembered."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Collection, Iterable
from datetime import datetime
from pathlib import Path

from config.errors import DocentError

HOME_FILE = "home-server.json"


class HomeUnusable(DocentError):
    """The file that remembers the home server cannot be read or written."""


class Home:
    """The home servers by their ids: those of a setting, or the one in a file. Blocks."""

    def __init__(self, data_dir: Path, named: Collection[int] = ()) -> None:
        """Take the ids of the setting; without any, those of the file count."""
        self._path = data_dir / HOME_FILE
        self._named = frozenset(named)
        self._remembered: frozenset[int] = frozenset()
        # Joining a server and a command may both ask first, each on a thread of its own.
        self._settling = threading.Lock()

    def servers(self) -> frozenset[int]:
        """Return the ids; empty while no server was joined. Raises HomeUnusable."""
        if self._named or self._remembered:
            return self._named or self._remembered
        try:
            kept = json.loads(self._path.read_text(encoding="utf-8"))
            self._remembered = frozenset({int(kept["guild_id"])})
        except FileNotFoundError:
            return frozenset()
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise HomeUnusable("access.home_unusable", file=self._path, reason=error) from error
        return self._remembered

    def settle(self, joined: Iterable[tuple[datetime, int]]) -> frozenset[int]:
        """Remember the server that was joined first, unless one is known; return the ids.

        `joined` holds the time and the id of each server. Raises HomeUnusable.
        """
        with self._settling:
            if known := self.servers():
                return known
            first = min(joined, default=None)
            if first is not None:
                self._keep(first[1])
            return self.servers()

    def _keep(self, guild_id: int) -> None:
        """Write the file whole: after a crash there is either none or this one."""
        unfinished = self._path.with_suffix(".new")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with unfinished.open("w", encoding="utf-8") as file:
                json.dump({"guild_id": guild_id, "since": int(time.time())}, file)
                file.flush()
                os.fsync(file.fileno())
            os.replace(unfinished, self._path)
        except OSError as error:
            raise HomeUnusable("access.home_unusable", file=self._path, reason=error) from error
