"""Gateway state: connected shards, latencies, number of reconnects."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from discord.ext import commands


@dataclass(frozen=True, slots=True)
class ConnectionState:
    """The gateway at one moment; `latencies` are the seconds of a heartbeat, by shard."""

    connected: bool = False
    reconnects: int = 0
    latencies: Mapping[int, float] = field(default_factory=dict)


class Connection:
    """Follows the gateway events of a bot. Use it on the bot's event loop."""

    def __init__(self, bot: commands.AutoShardedBot) -> None:
        """Add the listeners."""
        self._bot = bot
        self._connected: set[int] = set()
        self._seen: set[int] = set()
        self._reconnects = 0
        bot.add_listener(self._up, "on_shard_connect")
        bot.add_listener(self._up, "on_shard_resumed")
        bot.add_listener(self._down, "on_shard_disconnect")

    async def _up(self, shard: int) -> None:
        self._reconnects += shard in self._seen
        self._seen.add(shard)
        self._connected.add(shard)

    async def _down(self, shard: int) -> None:
        self._connected.discard(shard)

    def state(self) -> ConnectionState:
        """Return the current state."""
        bot = self._bot
        shards = len(bot.shard_ids or ()) or bot.shard_count or 1
        whole = not bot.is_closed() and bot.is_ready() and len(self._connected) >= shards
        # Before the first heartbeat is answered there is no number.
        latencies = {shard: value for shard, value in bot.latencies if math.isfinite(value)}
        return ConnectionState(whole, self._reconnects, latencies)
