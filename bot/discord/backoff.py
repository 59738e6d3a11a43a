"""Reconnection delays, capped at half a minute."""

from __future__ import annotations

import discord
from discord.backoff import ExponentialBackoff

_LONGEST_SECONDS = 30.0


class ShortBackoff(ExponentialBackoff[bool]):
    """Exponential backoff as in discord.py, with a cap of half a minute."""

    def delay(self) -> int | float:
        """Return the seconds to wait before the next attempt."""
        return min(super().delay(), _LONGEST_SECONDS)


def wait_briefly(client: discord.AutoShardedClient, shard_id: int) -> None:
    """Reset the backoff of a connected shard.

    discord.py resets it only after half an hour without a failure: a bot that lost its
    connection ten times within that would stay offline for up to 17 minutes.
    """
    shard = client.get_shard(shard_id)
    if shard is not None:
        # There is no public way to it; tests/bot/test_faults.py fails where it has moved.
        shard._parent._backoff = ShortBackoff()
