"""Retries that never send a message twice, and the typing indicator."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import aiohttp
import discord

from bot.discord.render.parts import Part, as_texts
from bot.discord.views import view_of

_log = logging.getLogger(__name__)
Result = TypeVar("Result")
# What may pass by itself. discord.py retries some of these, but not a reset on Linux, nor a 503.
TRANSIENT = (discord.DiscordServerError, aiohttp.ClientError, OSError, asyncio.TimeoutError)
UNDELIVERABLE = (discord.HTTPException, *TRANSIENT)
# What Discord says to a second first answer to an interaction.
_ALREADY_ACKNOWLEDGED = 40060
_PAUSES = (0.5, 1.0, 2.0)
_BAD_REQUEST, _TOO_MANY_REQUESTS = 400, 429
_TYPING_AFTER, _TYPING_AGAIN = 0.3, 8.0


async def with_retry(call: Callable[[], Awaitable[Result]]) -> Result:
    """Retry an idempotent request, up to four attempts."""
    for pause in _PAUSES:
        try:
            return await call()
        except TRANSIENT:
            await asyncio.sleep(pause)
        except discord.HTTPException as error:
            if error.status != _TOO_MANY_REQUESTS:
                raise
            await asyncio.sleep(pause)
    return await call()


async def acknowledge(call: Callable[[], Awaitable[object]]) -> None:
    """Give an interaction its first answer, again where Discord's reply to it was lost."""
    try:
        await with_retry(call)
    except discord.HTTPException as error:
        # A lost reply to our first try: Discord has it all the same.
        if error.code != _ALREADY_ACKNOWLEDGED:
            raise


async def send_once(
    channel: discord.abc.Messageable,
    part: Part,
    reference: discord.MessageReference | None = None,
    delete_after: float | None = None,
    nonce: int | None = None,
) -> discord.Message:
    """Send a message once: its nonce, drawn unless given, makes retries idempotent.

    A card that Discord does not take becomes texts; the last of them has the buttons.
    """
    nonce = secrets.randbits(63) if nonce is None else nonce
    payload: dict[str, Any] = {"view": view_of(part)}
    if reference is not None:
        payload["reference"] = reference
    if delete_after is not None:
        payload["delete_after"] = delete_after
    try:
        return await with_retry(lambda: channel.send(part.text or None, nonce=nonce, **payload))
    except discord.HTTPException as error:
        if not is_card_refused(error, part):
            raise
    texts = as_texts(part)
    sent = [await send_once(channel, texts[0], reference, delete_after)]
    sent += [await send_once(channel, text, delete_after=delete_after) for text in texts[1:]]
    return sent[-1]


def is_card_refused(error: discord.HTTPException, part: Part) -> bool:
    """Return True if Discord does not take the form of a message that is a card."""
    refused = part.card is not None and error.status == _BAD_REQUEST
    if refused:
        _log.error("Discord refused a card, which is sent as text: %s", error)
    return refused


async def show_typing(channel: discord.abc.Messageable) -> None:
    """Show the typing indicator until it is cancelled; an answer that is fast shows none."""
    await asyncio.sleep(_TYPING_AFTER)
    while True:
        # An answer does not depend on its announcement.
        with contextlib.suppress(discord.HTTPException, aiohttp.ClientError, OSError):
            await channel.typing()
        await asyncio.sleep(_TYPING_AGAIN)
