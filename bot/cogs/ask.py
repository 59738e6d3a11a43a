"""Questions: `/ask`, a mention, a reply to the bot, a direct message; each answered once."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
import sqlite3
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

import discord
from discord import app_commands
from discord.ext import commands

from bot.gateway.choices import article_meant, offer_articles, typing_place
from bot.gateway.client import DocentBot
from bot.gateway.errors import guarded
from bot.gateway.gate import off_loop
from bot.gateway.localisation import phrase
from bot.gateway.replies import InteractionReply, MessageReply, Reply
from bot.gateway.streaming import Stream
from bot.rendering.parts import Part
from bot.rendering.render import render_answer, render_draft
from config.logs import begin_question
from config.phrases import say

_log = logging.getLogger(__name__)
_REMEMBERED_MESSAGES = 1000
_ADDRESSED_TYPES = (discord.MessageType.default, discord.MessageType.reply)
_TOKEN = re.compile(r"<(?:@&|#|a?:\w+:)\d+>")


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked. `replied_to` is the message it follows up; `shown` tells that readers see
    the question above the answer anyway.
    """

    text: str
    article: str = ""
    replied_to: int | None = None
    shown: bool = True


class AskCog(commands.Cog):
    """Takes questions however they come, and answers each once."""

    def __init__(self, bot: DocentBot) -> None:
        """Answer with the bot's parts."""
        self.bot = bot
        self._seen: OrderedDict[int, None] = OrderedDict()

    @app_commands.command(name="ask", description=phrase("discord.ask_description"))
    @app_commands.allowed_contexts(guilds=True, dms=True)
    @app_commands.describe(
        question=phrase("discord.ask_question"),
        article=phrase("discord.ask_article"),
        private=phrase("discord.ask_private"),
    )
    async def ask(
        self,
        interaction: discord.Interaction[DocentBot],
        question: str,
        article: str = "",
        private: bool = False,
    ) -> None:
        """Answer a question, of one article if it is named."""
        reply = InteractionReply(interaction, private=private)
        await self.answer(Question(question, article, shown=False), reply)

    @ask.autocomplete("article")
    async def offer(
        self, interaction: discord.Interaction[DocentBot], current: str
    ) -> list[app_commands.Choice[str]]:
        """Offer the articles that fit what is typed."""
        return await offer_articles(self.bot.desk_for(typing_place(interaction)), current)

    @commands.Cog.listener("on_message")
    async def hear(self, message: discord.Message) -> None:
        """Answer a message if it is addressed to the bot; every other one is left alone."""
        if not self._is_addressed(message) or self._was_seen(message.id):
            return
        self.bot.under_way()
        text = self._question_in(message)
        reference = message.reference.message_id if message.reference else None
        reply = MessageReply(message, self.bot, text)
        await guarded(
            self.answer(Question(text, replied_to=reference), reply), lambda: reply, self.bot
        )

    def _is_addressed(self, message: discord.Message) -> bool:
        """Tell whether a person mentions the bot, replies to it, or writes to it directly."""
        if message.author.bot or message.webhook_id or message.type not in _ADDRESSED_TYPES:
            return False
        if message.guild is None or self.bot.user in message.mentions:
            return True
        replied_to = message.reference.resolved if message.reference else None
        return isinstance(replied_to, discord.Message) and replied_to.author == self.bot.user

    def _was_seen(self, message_id: int) -> bool:
        """Note a message; True for one that the gateway hands over a second time."""
        if message_id in self._seen:
            return True
        self._seen[message_id] = None
        if len(self._seen) > _REMEMBERED_MESSAGES:
            self._seen.popitem(last=False)
        return False

    def _question_in(self, message: discord.Message) -> str:
        """Return the text without the bot's own mention, other people by their names."""
        text = message.content
        for user in message.mentions:
            name = "" if user == self.bot.user else user.display_name
            text = text.replace(f"<@{user.id}>", name).replace(f"<@!{user.id}>", name)
        return _TOKEN.sub("", text).strip()

    async def answer(self, question: Question, reply: Reply) -> None:
        """Answer one question: paced, in turn, off the event loop, kept, and sent once."""
        bot = self.bot
        bot.refuse_while_ending()
        bot.cooldown.check(reply.place.user_id)
        begin_question()
        _log.info("asked in %d characters", len(question.text))
        asked = "" if question.shown else question.text

        def draft(text: str) -> Part:
            return render_draft(text, reply.language, asked=asked)

        async with reply:
            try:
                async with Stream(reply, draft, bot.pace.between_edits) as stream:
                    parts, answer_id = await bot.gate.run(
                        self._answered, question, reply, stream.append
                    )
            except asyncio.CancelledError:
                await reply.tell(say("discord.restarting", reply.language))
                raise
            message_ids = await reply.send(parts, answer_id)
            _log.info("sent in %d messages", len(message_ids))
            if answer_id is not None:
                with contextlib.suppress(sqlite3.Error):
                    await off_loop(bot.store.shown_in, answer_id, message_ids)

    def _answered(
        self, question: Question, reply: Reply, on_text: Callable[[str], None]
    ) -> tuple[list[Part], int | None]:
        """Ask the desk, with the turns before if it is a follow-up; keep the answer. Blocks."""
        place, store = reply.place, self.bot.store
        desk = self.bot.desk_for(place)
        parent = store.in_message(question.replied_to) if question.replied_to else None
        answer = desk.ask(
            question.text,
            article_id=article_meant(desk, question.article) if question.article else None,
            earlier=store.turns(parent),
            on_text=on_text,
            user=str(place.user_id),
        )
        answer_id = None
        try:
            answer_id = store.keep(answer, private=place.private, parent=parent)
        except sqlite3.Error:
            _log.exception("an answer could not be kept; it goes out without its buttons")
        if question.shown:
            return render_answer(answer, answer_id, answer.language), answer_id
        return render_answer(answer, answer_id, reply.language, asked=question.text), answer_id


async def setup(bot: DocentBot) -> None:
    """Add the cog."""
    await bot.add_cog(AskCog(bot))
