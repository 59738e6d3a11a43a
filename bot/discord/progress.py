"""Live progress of an indexing run: one message, edited at most once a second."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import discord

from bot.discord.delivery import UNDELIVERABLE, send_once, with_retry
from bot.discord.localisation import language_of_locale
from bot.discord.permissions.control import AccessControl, lies_in
from bot.discord.permissions.place import place_of
from bot.discord.render.parts import Part
from bot.discord.runs import Run
from bot.discord.views import view_of
from config.errors import DocentError
from config.phrases import localize

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long things may take, in seconds. Discord's limits, with some air; tests hurry them.

    An interaction can be edited for 15 minutes; what takes longer continues in a message.
    """

    interaction: float = 14 * 60
    between_edits: float = 1.0
    shutdown: float = 9.0
    answer: float = 180.0
    housekeeping: float = 3600.0
    between_tries: float = 30.0


class ProgressMessage:
    """Shows one run to the user who asked for it."""

    def __init__(
        self,
        interaction: discord.Interaction[Any],
        run: Run,
        pace: Timeouts,
        again: bool,
        access: AccessControl,
        *,
        private: bool = False,
    ) -> None:
        """Show `run` in the reply to an acknowledged interaction; `again` if it ran already.

        If `private`, it continues in direct messages instead of the channel.
        """
        self._private, self._access = private, access
        self._interaction, self._run, self._pace, self._again = interaction, run, pace, again
        self._language = language_of_locale(interaction.locale)
        self._until = time.monotonic() + pace.interaction
        self._edit: Callable[[Part], Awaitable[object]] = self._edit_reply

    async def follow(self) -> None:
        """Edit the message until the run is over; the last edit is the report."""
        shown: Part | None = None
        try:
            while not self._run.finished.is_set():
                part = await self._part()
                if self._run.finished.is_set():
                    break
                if time.monotonic() > self._until and self._edit == self._edit_reply:
                    await self._move(part)
                elif part != shown:
                    await self._edit(part)
                shown = part
                await self._pause()
            await self._edit(await self._part())
        except UNDELIVERABLE:
            # Deleted or forbidden: the run continues, and /reindex shows it again.
            _log.warning("the progress of a run can no longer be shown", exc_info=True)

    async def _part(self) -> Part:
        """Return the run as its readers may see it, by the current rules."""
        place = place_of(self._interaction, private=self._private)
        names: set[str] | None = None
        with contextlib.suppress(DocentError):
            names = await self._access.closed_at(place)

        def closed(source: str) -> bool:
            """Treat everything as closed if the rules cannot be read."""
            return names is None or lies_in(source, names)

        return self._run.part(
            self._language, shown_again=self._again, bounded=names != set(), closed=closed
        )

    async def _pause(self) -> None:
        """Wait for the next edit, or less if the run ends."""
        waited = asyncio.wait_for(self._run.finished.wait(), self._pace.between_edits)
        try:
            await waited
        except TimeoutError:
            return
        # The report too comes no sooner than a second after the edit before it.
        await asyncio.sleep(self._pace.between_edits)

    async def _edit_reply(self, part: Part) -> object:
        return await with_retry(
            lambda: self._interaction.edit_original_response(content=part.text, view=view_of(part))
        )

    async def _move(self, part: Part) -> None:
        """Continue in a channel message before the interaction token expires."""
        channel_id = self._interaction.channel_id
        place: discord.abc.Messageable = self._interaction.user
        if channel_id is not None and not self._private:
            place = self._interaction.client.get_partial_messageable(
                channel_id, guild_id=self._interaction.guild_id
            )
        try:
            message = await send_once(place, part)
        except discord.Forbidden:
            message = await send_once(self._interaction.user, part)
        link = localize("discord.run_moved", self._language, link=message.jump_url)
        await self._edit_reply(Part(link))

        async def edit(part: Part) -> object:
            return await with_retry(lambda: message.edit(content=part.text, view=view_of(part)))

        self._edit = edit
