"""`/channel`: what a channel is for, and which questions are answered in it; for admins alone."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.core.threads import run_in_thread
from bot.discord.client import DocentBot
from bot.discord.localisation import phrase
from bot.discord.permissions.place import parent_of
from bot.discord.render.parts import Part
from bot.discord.replies import InteractionReply
from bot.discord.rights import require_admin, require_writer
from bot.discord.weekly import is_closed_to_most
from bot.storage.channels import MODES, USES
from config.phrases import localize

_Interaction = discord.Interaction[DocentBot]
_NOTHING = "nothing"
_USE_CHOICES = [
    app_commands.Choice(name=phrase(f"channels.use_{use}"), value=use) for use in (*USES, _NOTHING)
]


_MODE_CHOICES = [
    app_commands.Choice(name=phrase(f"channels.mode_{mode}"), value=mode) for mode in MODES
]


class ChannelsCog(commands.Cog):
    """Keeps the settings of channels. Whoever changes them sees the replies alone."""

    def __init__(self, bot: DocentBot) -> None:
        """Change the settings that the bot keeps."""
        self.bot = bot

    @app_commands.command(name="channel", description=phrase("channels.description"))
    @app_commands.describe(
        channel=phrase("channels.option_channel"),
        mode=phrase("channels.option_mode"),
        use=phrase("channels.option_use"),
    )
    @app_commands.choices(mode=_MODE_CHOICES, use=_USE_CHOICES)
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.guild_only()
    async def channel(
        self,
        interaction: _Interaction,
        channel: discord.TextChannel | discord.ForumChannel | None = None,
        mode: str = "",
        use: str = "",
    ) -> None:
        """Change what is given, and show the settings of the server."""
        require_admin(interaction)
        self.bot.refuse_while_ending()
        reply = InteractionReply(interaction, private=True)
        guild_id = interaction.guild_id or 0
        async with reply:
            await require_writer(interaction)
            chosen = channel.id if channel is not None else _here(interaction)
            wanted = next((known for known in MODES if known == mode), None)
            if wanted is not None:
                await run_in_thread(self.bot.channels.set_mode, guild_id, chosen, wanted)
            lines = []
            if use == _NOTHING:
                await run_in_thread(self.bot.channels.drop_uses, guild_id, chosen)
            elif (named := next((known for known in USES if known == use), None)) is not None:
                await run_in_thread(self.bot.channels.set_use, guild_id, named, chosen)
                guild = interaction.guild
                if guild is None or not is_closed_to_most(guild, chosen):
                    lines.append(localize("channels.open_to_all", reply.language))
            if use == "digest":
                await self.bot.moderators.weekly.send(guild_id, chosen)
            shown = await run_in_thread(self._settings, guild_id, reply.language)
            await reply.send([Part("\n".join([*shown, *lines]))])

    def _settings(self, guild_id: int, language: str) -> list[str]:
        """Return the settings of a server, a line each. Blocks."""
        lines = [localize("channels.title", language)]
        for use in USES:
            channel_id = self.bot.channels.used_for(guild_id, use)
            where = f"<#{channel_id}>" if channel_id else localize("channels.none", language)
            lines.append(localize(f"channels.shown_{use}", language, channel=where))
        for channel_id, mode in self.bot.channels.modes(guild_id).items():
            said = localize(f"channels.mode_{mode}", language)
            lines.append(f"<#{channel_id}>: {said}")
        lines.append(localize("channels.others", language))
        return lines


def _here(interaction: _Interaction) -> int:
    """Return the channel in which a command was used; of a thread, the one that it is in."""
    return parent_of(interaction.channel) or interaction.channel_id or 0


async def setup(bot: DocentBot) -> None:
    """Add the cog."""
    await bot.add_cog(ChannelsCog(bot))
