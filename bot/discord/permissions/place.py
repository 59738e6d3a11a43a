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


def place_of(interaction: discord.Interaction[Any], *, private: bool) -> Place:
    """Return the place of an interaction; in direct messages everything is private."""
    return Place(
        interaction.guild_id,
        interaction.channel_id,
        interaction.user.id,
        private or interaction.guild_id is None,
        parent_of(interaction.channel),
        _roles_of(interaction.user),
    )


def place_under(message: discord.Message) -> Place:
    """Return the place of a reply below a message."""
    guild_id = message.guild.id if message.guild else None
    return Place(
        guild_id,
        message.channel.id,
        message.author.id,
        guild_id is None,
        parent_of(message.channel),
        _roles_of(message.author),
    )


def parent_of(channel: object) -> int | None:
    """Return the channel or forum of a thread, None for anything else."""
    return channel.parent_id if isinstance(channel, discord.Thread) else None


def post_of(message: discord.Message) -> discord.Thread | None:
    """Return the forum post that a message is in, None for one elsewhere."""
    channel = message.channel
    if isinstance(channel, discord.Thread) and isinstance(channel.parent, discord.ForumChannel):
        return channel
    return None


def _roles_of(user: discord.User | discord.Member) -> frozenset[int] | None:
    return frozenset(r.id for r in user.roles) if isinstance(user, discord.Member) else None
