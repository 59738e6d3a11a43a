"""The question in a message: its text, its file, what it forwards and what it replies to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

import discord

from bot.core.exceptions import Gone
from bot.discord.delivery import UNDELIVERABLE, with_retry
from index.scope import Scope, typed_scope
from retrieval.followups.pointing import points_only

_TOKEN = re.compile(r"<(?:@&|#|a?:\w+:)\d+>")
# What Discord makes of a text that is too long for a message.
_TEXT_FILE, _LARGEST_FILE = "message.txt", 64 * 1024
_LONGEST_CONTEXT = 1000


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked. `replied_to` is the message it follows up, `about` the text of somebody's
    message that it is asked about; `shown` tells that readers see the question above the answer
    anyway. `after`, `before` and `source` are as they were typed.
    """

    text: str
    article: str = ""
    replied_to: int | None = None
    shown: bool = True
    after: str = ""
    before: str = ""
    source: str = ""
    about: str = ""

    def scope(self) -> Scope:
        """Return which articles are meant. Raises DateUnreadable."""
        return typed_scope(self.after, self.before, self.source, date.today())


def is_addressed(message: discord.Message, me: discord.ClientUser | None) -> bool:
    """Return True if a message mentions the bot or its role, replies to it, or is to it alone."""
    if message.guild is None or me in message.mentions:
        return True
    own_role = message.guild.self_role
    if own_role is not None and own_role in message.role_mentions:
        return True
    replied_to = _replied_to(message)
    return replied_to is not None and replied_to.author == me


async def said_in(message: discord.Message, *, boxes: bool = False) -> str:
    """Return all that a message says, what it forwards too. Raises Gone for a file too long.

    With `boxes`, what stands in its embeds and cards as well.
    """
    texts: list[str] = []
    parts: list[discord.Message | discord.MessageSnapshot] = [message, *message.message_snapshots]
    for part in parts:
        texts.append(part.content)
        texts += [await _text_of(file) for file in part.attachments if file.filename == _TEXT_FILE]
        if boxes or part is not message:
            texts += (embed.description or "" for embed in part.embeds)
            texts += _displayed(part.components)
    return "\n".join(text for text in texts if text).strip()


async def heard_in(message: discord.Message, bot: discord.Client) -> Question:
    """Return what a message that is addressed to the bot asks.

    Where it replies to somebody's message, that one is the question if the words only point at
    it, and their context otherwise. Raises Gone for a text that cannot be had.
    """
    words = _plain(await said_in(message), message, bot)
    other = _replied_to(message)
    if other is None or other.author == bot.user:
        if not words and message.guild is not None and not bot.intents.message_content:
            raise Gone("discord.unread")
        replied = message.type is discord.MessageType.reply and message.reference
        return Question(words, replied_to=replied.message_id if replied else None)
    about = _plain(await said_in(other, boxes=True), other, bot)
    if not points_only(words):
        return Question(words, about=about[:_LONGEST_CONTEXT])
    if not about:
        readable = bot.intents.message_content or message.guild is None
        raise Gone("discord.message_empty" if readable else "discord.unread_reply")
    return Question(about)


def _replied_to(message: discord.Message) -> discord.Message | None:
    """Return the message that a message replies to, if it is still there."""
    if message.type is not discord.MessageType.reply or message.reference is None:
        return None
    resolved = message.reference.resolved
    return resolved if isinstance(resolved, discord.Message) else None


def _plain(text: str, message: discord.Message, bot: discord.Client) -> str:
    """Return a text without mentions of the bot, other people by their names."""
    for user in (*message.mentions, bot.user):
        if user is None:
            continue
        name = "" if user == bot.user else user.display_name
        text = text.replace(f"<@{user.id}>", name).replace(f"<@!{user.id}>", name)
    return _TOKEN.sub("", text).strip()


def _displayed(components: Iterable[object]) -> Iterator[str]:
    """Yield the texts of components, the nested ones too."""
    for component in components:
        if isinstance(component, discord.TextDisplay):
            yield component.content
        yield from _displayed(getattr(component, "children", ()))


async def _text_of(file: discord.Attachment) -> str:
    """Return a long text that Discord made a file of. Raises Gone where it cannot be had."""
    if file.size > _LARGEST_FILE:
        raise Gone("discord.file_long", file=_TEXT_FILE)
    try:
        return (await with_retry(file.read)).decode("utf-8", "replace")
    except UNDELIVERABLE as error:
        raise Gone("discord.file_away", file=_TEXT_FILE) from error
