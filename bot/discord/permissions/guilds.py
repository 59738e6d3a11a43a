"""What Discord tells the bot of a server, as the access rules see it."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import discord

from bot.discord.permissions.servers import Channel, Role, Server

GuildChannel = discord.abc.GuildChannel


def server_of(
    guild: discord.Guild, channel_ids: Iterable[int], bot_id: int, admin_roles: Collection[int]
) -> Server | None:
    """Return a server with those of the channels that there are; None where it is not known."""
    everyone = guild.get_role(guild.id)
    if guild.unavailable or everyone is None or guild.owner_id is None:
        return None
    # The role that Discord made for this bot is held by nobody else.
    own = {role.id for role in guild.roles if role.tags and role.tags.bot_id == bot_id}
    roles = [role for role in guild.roles if role.id not in own | {guild.id}]
    channels = [guild.get_channel(channel_id) for channel_id in set(channel_ids)]
    return Server(
        guild.id,
        guild.owner_id,
        bot_id,
        _role(everyone, admin_roles),
        {role.id: _role(role, admin_roles) for role in roles},
        {c.id: _channel(c) for c in channels if c is not None},
    )


def _role(role: discord.Role, admin_roles: Collection[int]) -> Role:
    rights = role.permissions
    rules = rights.administrator or rights.manage_guild or role.id in admin_roles
    return Role(role.id, rights.view_channel, rights.administrator, rules)


def _channel(channel: GuildChannel) -> Channel:
    """Return a channel's overwrites of the right to see it; giving it beats taking it."""
    roles: dict[int, bool] = {}
    members: dict[int, bool] = {}
    # The public mapping makes one value of what is given and taken at once.
    for overwrite in channel._overwrites:
        kind = roles if overwrite.is_role() else members
        if discord.Permissions(overwrite.allow).view_channel:
            kind[overwrite.id] = True
        elif discord.Permissions(overwrite.deny).view_channel:
            kind[overwrite.id] = False
    return Channel(channel.id, roles, members)


def channel_id_of(guild: discord.Guild, channel_id: int | None, parent_id: int | None) -> int:
    """Return the channel whose readers read a place: itself, or the one that a thread is in.

    0, which is no channel, where it is not known.
    """
    if channel_id is None:
        return 0
    if parent_id is None and (thread := guild.get_thread(channel_id)) is not None:
        parent_id = thread.parent_id
    wanted = parent_id or channel_id
    return wanted if guild.get_channel(wanted) is not None else 0
