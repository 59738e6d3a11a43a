"""How much happens at once: questions under way, one person's pace, work off the event loop."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import functools
import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from types import TracebackType
from typing import Generic, ParamSpec, TypeVar

from config.errors import DocentError

_log = logging.getLogger(__name__)
Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")
_REMEMBERED = 10_000


class CoolingDown(DocentError):
    """A person asks again too soon; told to that person alone."""


class TookTooLong(DocentError):
    """The desk gave no answer in a time that anyone would wait."""


async def off_loop(
    work: Callable[Parameters, Result], *args: Parameters.args, **kwargs: Parameters.kwargs
) -> Result:
    """Run blocking work in a thread of its own and return its result.

    Not `asyncio.to_thread`: its pool is waited for at exit, and an answer that outlives the ten
    seconds of a shutdown must not hold the process.
    """
    delivery = _Delivery[Result](asyncio.get_running_loop())
    call = functools.partial(contextvars.copy_context().run, work, *args, **kwargs)

    def run() -> None:
        with delivery:
            delivery.result = call()

    threading.Thread(target=run, name=f"off-loop {work}", daemon=True).start()
    return await delivery.future


class _Delivery(Generic[Result]):
    """Hands what a thread returned or raised to the event loop that waits for it."""

    result: Result

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self.future: asyncio.Future[Result] = loop.create_future()

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        """Deliver; the thread itself ends quietly."""
        # The loop may be closed by now: then nobody waits any more.
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._settle, error)
        return True

    def _settle(self, error: BaseException | None) -> None:
        if self.future.done():
            return
        if error is not None:
            self.future.set_exception(error)
        else:
            self.future.set_result(self.result)


class Gate:
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
                return await asyncio.wait_for(off_loop(work, *args, **kwargs), self._seconds)
            except TimeoutError as error:
                _log.error("%s took more than %g seconds and was given up", work, self._seconds)
                raise TookTooLong("discord.took_too_long") from error


class Cooldown:
    """One question of a person every `seconds`."""

    def __init__(self, seconds: float, now: Callable[[], float] = time.monotonic) -> None:
        """Remember nobody yet; `now` is a clock that never goes back."""
        self._seconds = seconds
        self._now = now
        self._last: OrderedDict[int, float] = OrderedDict()

    def check(self, user_id: int) -> None:
        """Note a question. Raises CoolingDown with the seconds that are left."""
        now = self._now()
        left = self._last.get(user_id, now - self._seconds) + self._seconds - now
        if left > 0:
            whole = max(round(left + 0.499), 1)
            pause = f"{self._seconds:g}"
            raise CoolingDown("discord.cooldown", pause=pause, seconds=whole)
        self._last[user_id] = now
        self._last.move_to_end(user_id)
        while len(self._last) > _REMEMBERED:
            self._last.popitem(last=False)
