"""Replies to an interaction or a message, delivered exactly once."""

from __future__ import annotations

import abc
import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any

import discord

from bot.discord.delivery import (
    UNDELIVERABLE,
    acknowledge,
    is_card_refused,
    send_once,
    with_retry,
)
from bot.discord.localisation import language_of_locale
from bot.discord.permissions.place import Place, place_of
from bot.discord.render.parts import Button, Card, Part, as_texts
from bot.discord.views import shown_as, view_of
from config.phrases import localize

_log = logging.getLogger(__name__)


class Reply(abc.ABC):
    """One pending reply. Use it as a context manager around the work."""

    place: Place
    language: str
    begun = False
    # The thread that it stands in, if it does, and whether that is a forum post.
    thread_id: int | None = None
    in_post = False
    # The id of the answer that the question follows up, once that is looked up.
    parent: int | None = None

    @abc.abstractmethod
    async def __aenter__(self) -> None:
        """Acknowledge before any work."""

    @abc.abstractmethod
    async def __aexit__(self, *_: object) -> None:
        """Stop what shows that work goes on."""

    async def tell(self, sentence: str) -> None:
        """Send one sentence in place of the answer, or privately if no work has begun."""
        if self.begun:
            await self.send([Part(sentence)])
        else:
            await self._tell_privately(sentence)

    @abc.abstractmethod
    async def send(self, parts: Sequence[Part], answer_id: int | None = None) -> list[int]:
        """Show the parts and return the ids of the messages that show them."""

    @abc.abstractmethod
    async def send_aside(self, parts: Sequence[Part], answer_id: int | None = None) -> list[int]:
        """Show the parts to the person alone, besides what all see; return the messages' ids."""

    @abc.abstractmethod
    async def preview(self, part: Part) -> None:
        """Show a part that `send` will replace, in the message that `send` will use first."""

    @abc.abstractmethod
    async def _tell_privately(self, sentence: str) -> None: ...


class InteractionReply(Reply):
    """The reply to a command or a click: one message, edited, which no retry doubles.

    `private` shows it to the person alone; `update` changes the message that was clicked.
    """

    def __init__(
        self,
        interaction: discord.Interaction[Any],
        *,
        private: bool = False,
        update: bool = False,
    ) -> None:
        """Take the interaction over: error messages of its command use this reply."""
        # A public message stays public.
        clicked = interaction.message if update else None
        alone = clicked is not None and clicked.flags.ephemeral
        self.place = place_of(interaction, private=private or alone)
        self.language = language_of_locale(interaction.locale)
        self._interaction, self._ephemeral, self._update = interaction, private, update
        self._hidden = private or update
        self._late = False
        # Once a message is a card, Discord takes no text for it any more.
        self._is_card = clicked is not None and clicked.flags.components_v2
        interaction.extras["reply"] = self

    async def __aenter__(self) -> None:
        """Acknowledge before any work."""
        self.begun = True
        response = self._interaction.response
        thinking = not self._update
        self._late = not await self._acknowledged(
            lambda: response.defer(ephemeral=self._ephemeral, thinking=thinking)
        )

    async def __aexit__(self, *_: object) -> None:
        """Do nothing: an interaction has no typing indicator."""

    async def _acknowledged(self, call: Callable[[], Awaitable[object]]) -> bool:
        """Acknowledge; False where Discord has given up waiting."""
        try:
            await acknowledge(call)
        except discord.NotFound:
            _log.warning("interaction %s was acknowledged too late", self._interaction.id)
            return False
        return True

    async def _tell_privately(self, sentence: str) -> None:
        self.begun = True
        response = self._interaction.response
        if not await self._acknowledged(lambda: response.send_message(sentence, ephemeral=True)):
            await self._send_elsewhere([Part(sentence)])

    async def send(self, parts: Sequence[Part], answer_id: int | None = None) -> list[int]:
        """Put the first part into the reply itself; what is left follows it.

        Public parts continue in messages with a nonce. Ephemeral messages have none, so a button
        leads from part to part.
        """
        if self._late:
            return await self._send_elsewhere(parts)
        first, *rest = parts
        if rest and self._hidden and answer_id is not None:
            first, rest = continued(parts, 0, answer_id, self.language), []
        try:
            message = await self._edit(first)
        except (discord.NotFound, discord.Forbidden) as error:
            _log.warning("the reply to interaction %s is gone: %s", self._interaction.id, error)
            return await self._send_elsewhere(parts)
        except discord.HTTPException as error:
            if self._is_card or not is_card_refused(error, first):
                raise
            first, *rest = [*as_texts(first), *rest]
            message = await self._edit(first)
        ids = [message.id]
        try:
            await self._send_rest(rest, ids)
        except UNDELIVERABLE:
            # Parts that were sent stay; no error message replaces them.
            _log.warning("only %d of %d parts could be sent", len(ids), len(parts), exc_info=True)
        return ids

    async def send_aside(self, parts: Sequence[Part], answer_id: int | None = None) -> list[int]:
        """Follow the reply with one that the person alone sees."""
        first = parts[0]
        if answer_id is not None:
            first = continued(parts, 0, answer_id, self.language)
        try:
            return [(await self._follow_up(first, ephemeral=True)).id]
        except (discord.NotFound, discord.Forbidden):
            return [(await send_once(self._interaction.user, first)).id]

    async def preview(self, part: Part) -> None:
        """Show the part in the reply itself."""
        if not self._late:
            await self._edit(part)

    async def _edit(self, part: Part) -> discord.InteractionMessage:
        if self._is_card and part.card is None:
            part = Part(card=Card(text=part.text), rows=part.rows)
        edit = self._interaction.edit_original_response
        message = await with_retry(lambda: edit(**shown_as(part)))
        self._is_card = part.card is not None
        return message

    async def _follow_up(self, part: Part, *, ephemeral: bool) -> discord.WebhookMessage:
        shown: dict[str, Any] = {"ephemeral": ephemeral}
        if part.text:
            shown["content"] = part.text
        if (view := view_of(part)) is not None:
            shown["view"] = view
        sent: discord.WebhookMessage = await self._interaction.followup.send(**shown, wait=True)
        return sent

    async def _send_rest(self, rest: Sequence[Part], ids: list[int]) -> None:
        """Send on in the channel, or as follow-ups, which take no right to write there."""
        channel = None if self._hidden else self._channel()
        for part in rest:
            if channel is not None:
                try:
                    ids.append((await send_once(channel, part)).id)
                    continue
                except discord.Forbidden:
                    channel = None
            ids.append((await self._follow_up(part, ephemeral=self._hidden)).id)

    async def _send_elsewhere(self, parts: Sequence[Part]) -> list[int]:
        """Send to the channel, or to the person alone if others must not see it."""
        channel = self._channel()
        if self._hidden or channel is None:
            channel = self._interaction.user
        return [(await send_once(channel, part)).id for part in parts]

    def _channel(self) -> discord.abc.Messageable | None:
        found = self._interaction.channel_id
        return self._interaction.client.get_partial_messageable(found) if found else None


