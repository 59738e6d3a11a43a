"""What lies behind an answer: passages, more sources, thumbs; and `Find sources` for a message."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.core.exceptions import Gone
from bot.core.ports import AnswerService
from bot.core.threads import run_in_thread
from bot.discord.client import DocentBot
from bot.discord.forms import Values, form_id, labelled, open_form
from bot.discord.heard import said_in
from bot.discord.localisation import phrase
from bot.discord.render.markdown import cut
from bot.discord.render.parts import Part
from bot.discord.render.render import render_answer, render_summary
from bot.discord.render.render_lists import SOURCES_SHOWN, render_passage, render_sources
from bot.discord.replies import InteractionReply, continued
from bot.discord.views import fields_of
from bot.storage.answers import Kept
from config.phrases import localize
from retrieval.models import Answer, Citation, Passage

_LONGEST_TITLE = 150
_LONGEST_MESSAGE = 2000
_LONGEST_COMMENT = 1000
_COMMENT = "comment"


class EvidenceCog(commands.Cog):
    """The buttons below an answer. Each click is answered to the one who clicked alone."""

    def __init__(self, bot: DocentBot) -> None:
        """Take the clicks, and add the command to the menu of messages."""
        self.bot = bot
        bot.button_handlers.update(
            open=self.open_passage,
            turn=self.turn_passage,
            sources=self.show_sources,
            more=self.show_more,
            thumb=self.take_thumb,
        )
        bot.forms[_COMMENT] = self.take_comment
        menu = app_commands.ContextMenu(
            name=phrase("discord.find_sources"), callback=self.find_sources
        )
        menu.allowed_contexts = app_commands.AppCommandContext(guild=True, dm_channel=True)
        bot.tree.add_command(menu)

    async def find_sources(
        self, interaction: discord.Interaction[DocentBot], message: discord.Message
    ) -> None:
        """Look up what the documents say about somebody's message."""
        bot = self.bot
        reply = InteractionReply(interaction, private=True)
        bot.refuse_while_ending()
        bot.cooldown.check(reply.place.user_id)
        async with reply:
            text = (await said_in(message, boxes=True))[:_LONGEST_MESSAGE]
            if not text:
                raise Gone("discord.message_empty")
            service = await bot.access.service_for(reply.place)
            passages = await bot.gate.run(service.nearest, text, SOURCES_SHOWN)
            if not passages:
                await reply.tell(localize("discord.nothing_near", reply.language))
                return
            title = localize("discord.about_message", reply.language)
            await reply.send([render_sources(title, passages, 0, reply.language)])

    async def open_passage(self, interaction: discord.Interaction[DocentBot], state: str) -> None:
        """Show a passage in a message of its own."""
        await self._show_passage(InteractionReply(interaction, private=True), state)

    async def turn_passage(self, interaction: discord.Interaction[DocentBot], state: str) -> None:
        """Show another passage in place of the one that is open."""
        await self._show_passage(InteractionReply(interaction, update=True), state)

    async def _show_passage(self, reply: InteractionReply, state: str) -> None:
        async with reply:
            service = await self.bot.access.service_for(reply.place)
            part = await run_in_thread(self._passage_part, service, state, reply.language)
            await reply.send([part])

    def _passage_part(self, service: AnswerService, state: str, language: str) -> Part:
        """Return the passage that a button names, with the quote of its answer. Blocks."""
        answer_id, number, chunk_id, page = fields_of(state, int, int, str, int)
        passage = service.passage(chunk_id)
        if passage is None:
            raise Gone("discord.passage_gone")
        neighbours = service.passage(chunk_id, -1), service.passage(chunk_id, 1)
        quote = self._quote(answer_id, number)
        return render_passage(passage, quote, neighbours, language, answer_id=answer_id, page=page)

    def _quote(self, answer_id: int, number: int) -> Citation | None:
        kept = self.bot.store.find(answer_id) if answer_id and number else None
        if kept is None:
            return None
        return next((c for c in kept.shown.citations if c.number == number), None)

    async def show_sources(self, interaction: discord.Interaction[DocentBot], state: str) -> None:
        """Show what else was found for a question."""
        reply = InteractionReply(interaction, private=True)
        async with reply:
            (answer_id,) = fields_of(state, int)
            service = await self.bot.access.service_for(reply.place)
            question, passages = await run_in_thread(self._other_sources, service, answer_id)
            if not passages:
                await reply.tell(localize("discord.no_more_sources", reply.language))
                return
            question = cut(question, _LONGEST_TITLE)
            title = localize("discord.also_found", reply.language, question=question)
            await reply.send([render_sources(title, passages, answer_id, reply.language)])

    def _other_sources(self, service: AnswerService, answer_id: int) -> tuple[str, list[Passage]]:
        """Return the question, and the passages that its answer did not quote. Blocks."""
        _, answer = self.bot.store.answer(answer_id)
        cited = {citation.chunk_id for citation in answer.citations}
        # Each is looked up again: what was removed since must not be shown.
        found = _still_there(service, answer.passages, cited)
        return answer.question, found or _still_there(
            service, service.nearest(answer.question), cited
        )

    async def show_more(self, interaction: discord.Interaction[DocentBot], state: str) -> None:
        """Show the next part of a reply that is too long for one private message."""
        reply = InteractionReply(interaction, private=True)
        async with reply:
            answer_id, index = fields_of(state, int, int)
            kept = await run_in_thread(self.bot.store.find, answer_id)
            if kept is None:
                raise Gone("discord.answer_gone")
            if not await self.bot.access.shows(reply.place, kept.shown):
                raise Gone("access.closed")
            parts = await run_in_thread(_rendered, kept, reply.language)
            index = min(index, len(parts) - 1)
            await reply.send([continued(parts, index, answer_id, reply.language)])

    async def take_thumb(self, interaction: discord.Interaction[DocentBot], state: str) -> None:
        """Keep a thumb; one that points down asks what was wrong."""
        answer_id, rating = fields_of(state, int, str)
        user_id = interaction.user.id
        reply = InteractionReply(interaction, private=True)
        if rating == "up":
            async with reply:
                await run_in_thread(self.bot.feedback.rate, answer_id, user_id, "up")
                await reply.tell(localize("discord.feedback_up", reply.language))
            return
        await run_in_thread(self.bot.store.answer, answer_id)
        # A form must be the first response; so the thumb is kept after it has opened.
        await open_form(interaction, _comment_form(answer_id, reply.language))
        await run_in_thread(self.bot.feedback.rate, answer_id, user_id, "down")

    async def take_comment(
        self, interaction: discord.Interaction[DocentBot], state: str, values: Values
    ) -> None:
        """Keep what somebody wrote into the form."""
        (answer_id,) = fields_of(state, int)
        reply = InteractionReply(interaction, private=True)
        comment = values["comment"][0][:_LONGEST_COMMENT]
        async with reply:
            rate = self.bot.feedback.rate
            await run_in_thread(rate, answer_id, reply.place.user_id, "down", comment)
            await reply.tell(localize("discord.feedback_down", reply.language))


