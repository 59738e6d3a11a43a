"""Connect a bot, run it until a signal, and translate Discord's refusals."""

from __future__ import annotations

import asyncio
import signal

import aiohttp
import discord

from bot.core.exceptions import StartFailed
from bot.discord.client import CANCELLED_SECONDS, DocentBot

_UNAUTHENTICATED = 4004


async def run_bot(bot: DocentBot, token: str) -> None:
    """Connect and answer until SIGTERM or SIGINT; answers in progress are finished first.

    Raises StartFailed, one sentence, where Discord refuses the token or an intent or is away.
    """
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, bot.end)
    try:
        async with bot:
            await _until_ended(bot, asyncio.create_task(bot.start(token)))
    except discord.LoginFailure as error:
        raise StartFailed("discord.token_refused") from error
    except discord.PrivilegedIntentsRequired as error:
        raise StartFailed("discord.intent_refused") from error
    except discord.ConnectionClosed as error:
        if error.code == _UNAUTHENTICATED:
            raise StartFailed("discord.token_refused") from error
        raise StartFailed("discord.closed", code=error.code) from error
    except (discord.GatewayNotFound, discord.HTTPException, aiohttp.ClientError, OSError) as error:
        raise StartFailed("discord.unreachable", reason=type(error).__name__) from error
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)


async def _until_ended(bot: DocentBot, running: asyncio.Task[None]) -> None:
    """Wait for the shutdown, or raise what stopped the bot."""
    ended = asyncio.create_task(bot.ended.wait())
    await asyncio.wait({running, ended}, return_when=asyncio.FIRST_COMPLETED)
    ended.cancel()
    # One that never got through to Discord would go on trying.
    await asyncio.wait({running}, timeout=0 if running.done() else CANCELLED_SECONDS)
    if not running.cancel():
        running.result()
