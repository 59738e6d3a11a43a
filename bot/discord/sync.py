"""Register the commands with Discord, only where they changed since the last time."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Sequence

import aiohttp
import discord
from discord.ext import commands

from bot.core.threads import run_in_thread
from bot.discord.localisation import PhraseTranslator
from bot.storage.answers import AnswerStore

_log = logging.getLogger(__name__)
_EVERYWHERE = "everywhere"


class CommandRegister:
    """Registers the commands in the servers of `SYNC_GUILD_IDS`, or globally if empty.

    What was registered is remembered as a fingerprint. It is ours that is compared, for Discord
    fills in fields that we leave unset.
    """

    def __init__(
        self, bot: commands.AutoShardedBot, store: AnswerStore, guild_ids: Sequence[int]
    ) -> None:
        """Register nothing yet."""
        self._bot, self._store, self._guild_ids = bot, store, guild_ids
        self._fingerprint = ""

    async def sync(self, *, again: int | None = None) -> None:
        """Update Discord's list; `again` is a server whose list may be lost.

        Where commands were registered before and are not wanted now, they are taken away, so
        that nobody sees them twice.
        """
        bot = self._bot
        guild_ids = self._guild_ids
        if not self._fingerprint:
            self._fingerprint = await _fingerprint(bot)
            for guild_id in guild_ids:
                bot.tree.copy_global_to(guild=discord.Object(guild_id))
            if guild_ids:
                bot.tree.clear_commands(guild=None)
        prefix = f"commands of {bot.application_id} in "
        known = await run_in_thread(self._store.facts, prefix)
        wanted = [str(guild_id) for guild_id in guild_ids] or [_EVERYWHERE]
        for scope in wanted:
            if known.get(prefix + scope) != self._fingerprint or scope == str(again):
                await self._register(scope, prefix, self._fingerprint)
        for scope in sorted(known.keys() - {prefix + scope for scope in wanted}):
            await self._register(scope.removeprefix(prefix), prefix, None)

    async def _register(self, scope: str, prefix: str, fingerprint: str | None) -> None:
        """Register in one place; what fails is tried again at the next start."""
        guild = None if scope == _EVERYWHERE else discord.Object(int(scope))
        try:
            await self._bot.tree.sync(guild=guild)
        except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
            _log.warning("the commands could not be registered in %s: %s", scope, error)
            return
        await run_in_thread(self._store.note, prefix + scope, fingerprint)
        _log.info("commands registered in %s", scope)


async def _fingerprint(bot: commands.AutoShardedBot) -> str:
    """Return a digest of all commands with their translations."""
    translator = PhraseTranslator()
    payload = [
        await command.get_translated_payload(bot.tree, translator)
        for command in bot.tree.get_commands()
    ]
    payload.sort(key=lambda entry: (entry["type"], entry["name"]))
    return hashlib.sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()
