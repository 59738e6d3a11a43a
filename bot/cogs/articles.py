"""What there is to read: `/summary`, `/articles`, `/status`, `/help`."""

from __future__ import annotations

import logging
import sqlite3

import discord
from discord import app_commands
from discord.ext import commands

from bot.gateway.choices import article_meant, offer_articles, typing_place
from bot.gateway.client import DocentBot
from bot.gateway.gate import off_loop
from bot.gateway.localisation import phrase
from bot.gateway.replies import InteractionReply, Reply
from bot.rendering.parts import Part
from bot.rendering.render import render_summary
from bot.rendering.render_lists import FILTER_LIMIT, render_articles
from bot.rendering.render_runs import render_status
from config.phrases import say

_log = logging.getLogger(__name__)


class ArticlesCog(commands.Cog):
    """Shows articles and the state of the index."""

    def __init__(self, bot: DocentBot) -> None:
        """Take the clicks that turn the pages of a list."""
        self.bot = bot
        bot.presses.update(articles=self.turn_page)

    @app_commands.command(name="summary", description=phrase("discord.summary_description"))
    @app_commands.allowed_contexts(guilds=True, dms=True)
    @app_commands.describe(article=phrase("discord.summary_article"))
    async def summary(self, interaction: discord.Interaction[DocentBot], article: str) -> None:
        """Sum up one article."""
        bot = self.bot
        reply = InteractionReply(interaction)
        bot.refuse_while_ending()
        async with reply:
            parts, summary_id = await bot.gate.run(self._summarized, article, reply)
            await reply.send(parts, summary_id)

    @summary.autocomplete("article")
    async def offer(
        self, interaction: discord.Interaction[DocentBot], current: str
    ) -> list[app_commands.Choice[str]]:
        """Offer the articles that fit what is typed."""
        return await offer_articles(self.bot.desk_for(typing_place(interaction)), current)

    def _summarized(self, article: str, reply: Reply) -> tuple[list[Part], int | None]:
        """Sum up, and keep what was said. Blocks."""
        desk = self.bot.desk_for(reply.place)
        summary = desk.summarize(article_meant(desk, article))
        summary_id = None
        try:
            summary_id = self.bot.store.keep(summary, private=reply.place.private)
        except sqlite3.Error:
            _log.exception("a summary could not be kept")
        return render_summary(summary, summary_id, reply.language), summary_id

    @app_commands.command(name="articles", description=phrase("discord.articles_description"))
    @app_commands.allowed_contexts(guilds=True, dms=True)
    @app_commands.describe(filter=phrase("discord.articles_filter"))
    async def articles(
        self,
        interaction: discord.Interaction[DocentBot],
        filter: app_commands.Range[str, 1, FILTER_LIMIT] = "",  # noqa: A002 - the option's name
    ) -> None:
        """List the articles, a page at a time."""
        await self._show_page(InteractionReply(interaction, private=True), filter, 0)

    async def turn_page(self, interaction: discord.Interaction[DocentBot], state: str) -> None:
        """Show another page in place of the one that is open."""
        page, _, wanted = state.partition(":")
        await self._show_page(InteractionReply(interaction, update=True), wanted, int(page))

    async def _show_page(self, reply: InteractionReply, wanted: str, page: int) -> None:
        async with reply:
            cards = await off_loop(self.bot.desk_for(reply.place).articles, wanted)
            await reply.send([render_articles(cards, wanted, page, reply.language)])

    @app_commands.command(name="status", description=phrase("discord.status_description"))
    @app_commands.allowed_contexts(guilds=True, dms=True)
    async def status(self, interaction: discord.Interaction[DocentBot]) -> None:
        """Show what the index holds."""
        reply = InteractionReply(interaction, private=True)
        async with reply:
            status = await off_loop(self.bot.desk_for(reply.place).status)
            run = self.bot.runs.current
            running = run.line(reply.language) if run is not None else ""
            await reply.send([render_status(status, running, reply.language)])

    @app_commands.command(name="help", description=phrase("discord.help_description"))
    @app_commands.allowed_contexts(guilds=True, dms=True)
    async def help(self, interaction: discord.Interaction[DocentBot]) -> None:
        """Tell how to ask and how to check."""
        reply = InteractionReply(interaction, private=True)
        await reply.tell(say("discord.help", reply.language))


async def setup(bot: DocentBot) -> None:
    """Add the cog."""
    await bot.add_cog(ArticlesCog(bot))
