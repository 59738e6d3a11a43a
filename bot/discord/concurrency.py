"""Limits: how many questions run at once, and how often one user may ask."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from discord import app_commands
from discord.ext import commands

from bot.core.threads import run_in_thread
from config.errors import DocentError

_log = logging.getLogger(__name__)
Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


class CoolingDown(DocentError):
    """A user asks again too soon; only that user sees it."""


class TookTooLong(DocentError):
    """The service did not answer in time."""


class ConcurrencyLimiter:
    """FIFO limit on concurrent questions, with a timeout for each."""

    def __init__(self, at_once: int, seconds: float) -> None:
        """Allow `at_once` questions of at most `seconds` each."""
        self._places = asyncio.Semaphore(at_once)
        self._seconds = seconds

    async def run(
        self,
        work: Callable[Parameters, Result],
        *args: Parameters.args,
        **kwargs: Parameters.kwargs,
    ) -> Result:
        """Wait for a slot, then run blocking work off the event loop.

        Raises TookTooLong after `seconds`, so that a hanging call frees its slot.
        """
        async with self._places:
            try:
                return await asyncio.wait_for(run_in_thread(work, *args, **kwargs), self._seconds)
            except TimeoutError as error:
                _log.error("%s took more than %g seconds and was given up", work, self._seconds)
                raise TookTooLong("discord.took_too_long") from error


class Cooldown:
    """One question of a person every `seconds`."""

    def __init__(self, seconds: float, now: Callable[[], float] = time.monotonic) -> None:
        """Start with no users; `now` is a monotonic clock."""
        self._seconds, self._now = seconds, now
        pace = app_commands.Cooldown(1, seconds)
        self._people: commands.CooldownMapping[int] = commands.CooldownMapping(pace, int)

    def check(self, user_id: int) -> None:
        """Count a question. Raises CoolingDown with the seconds left."""
        left = self._people.update_rate_limit(user_id, self._now()) if self._seconds else None
        if left is not None:
            whole = max(round(left + 0.499), 1)
            pause = f"{self._seconds:g}"
            raise CoolingDown("discord.cooldown", pause=pause, seconds=whole)
