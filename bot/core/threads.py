"""Blocking work off the event loop, in a bounded number of daemon threads."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import functools
import queue
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Generic, ParamSpec, TypeVar

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")
MOST_THREADS = 32


class Threads:
    """So many threads at most, begun as they are needed, for calls in the order they come.

    Not a ThreadPoolExecutor: that is waited for at exit, and an answer that outlives the ten
    seconds of a shutdown must not hold the process.
    """

    def __init__(self, most: int) -> None:
        """Begin no thread yet."""
        self._most, self._begun = most, 0
        self._calls: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._idle = threading.Semaphore(0)
        self._lock = threading.Lock()

    def submit(self, call: Callable[[], None]) -> None:
        """Have a call made by a thread that is idle, by a new one, or by the next to be idle."""
        self._calls.put(call)
        with self._lock:
            if self._idle.acquire(blocking=False) or self._begun >= self._most:
                return
            self._begun += 1
            name = f"off-loop {self._begun}"
        threading.Thread(target=self._work, name=name, daemon=True).start()

    def _work(self) -> None:
        while True:
            self._calls.get()()
            self._idle.release()


_threads = Threads(MOST_THREADS)


async def run_in_thread(
    work: Callable[Parameters, Result], *args: Parameters.args, **kwargs: Parameters.kwargs
) -> Result:
    """Run blocking work in one of the bot's threads and return its result.

    What is no longer waited for when its turn comes is left undone.
    """
    delivery = _Delivery[Result](asyncio.get_running_loop())
    call = functools.partial(contextvars.copy_context().run, work, *args, **kwargs)

    def run() -> None:
        if delivery.future.done():
            return
        with delivery:
            delivery.result = call()

    _threads.submit(run)
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
        """Deliver; the thread itself goes on."""
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
