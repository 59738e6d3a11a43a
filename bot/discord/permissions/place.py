"""Where a question is asked and by whom, as access rules see it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import discord


@dataclass(frozen=True, slots=True)
class Place:
    """One user in one channel. `private` is True if only that user sees the reply.

    `guild_id` is None in direct messages. `parent_id` is the channel of a thread. `roles` are
    those that the person holds in the server, None where they are not known.
    """

    guild_id: int | None
    channel_id: int | None
    user_id: int
    private: bool
    parent_id: int | None = None
    roles: frozenset[int] | None = None

    @property
    def settings_id(self) -> int:
        """Return the channel whose settings hold here: that of a thread is its parent's."""
        return self.parent_id or self.channel_id or 0


def place_of(origin: discord.Interaction[Any] | discord.Message, *, private: bool = False) -> Place:
    """Return where a command, a click or a message comes from; direct messages are private."""
    if isinstance(origin, discord.Message):
        user, guild_id = origin.author, origin.guild.id if origin.guild else None
        channel_id: int | None = origin.channel.id
    else:
        user, guild_id, channel_id = origin.user, origin.guild_id, origin.channel_id
    channel = origin.channel
    return Place(
        guild_id,
        channel_id,
        user.id,
        private or guild_id is None,
        channel.parent_id if isinstance(channel, discord.Thread) else None,
        frozenset(r.id for r in user.roles) if isinstance(user, discord.Member) else None,
    )
