"""What Discord says of the bot to `docent doctor`: its token, its intents, who may invite it."""

from __future__ import annotations

import asyncio

import aiohttp
import discord

from bot.discord.client import reads_content
from config.phrases import localize

_SECONDS = 8.0


def look(token: str, language: str) -> list[tuple[bool, str]]:
    """Return whether each thing is fine, and a sentence about it. Blocks a few seconds at most."""
    try:
        application = asyncio.run(_application(token))
    except discord.LoginFailure:
        return [(False, localize("discord.token_refused", language))]
    except (discord.HTTPException, aiohttp.ClientError, OSError, TimeoutError) as error:
        return [(True, localize("doctor.discord_away", language, reason=type(error).__name__))]
    reads = reads_content(application)
    told = [(True, localize("doctor.content_on" if reads else "discord.no_content", language))]
    if application.bot_public:
        told.append((True, localize("discord.bot_public", language)))
    return told


async def _application(token: str) -> discord.AppInfo:
    # Voice is not used, so its missing libraries are not worth a warning.
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
    intents = discord.Intents(guilds=True)
    async with asyncio.timeout(_SECONDS), discord.Client(intents=intents) as client:
        await client.login(token)
        return await client.application_info()
