"""Who may run the library from Discord: Manage Server or a role chosen for it, at home."""

from __future__ import annotations

import discord

from bot.core.exceptions import NotAdmin
from bot.discord.client import DocentBot


def is_admin(interaction: discord.Interaction[DocentBot]) -> bool:
    """Return True for one with the right, or with a role chosen for it."""
    rights = interaction.permissions
    if rights.manage_guild or rights.administrator:
        return True
    member = interaction.user
    roles = {role.id for role in member.roles} if isinstance(member, discord.Member) else set()
    return bool(roles & set(interaction.client.settings.admin_role_ids))


def require_admin(interaction: discord.Interaction[DocentBot]) -> None:
    """Raise NotAdmin for one who is no admin.

    Discord hides the commands from most others, but a server's settings can show them.
    """
    if not is_admin(interaction):
        raise NotAdmin("discord.not_admin")


async def require_writer(interaction: discord.Interaction[DocentBot]) -> None:
    """Raise NotAdmin for one who is no admin, or whose server can only read.

    Which servers can write may have to be awaited: acknowledge the interaction first.
    """
    require_admin(interaction)
    if interaction.guild_id not in await interaction.client.access.home_servers():
        raise NotAdmin("access.read_only_server")
