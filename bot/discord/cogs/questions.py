"""*Ask the moderators* below a refusal, and `/questions` for those who answer."""

from __future__ import annotations

import time
from datetime import date, timedelta
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.core.exceptions import Gone
from bot.core.threads import run_in_thread
from bot.discord.client import DocentBot
from bot.discord.forms import Values, form_id, labelled, open_form
from bot.discord.heard import said_in
from bot.discord.localisation import language_of_locale, phrase
from bot.discord.message_replies import MessageReply
from bot.discord.moderators import Outcome
from bot.discord.permissions.place import place_of
from bot.discord.render.markdown import cut
from bot.discord.render.parts import Part
from bot.discord.render.render_questions import render_answered, render_consent, render_list
from bot.discord.replies import InteractionReply
from bot.discord.rights import require_admin, require_writer, require_writing_member
from bot.discord.views import fields_of
from bot.storage.questions import HandedOn
from config.phrases import localize

_Interaction = discord.Interaction[DocentBot]
_FORM = "reply"
_LONGEST_TITLE, _LONGEST_ANSWER = 300, 4000
# Days that an answer may hold.
_TERMS = (30, 90, 180, 365)


class QuestionsCog(commands.Cog):
    """Hands questions on to people, and takes their answers."""

    def __init__(self, bot: DocentBot) -> None:
        """Take the clicks, and the form of an answer."""
        self.bot = bot
        bot.button_handlers.update(
            human=self.ask_consent,
            handon=self.hand_on,
            questions=self.turn_page,
            answer=self.open_answer,
            dismiss=self.dismiss,
        )
        bot.forms[_FORM] = self.take_answer

    async def ask_consent(self, interaction: _Interaction, state: str) -> None:
        """Say what handing a question on means, before anything is kept."""
        reply = InteractionReply(interaction, private=True)
        shown = interaction.message
        async with reply:
            (answer_id,) = fields_of(state, int)
            _, answer = await run_in_thread(self.bot.store.answer, answer_id)
            guild_id = await self._server(interaction)
            use = self.bot.channels.used_for
            channel_id = await run_in_thread(use, guild_id, "moderators")
            message_id = shown.id if shown is not None and not shown.flags.ephemeral else 0
            fields = (str(answer_id), str(message_id))
            await reply.send([render_consent(answer.question, fields, channel_id, reply.language)])

    async def hand_on(self, interaction: _Interaction, state: str) -> None:
        """Keep a question for the moderators."""
        reply = InteractionReply(interaction, update=True)
        async with reply:
            answer_id, message_id = fields_of(state, int, int)
            kept, answer = await run_in_thread(self.bot.store.answer, answer_id)
            place = place_of(interaction, private=True)
            asked = HandedOn(
                *(0, time.time(), await self._server(interaction), place.channel_id or 0),
                *(message_id or None, place.user_id, kept.id, kept.private),
                *(reply.language, answer.question),
            )
            number = await self.bot.moderators.hand_on(asked)
            self.bot.follow(self.bot.moderators.posts.post(asked.guild_id, number))
            await reply.send([Part(localize("questions.handed_on", reply.language))])

    async def _server(self, interaction: _Interaction) -> int:
        """Return whose moderators are asked. Raises Gone where there are none."""
        place = place_of(interaction, private=True)
        guild_id = await self.bot.moderators.server_for(place)
        if guild_id is None:
            raise Gone("questions.nobody")
        return guild_id

    @app_commands.command(name="questions", description=phrase("questions.description"))
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.guild_only()
    async def questions(self, interaction: _Interaction) -> None:
        """List the open questions."""
        require_admin(interaction)
        await self._show(InteractionReply(interaction, private=True), interaction, 0)

    async def turn_page(self, interaction: _Interaction, state: str) -> None:
        """Show another page of the list."""
        require_admin(interaction)
        (page,) = fields_of(state, int)
        await self._show(InteractionReply(interaction, update=True), interaction, page)

    async def _show(self, reply: InteractionReply, interaction: _Interaction, page: int) -> None:
        async with reply:
            await require_writer(interaction)
            groups = await self.bot.moderators.posts.groups(interaction.guild_id or 0)
            await reply.send([render_list(groups, page, reply.language)])

    async def open_answer(self, interaction: _Interaction, state: str) -> None:
        """Open the form for an answer."""
        require_admin(interaction)
        self.bot.refuse_while_ending()
        (number,) = fields_of(state, int)
        group = await self.bot.moderators.posts.group_of(number, interaction.guild_id)
        language = language_of_locale(interaction.locale)
        await open_form(interaction, _answer_form(group[0], language))

    async def take_answer(self, interaction: _Interaction, state: str, values: Values) -> None:
        """Keep a moderator's answer."""
        require_admin(interaction)
        self.bot.refuse_while_ending()
        moderators = self.bot.moderators
        reply = InteractionReply(interaction, private=True)
        async with reply:
            await require_writer(interaction)
            (number,) = fields_of(state, int)
            group = await moderators.posts.group_of(number, interaction.guild_id)
            text = values["answer"][0].strip()
            if not text:
                raise Gone("questions.empty")
            days = int(next(iter(values.get("expires", [])), "0"))
            expires = date.today() + timedelta(days=days) if days else None
            outcome = await moderators.answer(
                group, text, interaction.user, title=values["title"][0], expires=expires
            )
            await reply.send([_told(outcome, reply.language)])

    async def dismiss(self, interaction: _Interaction, state: str) -> None:
        """Close a question without an answer."""
        require_admin(interaction)
        reply = InteractionReply(interaction, private=True)
        async with reply:
            await require_writer(interaction)
            moderators = self.bot.moderators
            (number,) = fields_of(state, int)
            group = await moderators.posts.group_of(number, interaction.guild_id)
            await moderators.dismiss(group, interaction.user)
            await reply.send([Part(localize("questions.dismissed", reply.language))])

    async def take_reply(
        self, message: discord.Message, asked: HandedOn, reply: MessageReply
    ) -> None:
        """Take a moderator's reply to a question in their channel."""
        self.bot.refuse_while_ending()
        async with reply:
            await require_writing_member(message.author, self.bot)
            text = await said_in(message)
            if self.bot.user is not None:
                text = text.replace(self.bot.user.mention, "").strip()
            if not text:
                raise Gone("questions.empty")
            moderators = self.bot.moderators
            group = await moderators.posts.group_of(asked.id, asked.guild_id)
            outcome = await moderators.answer(group, text, message.author)
            await reply.send([_told(outcome, reply.language)])


