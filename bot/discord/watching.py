"""Starts an indexing run when documents change, through the same runs as `/reindex`."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading

from bot.core.ports import DocumentsWatch
from bot.core.threads import run_in_thread
from bot.discord.runs import Runs

_log = logging.getLogger(__name__)
_LOOK_UP_SECONDS = 0.5


class Watcher:
    """Starts a run for each change, one at a time, and waits for its end before the next."""

    def __init__(self, runs: Runs, watch: DocumentsWatch) -> None:
        """Keep the runs and the folder watch; nothing is watched yet."""
        self._runs, self._watch = runs, watch

    async def work(self) -> None:
        """Watch until cancelled."""
        stop = threading.Event()
        loop = asyncio.get_running_loop()

        def index(change: object) -> bool:
            """Run the indexing from the watching thread."""
            done = asyncio.run_coroutine_threadsafe(self._bring_up(change), loop)
            while not stop.is_set():
                with contextlib.suppress(TimeoutError):
                    return done.result(_LOOK_UP_SECONDS)
            return False

        _log.info("watching the documents")
        try:
            await run_in_thread(self._watch.follow, index, stop)
        finally:
            stop.set()

    async def _bring_up(self, change: object) -> bool:
        """Run once and return True if it finished. A run that an admin cancels is not repeated."""
        while (earlier := self._runs.current) is not None:
            await earlier.finished.wait()
        if self._runs.stopping:
            return False
        _log.info("reindexing: %s", change)
        run = self._runs.start()
        await run.finished.wait()
        return run.report is not None
