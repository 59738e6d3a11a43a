"""What a server's channels are for: where Docent answers how, and where moderators are told."""

from __future__ import annotations

import contextlib
import math
import time
from typing import Literal, get_args

from bot.storage.answers import AnswerStore
from bot.storage.memory import NOT_KEPT

Mode = Literal["addressed", "thread", "every"]
# What a channel can be for; a server has one of each at most.
Use = Literal["moderators", "digest"]
MODES: tuple[Mode, ...] = get_args(Mode)
USES: tuple[Use, ...] = get_args(Use)
_FRESH_SECONDS = 1.0
_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS channel_modes ("
    "channel_id INTEGER PRIMARY KEY, guild_id INTEGER NOT NULL, mode TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS channel_uses (guild_id INTEGER NOT NULL, use TEXT NOT NULL, "
    "channel_id INTEGER NOT NULL, PRIMARY KEY (guild_id, use))",
    "CREATE TABLE IF NOT EXISTS thread_answers (thread_id INTEGER NOT NULL, "
    "user_id INTEGER NOT NULL, message_id INTEGER NOT NULL, PRIMARY KEY (thread_id, user_id))",
)


class ChannelSettings:
    """The settings of channels. All but `mode` blocks and may raise what `NOT_KEPT` names."""

    def __init__(self, store: AnswerStore) -> None:
        """Keep them beside the answers."""
        self._store = store
        store.create(_SCHEMA)
        # Looked up for every message, so that they are held in memory too.
        self._modes: dict[int, Mode] = {}
        # From then on another process may have chosen otherwise, which `refresh` reads.
        self.fresh_until = math.inf
        self._read_modes()

    def refresh(self) -> None:
        """Read the modes; while the database is away, those that are known hold."""
        with contextlib.suppress(*NOT_KEPT):
            self._read_modes()

    def _read_modes(self) -> None:
        rows = self._store.run(
            lambda c: c.execute("SELECT channel_id, mode FROM channel_modes").fetchall()
        )
        self._modes = {channel: mode for channel, mode in rows if mode in MODES}
        if self._store.is_shared:
            self.fresh_until = time.monotonic() + _FRESH_SECONDS

    def mode(self, channel_id: int) -> Mode:
        """Return how questions in a channel are answered, as far as this process knows."""
        return self._modes.get(channel_id, "addressed")

    def set_mode(self, guild_id: int, channel_id: int, mode: Mode) -> None:
        """Choose how questions in a channel are answered."""
        statement = (
            "INSERT INTO channel_modes VALUES (?, ?, ?) ON CONFLICT (channel_id) DO UPDATE "
            "SET guild_id = excluded.guild_id, mode = excluded.mode"
        )
        self._store.run(lambda c: c.execute(statement, (channel_id, guild_id, mode)))
        self._modes[channel_id] = mode

    def modes(self, guild_id: int) -> dict[int, Mode]:
        """Return the channels of a server in which more than addressed questions are answered."""
        statement = "SELECT channel_id FROM channel_modes WHERE guild_id = ? ORDER BY channel_id"
        rows = self._store.run(lambda c: c.execute(statement, (guild_id,)).fetchall())
        found = {channel: self.mode(channel) for (channel,) in rows}
        return {channel: mode for channel, mode in found.items() if mode != "addressed"}

    def used_for(self, guild_id: int, use: Use) -> int | None:
        """Return the channel of a server that is for `use`."""
        statement = "SELECT channel_id FROM channel_uses WHERE guild_id = ? AND use = ?"
        row = self._store.run(lambda c: c.execute(statement, (guild_id, use)).fetchone())
        return int(row[0]) if row else None

    def set_use(self, guild_id: int, use: Use, channel_id: int) -> None:
        """Choose the channel of a server that is for `use`."""
        statement = (
            "INSERT INTO channel_uses VALUES (?, ?, ?) ON CONFLICT (guild_id, use) DO UPDATE "
            "SET channel_id = excluded.channel_id"
        )
        self._store.run(lambda c: c.execute(statement, (guild_id, use, channel_id)))

    def drop_uses(self, guild_id: int, channel_id: int) -> None:
        """Use a channel for nothing special any more."""
        statement = "DELETE FROM channel_uses WHERE guild_id = ? AND channel_id = ?"
        self._store.run(lambda c: c.execute(statement, (guild_id, channel_id)))

    def note_answer(self, thread_id: int, user_id: int, message_id: int) -> None:
        """Remember the latest answer that a person was given in a thread."""
        row = (thread_id, user_id, message_id)
        statement = (
            "INSERT INTO thread_answers VALUES (?, ?, ?) ON CONFLICT (thread_id, user_id) "
            "DO UPDATE SET message_id = excluded.message_id"
        )
        self._store.run(lambda c: c.execute(statement, row))

    def latest_answer(self, thread_id: int, user_id: int) -> int | None:
        """Return the message of the latest answer that a person was given in a thread."""
        statement = "SELECT message_id FROM thread_answers WHERE thread_id = ? AND user_id = ?"
        row = self._store.run(lambda c: c.execute(statement, (thread_id, user_id)).fetchone())
        return int(row[0]) if row else None

    def guilds_with(self, use: Use) -> list[tuple[int, int]]:
        """Return (server, channel) wherever there is a channel for `use`."""
        statement = "SELECT guild_id, channel_id FROM channel_uses WHERE use = ? ORDER BY guild_id"
        return self._store.run(lambda c: c.execute(statement, (use,)).fetchall())