def _told(outcome: Outcome, language: str) -> Part:
    return render_answered(outcome.source, outcome.told, outcome.asked, outcome.failure, language)


def _answer_form(asked: HandedOn, language: str) -> discord.ui.Modal:
    """Return the form for an answer: the question as it will be titled, the answer, until when."""

    def said(name: str, **values: object) -> str:
        return localize(f"questions.form_{name}", language, **values)

    form = discord.ui.Modal(title=said("heading"), custom_id=form_id(_FORM, asked.id))
    title: discord.ui.TextInput[Any] = discord.ui.TextInput(
        custom_id="title",
        default=cut(asked.question, _LONGEST_TITLE),
        max_length=_LONGEST_TITLE,
        required=False,
    )
    answer: discord.ui.TextInput[Any] = discord.ui.TextInput(
        style=discord.TextStyle.paragraph, custom_id="answer", max_length=_LONGEST_ANSWER
    )
    options = [discord.SelectOption(label=said("never"), value="0", default=True)]
    options += [
        discord.SelectOption(label=said("days", days=days), value=str(days)) for days in _TERMS
    ]
    expires: discord.ui.Select[Any] = discord.ui.Select(
        custom_id="expires", options=options, required=False
    )
    form.add_item(labelled(said("title"), title))
    form.add_item(labelled(said("answer"), answer))
    form.add_item(labelled(said("expires"), expires))
    return form


async def setup(bot: DocentBot) -> None:
    """Add the cog."""
    await bot.add_cog(QuestionsCog(bot))
