"""How much happens at once: questions under way, and one person's pace."""

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
    """A person asks again too soon; told to that person alone."""


class TookTooLong(DocentError):
    """The service gave no answer in a time that anyone would wait."""


class ConcurrencyLimiter:
    """Lets so many questions run at once; the rest wait in the order they came."""

    def __init__(self, at_once: int, seconds: float) -> None:
        """Open the gate for `at_once` questions of at most `seconds` each."""
        self._places = asyncio.Semaphore(at_once)
        self._seconds = seconds

    async def run(
        self,
        work: Callable[Parameters, Result],
        *args: Parameters.args,
        **kwargs: Parameters.kwargs,
    ) -> Result:
        """Wait for a place, and run blocking work off the event loop.

        Raises TookTooLong after `seconds`: what hangs must not hold its place for ever.
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
        """Remember nobody yet; `now` is a clock that never goes back."""
        self._seconds, self._now = seconds, now
        pace = app_commands.Cooldown(1, seconds)
        self._people: commands.CooldownMapping[int] = commands.CooldownMapping(pace, int)

    def check(self, user_id: int) -> None:
        """Note a question. Raises CoolingDown with the seconds that are left."""
        left = self._people.update_rate_limit(user_id, self._now()) if self._seconds else None
        if left is not None:
            whole = max(round(left + 0.499), 1)
            pause = f"{self._seconds:g}"
            raise CoolingDown("discord.cooldown", pause=pause, seconds=whole)
