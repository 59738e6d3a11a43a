"""`/reindex` for those who may: live progress, cancelling, a report; answers go on meanwhile."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.discord.client import DocentBot
from bot.discord.localisation import phrase
from bot.discord.progress import ProgressMessage
from bot.discord.replies import InteractionReply
from bot.discord.rights import require_admin, require_writer
from config.phrases import localize


class AdminCog(commands.Cog):
    """Runs the index from Discord."""

    def __init__(self, bot: DocentBot) -> None:
        """Take the clicks on Cancel."""
        self.bot = bot
        bot.button_handlers.update(cancel=self.cancel)

    @app_commands.command(name="reindex", description=phrase("discord.reindex_description"))
    @app_commands.describe(full=phrase("discord.reindex_full"))
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.guild_only()
    async def reindex(
        self, interaction: discord.Interaction[DocentBot], full: bool = False
    ) -> None:
        """Start a run, or show the current one."""
        bot = self.bot
        require_admin(interaction)
        bot.refuse_while_ending()
        private = await bot.access.may_have_rules()
        reply = InteractionReply(interaction, private=private)
        async with reply:
            await require_writer(interaction)
            again = bot.runs.current is not None
            run = bot.runs.start(full)
        shown = ProgressMessage(interaction, run, bot.pace, again, bot.access, private=private)
        bot.follow(self._follow(shown))

    async def _follow(self, shown: ProgressMessage) -> None:
        self.bot.track_task()
        await shown.follow()

    async def cancel(self, interaction: discord.Interaction[DocentBot], _: str) -> None:
        """Cancel the current run; the progress shows it."""
        require_admin(interaction)
        run = self.bot.runs.current
        if run is None:
            reply = InteractionReply(interaction, private=True)
            await reply.tell(localize("discord.run_over", reply.language))
            return
        async with InteractionReply(interaction, update=True):
            await require_writer(interaction)
            run.cancelled = True


async def setup(bot: DocentBot) -> None:
    """Add the cog."""
    await bot.add_cog(AdminCog(bot))
