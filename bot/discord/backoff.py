"""How long the bot waits before it connects to Discord again: never long."""

from __future__ import annotations

import discord
from discord.backoff import ExponentialBackoff

_LONGEST_SECONDS = 30.0


class ShortBackoff(ExponentialBackoff[bool]):
    """Waits longer after each failure, as discord.py does, but half a minute at most."""

    def delay(self) -> int | float:
        """Return the seconds to wait before the next attempt."""
        return min(super().delay(), _LONGEST_SECONDS)


def wait_briefly(client: discord.AutoShardedClient, shard_id: int) -> None:
    """Forget the failures of a shard that is connected.

    discord.py forgets them only after half an hour without one: a bot that lost its connection
    ten times within that, each time for a moment, would stay away for up to 17 minutes.
    """
    shard = client.get_shard(shard_id)
    if shard is not None:
        # There is no public way to it; tests/bot/test_faults.py fails where it has moved.
        shard._parent._backoff = ShortBackoff()
