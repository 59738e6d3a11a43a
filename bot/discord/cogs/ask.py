"""Questions, however they come: `/ask`, a button, a message; each answered once."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import logging
from collections.abc import Callable
from dataclasses import replace

import discord
from discord import app_commands
from discord.ext import commands

from bot.core.exceptions import Gone
from bot.core.measured import measured
from bot.core.ports import AnswerService
from bot.core.threads import run_in_thread
from bot.discord.choices import article_meant, is_for_all, offer_articles
from bot.discord.client import DocentBot
from bot.discord.heard import Question
from bot.discord.localisation import phrase
from bot.discord.permissions.control import rests_within
from bot.discord.render.parts import Button, Part
from bot.discord.render.render import render_answer, render_draft
from bot.discord.replies import InteractionReply, Reply, Stream
from bot.storage.answers import Kept
from bot.storage.memory import NOT_KEPT
from config.errors import DocentError
from config.logs import begin_question
from config.phrases import localize
from retrieval.models import Answer, AskRequest

_log = logging.getLogger(__name__)
# The confidence from which on a question that was not for the bot is answered; 0.5 is enough else.
SURE = 0.8


class AskCog(commands.Cog):
    """Takes questions however they come, and answers each once."""

    def __init__(self, bot: DocentBot) -> None:
        """Answer with the bot's parts."""
        self.bot = bot
        bot.button_handlers.update(ask=self.ask_offered)

    @app_commands.command(name="ask", description=phrase("discord.ask_description"))
    @app_commands.allowed_contexts(guilds=True, dms=True)
    @app_commands.describe(
        question=phrase("discord.ask_question"),
        article=phrase("discord.ask_article"),
        private=phrase("discord.ask_private"),
        after=phrase("discord.ask_after"),
        before=phrase("discord.ask_before"),
        source=phrase("discord.ask_source"),
    )
    async def ask(
        self,
        interaction: discord.Interaction[DocentBot],
        question: str,
        article: str = "",
        private: bool = False,
        after: str = "",
        before: str = "",
        source: str = "",
    ) -> None:
        """Answer a question, of one article if it is named, or of some days or paths."""
        private = private or bool(article and not await is_for_all(interaction, article))
        reply = InteractionReply(interaction, private=private)
        asked = Question(question, article, shown=False, after=after, before=before, source=source)
        await self.answer(asked, reply)

    @ask.autocomplete("article")
    async def offer(
        self, interaction: discord.Interaction[DocentBot], current: str
    ) -> list[app_commands.Choice[str]]:
        """Offer the articles that fit what is typed."""
        return await offer_articles(interaction, current)

    async def ask_offered(self, interaction: discord.Interaction[DocentBot], question: str) -> None:
        """Answer a question that /help offers, to the one who presses it alone."""
        reply = InteractionReply(interaction, private=True)
        await self.answer(Question(question, shown=False), reply)

    async def answer_if_sure(self, question: Question, reply: Reply) -> None:
        """Answer what nobody asked the bot, where it is surer than usual."""
        begin_question()
        reply.parent = await run_in_thread(self._followed, question, reply)
        service = await self.bot.access.service_for(reply.place)
        given = await self._given(question, reply, service)
        if given.found and given.confidence >= SURE:
            await self._send(question, reply, given)

    async def answer(self, question: Question, reply: Reply) -> None:
        """Answer one question: paced, in turn, off the event loop, kept, and sent once."""
        bot = self.bot
        bot.refuse_while_ending()
        bot.cooldown.check(reply.place.user_id)
        begin_question()
        _log.info("asked in %d characters", len(question.text))
        async with reply:
            reply.parent = await run_in_thread(self._followed, question, reply)
            service = await bot.access.service_for(reply.place)
            try:
                given = await self._given(question, reply, service, drafts=True)
            except asyncio.CancelledError:
                await reply.tell(localize("discord.restarting", reply.language))
                raise
            await self._send(question, reply, given)
        if not given.found and not question.article:
            bot.follow(self._answer_aside(question, reply))

    async def _given(
        self, question: Question, reply: Reply, service: AnswerService, *, drafts: bool = False
    ) -> Answer:
        """Return what a service answers, in turn and off the event loop.

        With `drafts` the reply shows it while it is written. Raises Gone if the answer may not be
        seen here any more.
        """
        bot = self.bot
        asked = "" if question.shown else question.text
        draft = functools.partial(render_draft, language=reply.language, asked=asked)
        async with contextlib.aclosing(Stream(reply, draft, bot.pace.between_edits)) as stream:
            on_text = stream.append if drafts else None
            answer = await bot.gate.run(self._asked, question, reply, service, on_text)
        # The rules may have changed meanwhile; the last draft may have waited for Discord.
        now = await bot.access.service_for(reply.place)
        if now is not service and not await run_in_thread(rests_within, now, answer):
            raise Gone("access.closed_meanwhile")
        return answer

    async def _send(
        self, question: Question, reply: Reply, answer: Answer, *, aside: bool = False
    ) -> None:
        """Keep an answer and send it, in the reply or aside."""
        bot = self.bot
        offers = not answer.found and await bot.moderators.offers(reply.place)
        parts, answer_id = await run_in_thread(self._kept, question, reply, answer, aside, offers)
        message_ids = await (reply.send_aside if aside else reply.send)(parts, answer_id)
        _log.info("sent in %d messages", len(message_ids))
        if answer_id is not None and message_ids:
            with contextlib.suppress(*NOT_KEPT):
                await run_in_thread(bot.store.shown_in, answer_id, message_ids)
                if reply.thread_id is not None and not aside:
                    about = (reply.thread_id, reply.place.user_id, message_ids[-1])
                    await run_in_thread(bot.channels.note_answer, *about)

    async def _answer_aside(self, question: Question, reply: Reply) -> None:
        """Answer the person alone from what not all here may read, if that holds the answer.

        The reply that all see stands already, and is the same as when nobody's documents hold it.
        """
        bot = self.bot
        bot.track_task()
        try:
            service = await bot.access.wider_service_for(reply.place)
            if service is None:
                return
            reply.place = replace(reply.place, private=True)
            answer = await self._given(question, reply, service)
            if answer.found:
                await self._send(question, reply, answer, aside=True)
        except DocentError as error:
            _log.info("not answered aside: %s", type(error).__name__)

    def _followed(self, question: Question, reply: Reply) -> int | None:
        """Return the id of the answer that a question follows up, if any. Blocks."""
        replied_to = question.replied_to
        if replied_to is None and reply.thread_id is not None:
            # In a thread a question follows the latest answer to its asker.
            replied_to = self.bot.channels.latest_answer(reply.thread_id, reply.place.user_id)
        return self.bot.store.in_message(replied_to) if replied_to else None

    def _asked(
        self,
        question: Question,
        reply: Reply,
        service: AnswerService,
        on_text: Callable[[str], None] | None,
    ) -> Answer:
        """Ask the service, with the turns before if it is a follow-up. Blocks."""
        store, place = self.bot.store, reply.place

        def seen(kept: Kept) -> bool:
            return (place.guild_id is None or not kept.private) and rests_within(
                service, kept.shown
            )

        about = [(question.about, "")] if question.about else []
        request = AskRequest(
            question.text,
            article_id=article_meant(service, question.article) if question.article else None,
            earlier=tuple((store.turns(reply.parent, seen) if reply.parent else []) or about),
            user=str(place.user_id),
        )
        bounded = service.within(question.scope())
        return measured(lambda: bounded.ask(request, on_text), self.bot.note_outcome)

    def _kept(
        self, question: Question, reply: Reply, answer: Answer, aside: bool, offers: bool
    ) -> tuple[list[Part], int | None]:
        """Keep an answer and return it as it is shown, with its id. Blocks."""
        answer_id = self.bot.keep(answer, reply)
        language = answer.language if question.shown else reply.language
        asked = "" if question.shown and not aside else question.text
        if aside:
            note = localize("access.aside", language)
            answer = replace(answer, note=f"{answer.note} {note}".strip())
        parts = render_answer(answer, answer_id, language, asked=asked, to_moderators=offers)
        if reply.in_post and answer.found:
            solved = Button(
                "solved", (str(reply.place.user_id),), localize("channels.solved", language)
            )
            parts[-1] = parts[-1].with_rows(*parts[-1].rows, (solved,))
        return parts, answer_id


async def setup(bot: DocentBot) -> None:
    """Add the cog."""
    await bot.add_cog(AskCog(bot))
