"""Questions that nobody asked the bot: which messages ask one, and the quiet reply to it."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence

import discord

from bot.discord.delivery import UNDELIVERABLE
from bot.discord.message_replies import MessageReply, plain_text
from bot.discord.render.parts import Part

_log = logging.getLogger(__name__)
_LONGEST_POST = 900
_MARK = re.compile(r"[?？](?:[\s\"'”’)）]|$)")
_OPENING = re.compile(
    r"(?i)^(?:(?:hi|hey|hello)\b[^.!?]{0,20}?[,!]?\s+)?(?:who|whom|whose|what|when|where|which|why|how|"
    r"is|are|was|were|do|does|did|can|could|may|must|should|will|would|has|have|"
    r"does any|anyone know)(?:'s|’s|n't|n’t)?\b"
)
_HAN = re.compile(
    r"什么|甚么|怎么|怎样|怎麼|什麼|如何|多少|多久|几[时点个号]|哪|谁|誰|为何|为什么|是否|能否|可否|[吗嗎呢么]$"
)


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


def unasked_question(message: discord.Message, *, in_post: bool) -> str:
    """Return the question of a person's message that is not for the bot; empty without one.

    A forum post asks by its title and its first message. What replies to a person, or mentions
    somebody, is for that person.
    """
    if message.mentions or message.role_mentions or message.reference is not None:
        return ""
    text = plain_text(message)
    channel = message.channel
    if in_post and isinstance(channel, discord.Thread) and message.id == channel.id:
        return f"{channel.name}\n{text}"[:_LONGEST_POST].strip()
    return text if len(text) <= _LONGEST_POST and is_question(text) else ""
