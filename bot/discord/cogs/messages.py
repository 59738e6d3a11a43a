"""Messages: questions to the bot, questions to nobody, and moderators' answers."""

from __future__ import annotations

import logging
import time
from collections import deque
from datetime import timedelta

import discord
from discord.ext import commands

from bot.core.threads import run_in_thread
from bot.discord.client import DocentBot
from bot.discord.cogs.ask import AskCog
from bot.discord.cogs.questions import QuestionsCog
from bot.discord.concurrency import Cooldown, CoolingDown
from bot.discord.heard import Question, heard_in, is_addressed
from bot.discord.message_replies import MessageReply
from bot.discord.tree import guarded
from bot.discord.unasked import QuietReply, unasked_question
from bot.storage.memory import NOT_KEPT
from config.errors import DocentError
from language.text import language_of

_log = logging.getLogger(__name__)
_PEOPLE = (discord.MessageType.default, discord.MessageType.reply)
_REMEMBERED = 1000
# Nobody waits for the answers to questions that were not for the bot, so they come less often.
_LEAST_PAUSE = 5.0
# Later than this a message that was answered may be forgotten.
_LATEST_EDIT = timedelta(hours=1)


class MessagesCog(commands.Cog):
    """Hears what people write, and hands it to whoever answers it."""

    def __init__(self, bot: DocentBot, asking: AskCog, questions: QuestionsCog) -> None:
        """Hear messages in place of discord.py, which would look for prefix commands."""
        self.bot, self._asking, self._questions = bot, asking, questions
        self._heard: deque[tuple[int, bool]] = deque(maxlen=_REMEMBERED)
        self._since = discord.utils.utcnow()
        pause = bot.settings.ask_cooldown
        self._cooldown = Cooldown(max(pause, _LEAST_PAUSE) if pause else 0)
        bot.event(self.on_message)

    async def on_message(self, message: discord.Message, *, edited: bool = False) -> None:
        """Answer a message to the bot, or a question to nobody where every one is answered."""
        if message.author.bot or message.webhook_id or message.type not in _PEOPLE:
            return
        reply, addressed = MessageReply(message), is_addressed(message, self.bot.user)
        if not addressed and edited:
            return
        if addressed:
            self.bot.track_task()
        channels = self.bot.channels
        if time.monotonic() > channels.fresh_until:
            await run_in_thread(channels.refresh)
        mode = channels.mode(reply.place.settings_id)
        unasked = ""
        if not addressed and mode == "every":
            unasked = unasked_question(message, in_post=reply.in_post)
        # The gateway may hand a message over twice.
        if not (addressed or unasked) or (message.id, addressed) in self._heard:
            return
        self._heard.append((message.id, addressed))
        if addressed:
            reply.opens_thread = mode == "thread"
            await guarded(self.bot, self._answer(message, reply), lambda: reply)
        else:
            await self._answer_if_sure(unasked, QuietReply(message))

    @commands.Cog.listener("on_raw_message_edit")
    async def hear_edit(self, edit: discord.RawMessageUpdateEvent) -> None:
        """Answer a message that is addressed to the bot since it was edited.

        Not one from before the start: it may have been answered then.
        """
        message = edit.message
        is_late = discord.utils.utcnow() - message.created_at > _LATEST_EDIT
        if message.edited_at is not None and message.created_at > self._since and not is_late:
            await self.on_message(message, edited=True)

    async def _answer(self, message: discord.Message, reply: MessageReply) -> None:
        """Answer a message to the bot; one that replies to a question for moderators answers it."""
        reference = message.reference
        if message.guild and reference and reference.message_id:
            in_post = self.bot.moderators.questions.in_post
            asked = await run_in_thread(in_post, reference.message_id)
            if asked is not None:
                reply.opens_thread = False
                await self._questions.take_reply(message, asked, reply)
                return
        try:
            question = await heard_in(message, self.bot)
        except DocentError:
            # Told where the question was asked, as what the service finds wrong with it is.
            async with reply:
                raise
        reply.language = language_of(question.text)
        await self._asking.answer(question, reply)

    async def _answer_if_sure(self, text: str, reply: QuietReply) -> None:
        """Answer a question that was not for the bot, where it is surer than usual."""
        self.bot.track_task()
        try:
            self.bot.refuse_while_ending()
            self._cooldown.check(reply.place.user_id)
            await self._asking.answer_if_sure(Question(text), reply)
        except CoolingDown:
            return
        except (DocentError, *NOT_KEPT) as error:
            _log.info("an unasked question was left alone: %s", type(error).__name__)


async def setup(bot: DocentBot) -> None:
    """Add the cog."""
    asking, questions = bot.get_cog("AskCog"), bot.get_cog("QuestionsCog")
    if isinstance(asking, AskCog) and isinstance(questions, QuestionsCog):
        await bot.add_cog(MessagesCog(bot, asking, questions))
