"""How one person is answered below a message, in a thread, or directly."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Sequence

import discord

from bot.discord.delivery import (
    UNDELIVERABLE,
    is_card_refused,
    send_once,
    show_typing,
    with_retry,
)
from bot.discord.permissions.place import place_of
from bot.discord.render.markdown import cut
from bot.discord.render.parts import Part, as_texts
from bot.discord.replies import Reply
from bot.discord.views import shown_as
from config.phrases import localize
from language.text import language_of

_log = logging.getLogger(__name__)
_NOTICE_SECONDS = 15.0
_HAS_THREAD, _LONGEST_NAME = 160004, 100


class MessageReply(Reply):
    """The reply to a message: below it, or in direct messages where the bot may not write."""

    def __init__(self, message: discord.Message) -> None:
        """Answer `message`, in the language of its text."""
        self.place, self.language = place_of(message), language_of(message.content)
        self._message = message
        # Set before it is sent: answer in a thread that is opened below the message.
        self.opens_thread = False
        self._channel: discord.abc.Messageable = message.channel
        if isinstance(message.channel, discord.Thread):
            self.thread_id = message.channel.id
            self.in_post = isinstance(message.channel.parent, discord.ForumChannel)
        self._typing: asyncio.Task[None] | None = None
        self._draft: discord.Message | None = None

    async def __aenter__(self) -> None:
        """Show the typing indicator."""
        self.begun = True
        self._typing = asyncio.create_task(show_typing(self._message.channel), name="typing")

    async def __aexit__(self, *_: object) -> None:
        """Stop the typing indicator."""
        if self._typing is not None:
            self._typing.cancel()

    async def send(self, parts: Sequence[Part], answer_id: int | None = None) -> list[int]:
        """Answer below the message, or directly where the channel is closed to the bot."""
        if self._typing is not None:
            self._typing.cancel()
        ids: list[int] = []
        try:
            await self._send_all(parts, ids)
        except discord.Forbidden:
            where = f"<#{self._message.channel.id}>"
            reason = localize("discord.cannot_write", self.language, channel=where)
            ids += await self._send_directly([Part(reason), *parts[len(ids) :]])
        return ids

    async def _send_all(self, parts: Sequence[Part], ids: list[int]) -> None:
        """Send the parts one after the other, and note each one's id."""
        for part in parts:
            sent = await (self._send_on(part) if ids else self._send_first(part))
            ids.append(sent.id)

    async def send_aside(self, parts: Sequence[Part], answer_id: int | None = None) -> list[int]:
        """Write to the person directly; where that is closed, nobody hears of it."""
        return await self._send_directly(parts)

    async def preview(self, part: Part) -> None:
        """Show the part below the message, or in place of what was shown there before."""
        self._draft = await self._send_first(part)

    async def _send_first(self, part: Part) -> discord.Message:
        """Send what comes first below the message: in place of the draft if there is one."""
        draft = self._draft
        if draft is not None:
            try:
                return await with_retry(lambda: draft.edit(**shown_as(part)))
            except discord.NotFound:
                _log.info("a draft was deleted; the answer is sent again")
            except discord.HTTPException as error:
                if not is_card_refused(error, part):
                    raise
                first, *rest = as_texts(part)
                shown = [await draft.edit(**shown_as(first))]
                return [*shown, *[await self._send_on(text) for text in rest]][-1]
        elif self.opens_thread and self.thread_id is None:
            thread = await self._opened()
            if thread is not None:
                self.thread_id, self._channel = thread.id, thread
                return await send_once(thread, part)
        # The message may be deleted by now: then the answer is no reply.
        reference = self._message.to_reference(fail_if_not_exists=False)
        return await send_once(self._message.channel, part, reference)

    async def _opened(self) -> discord.Thread | None:
        """Return the thread below the message, which is opened unless there is one."""
        message, guild = self._message, self._message.guild
        name = cut(plain_text(message), _LONGEST_NAME) or "…"
        try:
            try:
                return await with_retry(lambda: message.create_thread(name=name))
            except discord.HTTPException as error:
                if error.code != _HAS_THREAD or guild is None:
                    raise
            # The answer to our first try was lost; a thread has the number of its message.
            found = await with_retry(lambda: guild.fetch_channel(message.id))
        except UNDELIVERABLE as error:
            _log.info("no thread could be opened: %s", error)
            return None
        return found if isinstance(found, discord.Thread) else None

    async def _send_on(self, part: Part) -> discord.Message:
        return await send_once(self._channel, part)

    async def _send_directly(self, parts: Sequence[Part]) -> list[int]:
        try:
            return [(await send_once(self._message.author, part)).id for part in parts]
        except discord.Forbidden:
            channel = self._message.channel.id
            _log.warning("may neither write in channel %s nor to the person who asked", channel)
            return []

    async def _tell_privately(self, sentence: str) -> None:
        """Say it in direct messages; where those are closed, below the message for a while."""
        try:
            await send_once(self._message.author, Part(sentence))
        except discord.Forbidden:
            reference = self._message.to_reference(fail_if_not_exists=False)
            channel = self._message.channel
            await send_once(channel, Part(sentence), reference, delete_after=_NOTICE_SECONDS)


def plain_text(message: discord.Message) -> str:
    """Return the text of a message without mentions, channels and emoji of a server."""
    return re.sub(r"<(?:@[!&]?|#|a?:\w+:)\d+>", "", message.content).strip()
