"""The home servers: whose admins may write and set rules; the first one joined is remembered."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Collection, Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bot.storage.memory import FACTS, Statements
from config.errors import DocentError
from index.errors import StoreUnusable

if TYPE_CHECKING:
    from bot.storage.shared import SharedMemory

HOME = "home server"
HOME_FILE = "home-server.json"


class HomeUnusable(DocentError):
    """The file that remembers the home server cannot be read or written."""


class Home:
    """The home servers by their ids: those of a setting, or the one in a file. Blocks."""

    def __init__(
        self, data_dir: Path, named: Collection[int] = (), shared: SharedMemory | None = None
    ) -> None:
        """Take the ids of the setting; without any, the one in the file counts.

        Where bots share a database it is the one there, at first that of such a file.
        """
        self._path = data_dir / HOME_FILE
        self._shared = shared
        self._named = frozenset(named)
        self._remembered: frozenset[int] = frozenset()
        # Joining a server and a command may both ask first, each on a thread of its own.
        self._settling = threading.Lock()

    def servers(self) -> frozenset[int]:
        """Return the ids; empty while no server was joined. Raises HomeUnusable."""
        if self._named or self._remembered:
            return self._named or self._remembered
        known = self._in_file()
        if self._shared is not None:
            known = self._in_database(self._shared, known)
        self._remembered = frozenset(() if known is None else {known})
        return self._remembered

    def _in_file(self) -> int | None:
        try:
            return int(json.loads(self._path.read_text(encoding="utf-8"))["guild_id"])
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise HomeUnusable("access.home_unusable", file=self._path, reason=error) from error

    def _in_database(self, shared: SharedMemory, guild_id: int | None) -> int | None:
        """Return the server in the database; keep `guild_id` there if there is none yet."""
        find = "SELECT value FROM facts WHERE name = ?"
        keep = "INSERT INTO facts VALUES (?, ?) ON CONFLICT DO NOTHING"

        def work(db: Statements) -> tuple[str] | None:
            found: tuple[str] | None = db.execute(find, (HOME,)).fetchone()
            if found is None and guild_id is not None:
                db.execute(keep, (HOME, str(guild_id)))
                found = db.execute(find, (HOME,)).fetchone()
            return found

        try:
            # Commands may come here before any bot has started.
            shared.create((FACTS,))
            found = shared.run(work)
            return int(found[0]) if found else None
        except (StoreUnusable, ValueError) as error:
            raise HomeUnusable("access.home_unusable", file=shared.where, reason=error) from error

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
        if self._shared is not None:
            self._in_database(self._shared, guild_id)
            return
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