def _rendered(kept: Kept, language: str) -> list[Part]:
    """Return all parts of a reply as it was sent. Blocks."""
    if isinstance(kept.shown, Answer):
        return render_answer(kept.shown, kept.id, language, asked=kept.shown.question)
    return render_summary(kept.shown, kept.id, language)


def _still_there(
    service: AnswerService, passages: Sequence[Passage], cited: set[str]
) -> list[Passage]:
    found = (service.passage(p.chunk_id) for p in passages if p.chunk_id not in cited)
    return [passage for passage in found if passage is not None]


def _comment_form(answer_id: int, language: str) -> discord.ui.Modal:
    """Return the form for what was wrong."""
    title = localize("discord.feedback_title", language)
    form = discord.ui.Modal(title=title, custom_id=form_id(_COMMENT, answer_id))
    field: discord.ui.TextInput[Any] = discord.ui.TextInput(
        style=discord.TextStyle.paragraph,
        custom_id="comment",
        placeholder=localize("discord.feedback_hint", language),
        max_length=_LONGEST_COMMENT,
        required=False,
    )
    form.add_item(labelled(localize("discord.feedback_label", language), field))
    return form


async def setup(bot: DocentBot) -> None:
    """Add the cog."""
    await bot.add_cog(EvidenceCog(bot))
