"""Admin checks: Manage Server or a configured role, in a home server."""

from __future__ import annotations

import discord

from bot.core.exceptions import NotAdmin
from bot.discord.client import DocentBot


def is_admin(interaction: discord.Interaction[DocentBot]) -> bool:
    """Return True if the user has Manage Server or an admin role."""
    rights = interaction.permissions
    if rights.manage_guild or rights.administrator:
        return True
    member = interaction.user
    roles = {role.id for role in member.roles} if isinstance(member, discord.Member) else set()
    return bool(roles & set(interaction.client.settings.admin_role_ids))


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
