"""`/channel`: what a channel is for, and what is answered in it; and the solved posts of forums."""

from __future__ import annotations

import logging

import discord
from discord import app_commands
from discord.ext import commands

from bot.core.exceptions import Gone
from bot.core.threads import run_in_thread
from bot.discord.client import DocentBot
from bot.discord.delivery import UNDELIVERABLE, with_retry
from bot.discord.localisation import phrase
from bot.discord.render.parts import Part
from bot.discord.replies import InteractionReply
from bot.discord.rights import is_admin, require_admin, require_writer
from bot.discord.weekly import is_closed_to_most
from bot.storage.channels import MODES, USES
from config.phrases import localize

_log = logging.getLogger(__name__)
_Interaction = discord.Interaction[DocentBot]
_NOTHING = "nothing"
_USE_CHOICES = [
    app_commands.Choice(name=phrase(f"channels.use_{use}"), value=use) for use in (*USES, _NOTHING)
]
_MODE_CHOICES = [
    app_commands.Choice(name=phrase(f"channels.mode_{mode}"), value=mode) for mode in MODES
]
_SOLVED = ("solved", "resolved", "answered", "done", "已解决", "已解決", "已回答", "解决", "解決")


class ChannelsCog(commands.Cog):
    """Keeps the settings of channels. Whoever changes them sees the replies alone."""

    def __init__(self, bot: DocentBot) -> None:
        """Change the settings that the bot keeps."""
        self.bot = bot
        bot.button_handlers.update(solved=self.solve)

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
            chosen = channel.id if channel is not None else reply.place.settings_id
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

    async def solve(self, interaction: _Interaction, state: str) -> None:
        """Mark a forum post as solved, for its author and moderators."""
        post = interaction.channel
        reply = InteractionReply(interaction)
        if not isinstance(post, discord.Thread):
            raise Gone("discord.button_old")
        rights = interaction.permissions
        own = interaction.user.id in (post.owner_id, int(state) if state.isdigit() else 0)
        if not own and not rights.manage_threads and not is_admin(interaction):
            private = InteractionReply(interaction, private=True)
            await private.tell(localize("channels.not_yours", private.language))
            return
        async with reply:
            key = "channels.solved_by" if await _tagged(post) else "channels.solved_untagged"
            who = interaction.user.mention
            await reply.send([Part(localize(key, reply.language, who=who))])


async def _tagged(post: discord.Thread) -> bool:
    """Put the forum's own tag for what is solved on a post; True if it is there then."""
    forum = post.parent
    if not isinstance(forum, discord.ForumChannel):
        return False
    tags = [tag for tag in forum.available_tags if tag.name.strip().casefold() in _SOLVED]
    if not tags:
        return False
    if tags[0] in post.applied_tags:
        return True
    applied = [*post.applied_tags[:4], tags[0]]
    try:
        await with_retry(lambda: post.edit(applied_tags=applied))
    except UNDELIVERABLE as error:
        _log.info("a post could not be tagged: %s", error)
        return False
    return True


async def setup(bot: DocentBot) -> None:
    """Add the cog."""
    await bot.add_cog(ChannelsCog(bot))
