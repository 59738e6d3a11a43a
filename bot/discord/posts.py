"""Questions for the moderators as their channel shows them, alike ones in one message."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import AsyncIterator, Sequence

import discord

from bot.core.exceptions import Gone
from bot.core.threads import run_in_thread
from bot.discord.delivery import UNDELIVERABLE, send_once, with_retry
from bot.discord.localisation import language_of_server
from bot.discord.render.parts import Part
from bot.discord.render.render_questions import render_closed, render_post
from bot.discord.views import shown_as
from bot.storage.channels import ChannelSettings
from bot.storage.questions import HandedOn, OpenQuestions
from retrieval.alike import is_alike

_log = logging.getLogger(__name__)


class QuestionPosts:
    """The open questions of a server and the messages that show them to its moderators."""

    def __init__(
        self, client: discord.Client, channels: ChannelSettings, questions: OpenQuestions
    ) -> None:
        """Show questions in the channels that are for moderators."""
        self._client, self._channels, self.questions = client, channels, questions

    async def groups(self, guild_id: int) -> list[list[HandedOn]]:
        """Return the open questions of a server, alike ones together, most asked first."""
        return await run_in_thread(self.questions.groups_in, guild_id)

    async def group_of(self, question_id: int, guild_id: int | None) -> list[HandedOn]:
        """Return an open question and those alike. Raises Gone where it is not open any more."""
        for group in await self.groups(guild_id or 0):
            if any(one.id == question_id for one in group):
                return group
        raise Gone("questions.closed")

    async def post(self, guild_id: int, number: int) -> None:
        """Show a question in the moderators' channel, in the message of those alike if any."""
        channel_id = await run_in_thread(self._channels.used_for, guild_id, "moderators")
        if channel_id is None:
            return
        group = await self.group_of(number, guild_id)
        part = render_post(group, self.language(guild_id))
        if await self._edit_posts(group, part):
            return
        sent = await send_once(self._client.get_partial_messageable(channel_id), part)
        await run_in_thread(self.questions.posted, number, channel_id, sent.id)

    @contextlib.asynccontextmanager
    async def withdrawn(self, user_id: int) -> AsyncIterator[None]:
        """Take a person's questions out of the moderators' channel, around their deletion."""
        own = await run_in_thread(self.questions.asked_by, user_id)
        posts = await run_in_thread(self.questions.posts_of, own)
        yield
        for channel_id, message_id in posts:
            channel = self._client.get_partial_messageable(channel_id)
            with contextlib.suppress(*UNDELIVERABLE):
                await channel.get_partial_message(message_id).delete()
        # Others may have asked the same: theirs are shown again, or with their new number.
        for guild_id in {one.guild_id for one in own if one.state == "open"}:
            for group in await self.groups(guild_id):
                if any(is_alike(group[0].question, one.question) for one in own):
                    await self.post(guild_id, group[0].id)

    async def show_closed(self, closed: Sequence[HandedOn], by: int, source: str) -> None:
        """Say in the moderators' channel what became of questions."""
        if closed:
            language = self.language(closed[0].guild_id)
            await self._edit_posts(closed, render_closed(closed, by, source, language))

    async def _edit_posts(self, asked: Sequence[HandedOn], part: Part) -> bool:
        """Edit the moderators' messages that show these questions; False if none is there."""
        edited = False
        for channel_id, message_id in await run_in_thread(self.questions.posts_of, asked):
            channel = self._client.get_partial_messageable(channel_id)
            message = channel.get_partial_message(message_id)
            shown = shown_as(part)
            try:
                await with_retry(lambda m=message, s=shown: m.edit(**s))  # type: ignore[misc]
                edited = True
            except discord.NotFound:
                continue
            except UNDELIVERABLE as error:
                _log.warning("a moderators' message could not be edited: %s", error)
        return edited

    def language(self, guild_id: int) -> str:
        """Return the language of a server's own messages."""
        return language_of_server(self._client.get_guild(guild_id))
