"""The page for those who watch over a running bot: `/metrics` and `/healthz`."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable

from aiohttp import web

from bot.core.exceptions import StartFailed
from bot.core.threads import run_in_thread
from bot.discord.connection import ConnectionState
from bot.operations.metrics import Metrics
from config.errors import DocentError

_log = logging.getLogger(__name__)
# A probe question costs some milliseconds; those who look every second need not pay each time.
_PROBE_KEPT_SECONDS = 15.0
_PROBE_SECONDS = 10.0


class Monitor:
    """Serves the numbers and the health on one address. Use it as an async context manager."""

    def __init__(
        self,
        metrics: Metrics,
        gateway: Callable[[], ConnectionState],
        probe: Callable[[], None],
        *,
        probe_seconds: float = _PROBE_SECONDS,
        kept_seconds: float = _PROBE_KEPT_SECONDS,
    ) -> None:
        """Take what is shown. `probe` asks a question, blocks, and raises where it fails."""
        self._metrics, self._gateway, self._probe = metrics, gateway, probe
        self._patience, self._kept = probe_seconds, kept_seconds
        self._asking: asyncio.Task[None] | None = None
        self._answered = False
        self._known_until = -1.0
        self._runner: web.AppRunner | None = None

    async def open(self, host: str, port: int) -> None:
        """Begin to serve. Raises StartFailed where the address cannot be had."""
        app = web.Application()
        app.add_routes([web.get("/metrics", self._page), web.get("/healthz", self._health)])
        # Whoever looks every few seconds would fill the log.
        self._runner = web.AppRunner(
            app, access_log=None, handle_signals=False, shutdown_timeout=1.0
        )
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, host, port).start()
        except OSError as error:
            await self.close()
            reason = error.strerror or type(error).__name__
            raise StartFailed(
                "operations.port_taken", host=host, port=port, reason=reason
            ) from error
        _log.info("metrics and health at http://%s:%d", host, port)

    async def close(self) -> None:
        """Stop serving."""
        if self._asking is not None:
            self._asking.cancel()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def __aenter__(self) -> Monitor:
        """Return the monitor itself."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop serving."""
        await self.close()

    async def _page(self, request: web.Request) -> web.Response:
        page = await run_in_thread(self._metrics.page, self._gateway())
        return web.Response(body=page, headers={"Content-Type": "text/plain; version=0.0.4"})

    async def _health(self, request: web.Request) -> web.Response:
        """Return True if somebody who asks now is answered: 200, else 503."""
        connected = self._gateway().connected
        answers = await self._answers()
        ready = connected and answers
        seen = {"ready": ready, "gateway": connected, "answers": answers}
        return web.json_response(seen, status=200 if ready else 503)

    async def _answers(self) -> bool:
        """Return True if a probe question is answered; asked once for all who want to know."""
        if time.monotonic() < self._known_until:
            return self._answered
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask(), name="probe question")
        await asyncio.wait({self._asking}, timeout=self._patience)
        # A hanging probe is kept, so that a request does not start another.
        return self._asking.done() and not self._asking.cancelled() and self._answered

    async def _ask(self) -> None:
        self._answered = False
        try:
            await run_in_thread(self._probe)
        except DocentError as error:
            _log.warning("the probe question is not answered: %s", error)
        else:
            self._answered = True
            self._known_until = time.monotonic() + self._kept
