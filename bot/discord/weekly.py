"""The weekly digest for a channel of the admins' choice: how questions went, and what is stale."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import date, timedelta

import discord

from bot.core.ports import Intake
from bot.core.threads import run_in_thread
from bot.discord.delivery import UNDELIVERABLE, send_once
from bot.discord.localisation import language_of_server
from bot.discord.permissions.control import AccessControl, lies_in
from bot.discord.permissions.place import Place
from bot.discord.render.parts import Part
from bot.discord.render.render_week import render_week
from bot.storage.answers import AnswerStore
from bot.storage.channels import ChannelSettings
from bot.storage.questions import OpenQuestions
from bot.storage.week import expired_since, week_of

_log = logging.getLogger(__name__)
COLLECTION = "answers"
_SENT = "digest of "
_WEEK = 7 * 24 * 3600.0
_SOON = timedelta(days=14)
_NONCE = 5 << 56


class Weekly:
    """Sends each server its digest, a week after the one before."""

    def __init__(
        self,
        client: discord.Client,
        store: AnswerStore,
        channels: ChannelSettings,
        access: AccessControl,
        questions: OpenQuestions,
        intake: Callable[[], Intake | None],
    ) -> None:
        """Keep in the bot's memory when each was sent."""
        self._client, self._store, self._channels = client, store, channels
        self._access, self._questions, self._intake = access, questions, intake

    async def send_due(self) -> None:
        """Send the digests whose week is over."""
        for guild_id, channel_id in await run_in_thread(self._channels.guilds_with, "digest"):
            if self._client.get_guild(guild_id) is None or not await self._is_due(guild_id):
                continue
            task = f"{_SENT}{guild_id}"
            # Another bot in the same server may have sent it while this one claimed it.
            if await run_in_thread(self._store.claim, task):
                if await self._is_due(guild_id):
                    await self.send(guild_id, channel_id)
                await run_in_thread(self._store.release, task)

    async def _is_due(self, guild_id: int) -> bool:
        last = await run_in_thread(self._store.fact, f"{_SENT}{guild_id}")
        return last is None or time.time() - float(last) >= _WEEK

    async def send(self, guild_id: int, channel_id: int) -> bool:
        """Send a server's digest now; False where its channel is closed to the bot."""
        now, last = time.time(), await run_in_thread(self._store.fact, f"{_SENT}{guild_id}")
        since = max(float(last or 0), now - 2 * _WEEK) if last else now - _WEEK
        part = await self._part(guild_id, channel_id, since)
        channel = self._client.get_partial_messageable(channel_id)
        try:
            # Not twice, should the bot be killed before it notes that it was sent.
            await send_once(channel, part, nonce=_NONCE | (guild_id ^ int(since)) >> 8)
        except UNDELIVERABLE as error:
            _log.warning("the digest could not be sent to channel %s: %s", channel_id, error)
            return False
        await run_in_thread(self._store.note, f"{_SENT}{guild_id}", str(now))
        return True

    async def _part(self, guild_id: int, channel_id: int, since: float) -> Part:
        """Return the digest: no more than all who see its channel may read."""
        week = await run_in_thread(week_of, self._store, self._questions, guild_id, since)
        intake = self._intake()
        expired: list[str] = []
        ending: list[tuple[str, date]] = []
        closed = await self._access.closed_at(Place(guild_id, channel_id, 0, False))
        at_home = guild_id in await self._access.home_servers()
        if at_home and intake is not None and not lies_in(f"{COLLECTION}/", closed):
            expired = await run_in_thread(expired_since, self._store, since)
            soon = date.today() + _SOON
            ending = await run_in_thread(intake.expiring, COLLECTION, soon)
        shown: list[tuple[str, int]] = []
        guild = self._client.get_guild(guild_id)
        if guild is not None and is_closed_to_most(guild, channel_id):
            # Whoever handed a question on agreed that moderators see it, and nobody else.
            groups = await run_in_thread(self._questions.groups_in, guild_id)
            shown = [(group[0].question, len(group)) for group in groups]
        return render_week(week, expired, ending, shown, language_of_server(guild))


def is_closed_to_most(guild: discord.Guild, channel_id: int) -> bool:
    """Return True if a channel is not open to everyone on its server."""
    channel = guild.get_channel(channel_id)
    return channel is not None and not channel.permissions_for(guild.default_role).view_channel
