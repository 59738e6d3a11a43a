"""Admin checks: Manage Server or a configured role, in a home server."""

from __future__ import annotations

import discord

from bot.core.exceptions import NotAdmin
from bot.discord.client import DocentBot


def is_admin(interaction: discord.Interaction[DocentBot]) -> bool:
    """Return True if the user has Manage Server or an admin role."""
    return _are_enough(interaction.permissions, interaction.user, interaction.client)


def require_admin(interaction: discord.Interaction[DocentBot]) -> None:
    """Raise NotAdmin unless the user is an admin.

    Discord hides the commands from most others, but a server's settings can show them.
    """
    if not is_admin(interaction):
        raise NotAdmin("discord.not_admin")


async def require_writer(interaction: discord.Interaction[DocentBot]) -> None:
    """Raise NotAdmin unless the user is an admin of a home server.

    Which servers can write may have to be awaited: acknowledge the interaction first.
    """
    require_admin(interaction)
    if interaction.guild_id not in await interaction.client.access.home_servers():
        raise NotAdmin("access.read_only_server")


async def require_writing_member(author: discord.User | discord.Member, bot: DocentBot) -> None:
    """Raise NotAdmin unless the author of a message in a server may change documents there."""
    if not isinstance(author, discord.Member) or not _are_enough(
        author.guild_permissions, author, bot
    ):
        raise NotAdmin("discord.not_admin")
    if author.guild.id not in await bot.access.home_servers():
        raise NotAdmin("access.read_only_server")


def _are_enough(
    rights: discord.Permissions, user: discord.User | discord.Member, bot: DocentBot
) -> bool:
    """Return True if these rights, or a role of the user, make an admin."""
    roles = {role.id for role in user.roles} if isinstance(user, discord.Member) else set()
    chosen = roles & set(bot.settings.admin_role_ids)
    return rights.manage_guild or rights.administrator or bool(chosen)
