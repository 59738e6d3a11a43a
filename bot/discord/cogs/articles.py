"""What there is to read: `/summary`, `/articles`, `/status`, `/help`."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.core.exceptions import Gone
from bot.core.ports import AnswerService
from bot.core.threads import run_in_thread
from bot.discord.choices import article_meant, is_for_all, offer_articles
from bot.discord.client import DocentBot
from bot.discord.localisation import phrase
from bot.discord.render.render import render_summary
from bot.discord.render.render_lists import FILTER_LIMIT, render_articles, render_help
from bot.discord.render.render_runs import render_status
from bot.discord.replies import InteractionReply
from bot.discord.rights import is_admin
from bot.discord.views import fields_of
from bot.storage.access import AccessUnusable
from config.phrases import localize
from retrieval.chat.usefulness import FILE, Usefulness
from retrieval.errors import NoIndex
from retrieval.models import Summary


class ArticlesCog(commands.Cog):
    """Shows articles and the state of the index."""

    def __init__(self, bot: DocentBot) -> None:
        """Take the clicks that turn the pages of a list."""
        self.bot = bot
        bot.button_handlers.update(articles=self.turn_page)

    @app_commands.command(name="summary", description=phrase("discord.summary_description"))
    @app_commands.allowed_contexts(guilds=True, dms=True)
    @app_commands.describe(article=phrase("discord.summary_article"))
    async def summary(self, interaction: discord.Interaction[DocentBot], article: str) -> None:
        """Sum up one article."""
        bot = self.bot
        bot.refuse_while_ending()
        bot.cooldown.check(interaction.user.id)
        private = not await is_for_all(interaction, article)
        reply = InteractionReply(interaction, private=private)
        async with reply:
            service = await bot.access.service_for(reply.place)
            asker = str(reply.place.user_id)
            summary = await bot.gate.run(_summarized, article, service, asker)
            if not await bot.access.shows(reply.place, summary):
                raise Gone("access.closed_meanwhile")
            summary_id = await run_in_thread(bot.keep, summary, reply)
            await reply.send(render_summary(summary, summary_id, reply.language), summary_id)

    @summary.autocomplete("article")
    async def offer(
        self, interaction: discord.Interaction[DocentBot], current: str
    ) -> list[app_commands.Choice[str]]:
        """Offer the articles that fit what is typed."""
        return await offer_articles(interaction, current)

    @app_commands.command(name="articles", description=phrase("discord.articles_description"))
    @app_commands.allowed_contexts(guilds=True, dms=True)
    @app_commands.describe(filter=phrase("discord.articles_filter"))
    async def articles(
        self,
        interaction: discord.Interaction[DocentBot],
        filter: app_commands.Range[str, 1, FILTER_LIMIT] = "",  # the option's name
    ) -> None:
        """List the articles, a page at a time."""
        await self._show_page(InteractionReply(interaction, private=True), filter, 0)

    async def turn_page(self, interaction: discord.Interaction[DocentBot], state: str) -> None:
        """Show another page in place of the one that is open."""
        first, _, wanted = state.partition(":")
        (page,) = fields_of(first, int)
        await self._show_page(InteractionReply(interaction, update=True), wanted, page)

    async def _show_page(self, reply: InteractionReply, wanted: str, page: int) -> None:
        async with reply:
            service = await self.bot.access.service_for(reply.place)
            cards = await run_in_thread(service.articles, wanted)
            await reply.send([render_articles(cards, wanted, page, reply.language)])

    @app_commands.command(name="status", description=phrase("discord.status_description"))
    @app_commands.allowed_contexts(guilds=True, dms=True)
    async def status(self, interaction: discord.Interaction[DocentBot]) -> None:
        """Show what the index holds."""
        reply = InteractionReply(interaction, private=True)
        async with reply:
            service = await self.bot.access.service_for(reply.place)
            status = await run_in_thread(service.status)
            run = self.bot.runs.current
            bounded = bool(await self.bot.access.closed_at(reply.place))
            running = run.line(reply.language, bounded=bounded) if run is not None else ""
            chat = (
                await run_in_thread(self._chat_line, reply.language)
                if is_admin(interaction)
                else ""
            )
            part = render_status(status, running, reply.language, bounded=bounded, chat=chat)
            await reply.send([part])

    def _chat_line(self, language: str) -> str:
        """Return how much of the chat model's replies is used; nothing without one. Blocks."""
        if not (name := self.bot.settings.chat_model):
            return ""
        known = Usefulness(name, self.bot.settings.data_dir / FILE)
        percent = round(100 * known.share)
        return localize("discord.status_chat", language, replies=known.replies, percent=percent)

    @app_commands.command(name="help", description=phrase("discord.help_description"))
    @app_commands.allowed_contexts(guilds=True, dms=True)
    async def help(self, interaction: discord.Interaction[DocentBot]) -> None:
        """Explain how to ask and how to check an answer, with questions to begin with."""
        reply = InteractionReply(interaction, private=True)
        async with reply:
            try:
                service = await self.bot.access.service_for(reply.place)
                asked = await self.bot.gate.run(service.starters, reply.language)
            except (NoIndex, AccessUnusable):
                asked = ()
            await reply.send([render_help(asked, reply.language)])


def _summarized(article: str, service: AnswerService, user: str) -> Summary:
    """Sum up what a chosen value, or anything typed, means. Blocks."""
    return service.summarize(article_meant(service, article), user=user)


async def setup(bot: DocentBot) -> None:
    """Add the cog."""
    await bot.add_cog(ArticlesCog(bot))
