"""Replies in threads and to people who did not ask the bot: opened, quiet, and where they stand."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence

import discord

from bot.discord.delivery import UNDELIVERABLE, send_once, with_retry
from bot.discord.message_replies import MessageReply
from bot.discord.permissions.place import parent_of, post_of
from bot.discord.render.markdown import cut
from bot.discord.render.parts import Part

_log = logging.getLogger(__name__)
_HAS_THREAD = 160004
_LONGEST_NAME, _LONGEST_POST = 100, 900
_PEOPLE = (discord.MessageType.default, discord.MessageType.reply)
_MARK = re.compile(r"[?？](?:[\s\"'”’)）]|$)")
_OPENING = re.compile(
    r"(?i)^(?:(?:hi|hey|hello)\b[^.!?]{0,20}?[,!]?\s+)?(?:who|whom|whose|what|when|where|which|why|how|"
    r"is|are|was|were|do|does|did|can|could|may|must|should|will|would|has|have|"
    r"does any|anyone know)(?:'s|’s|n't|n’t)?\b"
)
_HAN = re.compile(
    r"什么|甚么|怎么|怎样|怎麼|什麼|如何|多少|多久|几[时点个号]|哪|谁|誰|为何|为什么|是否|能否|可否|[吗嗎呢么]$"
)


class ThreadReply(MessageReply):
    """The reply to a message in a thread that it opens; below the message where it cannot."""

    async def _send_first(self, part: Part) -> discord.Message:
        if self._draft is None and self.thread_id is None:
            thread = await self._opened()
            if thread is not None:
                self.thread_id, self._channel = thread.id, thread
                return await send_once(thread, part)
        return await super()._send_first(part)

    async def _opened(self) -> discord.Thread | None:
        """Return the thread below the message, which is opened unless there is one."""
        message, guild = self._message, self._message.guild
        name = cut(_plain(message), _LONGEST_NAME) or "…"
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


class QuietReply(MessageReply):
    """The reply to a message that was not for the bot: it comes with an answer, or not at all."""

    async def send(self, parts: Sequence[Part], answer_id: int | None = None) -> list[int]:
        """Answer below the message; where that cannot be, nobody hears of it."""
        ids: list[int] = []
        try:
            await self._send_all(parts, ids)
        except UNDELIVERABLE as error:
            _log.info("an unasked answer could not be sent: %s", type(error).__name__)
        return ids

    async def tell(self, sentence: str) -> None:
        """Say nothing."""


def is_question(text: str) -> bool:
    """Return True if a message looks like a question: by its mark, or by how it begins."""
    text = " ".join(text.split())
    return bool(_MARK.search(text) or _OPENING.match(text) or _HAN.search(text))


def base_id(message: discord.Message) -> int:
    """Return the channel whose settings hold for a message: that of a thread is its parent's."""
    return parent_of(message.channel) or message.channel.id


def unasked_question(message: discord.Message) -> str:
    """Return the question of a message that is not for the bot; empty if it asks nothing of all.

    A forum post asks by its title and its first message. What replies to a person, or mentions
    somebody, is for that person.
    """
    if message.author.bot or message.webhook_id or message.type not in _PEOPLE:
        return ""
    if message.mentions or message.role_mentions or message.reference is not None:
        return ""
    post = post_of(message)
    if post is not None and message.id == post.id:
        return f"{post.name}\n{_plain(message)}"[:_LONGEST_POST].strip()
    text = _plain(message)
    return text if len(text) <= _LONGEST_POST and is_question(text) else ""


def _plain(message: discord.Message) -> str:
    return re.sub(r"<(?:@[!&]?|#|a?:\w+:)\d+>", "", message.content).strip()
