"""Blocking work off the event loop, in a bounded number of daemon threads."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import functools
import queue
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, ParamSpec, TypeVar

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")
MOST_THREADS = 32


class Threads:
    """A bounded pool of daemon threads, started on demand; calls run in FIFO order.

    Not a ThreadPoolExecutor, which is joined at exit: an answer that takes longer than the
    shutdown must not block the process.
    """

    def __init__(self, most: int) -> None:
        """Set the limit; no thread is started yet."""
        self._most, self._begun = most, 0
        self._calls: queue.SimpleQueue[tuple[Future[Any], Callable[[], Any]]] = queue.SimpleQueue()
        self._idle = threading.Semaphore(0)
        self._lock = threading.Lock()

    def submit(self, call: Callable[[], Result]) -> Future[Result]:
        """Run a call in an idle thread, in a new one, or in the next that becomes idle.

        One that is cancelled before its turn is skipped.
        """
        outcome: Future[Result] = Future()
        self._calls.put((outcome, call))
        with self._lock:
            if self._idle.acquire(blocking=False) or self._begun >= self._most:
                return outcome
            self._begun += 1
            name = f"off-loop {self._begun}"
        threading.Thread(target=self._work, name=name, daemon=True).start()
        return outcome

    def _work(self) -> None:
        while True:
            outcome, call = self._calls.get()
            if outcome.set_running_or_notify_cancel():
                # Whatever goes wrong is for the one who waits; the thread goes on.
                with contextlib.suppress(BaseException):
                    try:
                        outcome.set_result(call())
                    finally:
                        if sys.exception() is not None:
                            outcome.set_exception(sys.exception())
            # Kept for nobody while the thread is idle.
            del outcome, call
            self._idle.release()


_threads = Threads(MOST_THREADS)


async def run_in_thread(
    work: Callable[Parameters, Result], *args: Parameters.args, **kwargs: Parameters.kwargs
) -> Result:
    """Run blocking work in one of the bot's threads and return its result.

    A call whose caller stopped waiting before its turn is skipped.
    """
    call = functools.partial(contextvars.copy_context().run, work, *args, **kwargs)
    return await asyncio.wrap_future(_threads.submit(call))