class Stream:
    """Shows a growing text in a reply. Close it when the work is over.

    The answer itself, which follows, takes the place of what was shown.
    """

    def __init__(self, reply: Reply, render: Callable[[str], Part], between_edits: float) -> None:
        """Show in `reply` what `render` makes of the text; nothing until there is some.

        It is edited once in `between_edits` seconds at most.
        """
        self._reply, self._render, self._between = reply, render, between_edits
        self._loop = asyncio.get_running_loop()
        self._text = ""
        self._grown, self._over = asyncio.Event(), asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def append(self, text: str) -> None:
        """Take a piece of text; called from the thread that works."""
        self._loop.call_soon_threadsafe(self._take, text)

    def _take(self, text: str) -> None:
        self._text += text
        self._grown.set()
        if self._task is None and not self._over.is_set():
            self._task = asyncio.create_task(self._show(), name="streaming an answer")

    async def _show(self) -> None:
        """Edit whenever the text has grown, with a pause after each edit, until all is over."""
        while not self._over.is_set():
            if self._grown.is_set():
                self._grown.clear()
                try:
                    await self._reply.preview(self._render(self._text))
                except UNDELIVERABLE:
                    _log.debug("an answer could not be shown while it was written", exc_info=True)
                    return
            await asyncio.sleep(self._between)

    async def aclose(self) -> None:
        """Wait for the current edit and its pause: the answer is the next edit."""
        self._over.set()
        if self._task is not None:
            # Never cancelled: a message half sent could not be told from one not sent.
            await asyncio.wait([self._task])


def continued(parts: Sequence[Part], index: int, answer_id: int, language: str) -> Part:
    """Return one part, with a button that leads to the next if there is one."""
    part = parts[index]
    if index + 1 >= len(parts):
        return part
    state = (str(answer_id), str(index + 1))
    button = Button("more", state, localize("discord.continued", language), style="blue")
    return replace(part, rows=(*part.rows, (button,)))


def reply_of(interaction: discord.Interaction[Any]) -> Reply:
    """Return the reply that was begun for an interaction, or a private one."""
    reply = interaction.extras.get("reply")
    return reply if isinstance(reply, Reply) else InteractionReply(interaction, private=True)
