"""A local Discord (REST v10 and Gateway on loopback sockets) for a bot in another process.

    async with DiscordServer() as server:                    # token, shards, message_content=...
        guild = server.guild("Library", locale="zh-CN")      # before or after the bot connects
        channel = server.channel(guild, "general")           # bot_permissions=... takes some
        ann = server.member(guild, "ann", locale="zh-CN")    # permissions=MANAGE_GUILD, roles=(r,)
        async with BotProcess(server, DOCUMENTS_DIR=...) :   # tests/bot_process.py
            await server.ready()                             # every shard has its guilds
            asked = await server.slash(ann, channel, "ask", question="...", private=True)
            reply = await asked.wait_reply()                 # a Message; asked.messages: all of it
            await server.autocomplete(ann, channel, "ask", "article", "fire")   # [{name, value}]
            sent = server.say(ann, channel, f"{server.bot.mention} how many?")
            answer = await server.answer_to(sent)            # the bot's next message in the channel
            server.say(ann, channel, "and then?", reply_to=answer)
            server.dm(ann, "how many?")                      # server.dm_with(ann).messages
            pressed = await server.click(ann, answer, "Show passage")   # label, emoji or custom_id
            form = await server.click(ann, answer, "\N{THUMBS DOWN SIGN}")
            await server.submit_modal(form, "the number is wrong")
            await server.context_menu(ann, sent, "Find sources")

Nothing sleeps: `await server.until(lambda: ...)` wakes on every change; `server.settled()` waits
for a stretch without requests: nothing more came. `server.clock.advance(900)` ages tokens.
Each `Message` has `.text`, `.buttons`, `.labels`, `.embeds`, `.ephemeral`, `.pinged` (whom it would
notify), `.payloads` (the bodies sent), `.versions`. `server.requests` logs every request;
`server.refused` those that broke a rule of Discord's: a good bot leaves it empty.
Faults: `server.fault("POST", "/channels/*/messages", status=502, perform=True)`, `drop="reset"`,
`status=429, retry_after=0.5, everywhere=True`, `delay=2`; `server.limit(...)` is a real rate limit;
`server.gateway.reconnect()` (op 7), `.invalidate(resumable=False)` (op 9), `.abort()`,
`.down = True` (no new connections); count with `.identifies` and `.resumes`.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable, Coroutine
from typing import Any, Self

from aiohttp import web

from tests.local_discord.application import application
from tests.local_discord.core import Core
from tests.local_discord.driver import Driver
from tests.local_discord.faults import Fault, RateLimit, Request, matches


class DiscordServer(Driver):
    """The local Discord; `async with` opens its socket on a free port of 127.0.0.1."""

    def __init__(
        self,
        *,
        token: str = "local-token",
        shards: int = 1,
        message_content: bool = True,
    ) -> None:
        Core.__init__(
            self,
            token=token,
            shards=shards,
            message_content=message_content,
        )
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        """Listen."""
        self._runner = web.AppRunner(application(self), access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.rest_url = f"http://{host}:{port}/api/v10"
        self.gateway_url = f"ws://{host}:{port}/gateway"
        return self

    async def __aexit__(self, *exc: object) -> None:
        """Close every socket."""
        self.gateway.abort()
        assert self._runner is not None
        await self._runner.cleanup()

    @property
    def environment(self) -> dict[str, str]:
        """Return what `tests/run_bot.py` reads to point discord.py here, and the token."""
        return {
            "LOCAL_DISCORD_REST": self.rest_url,
            "LOCAL_DISCORD_GATEWAY": self.gateway_url,
            "DISCORD_TOKEN": self.token,
        }

    async def ready(self, timeout: float = 30.0) -> None:
        """Wait until every shard is connected and was told its guilds."""

        def connected() -> bool:
            shards = {s.shard for s in self.gateway.live}
            return shards >= set(range(self.shards))

        await self.until(connected, timeout, "the bot to connect")

    def fault(self, method: str, path: str, **how: Any) -> Fault:
        """Meddle with the next matching requests; see `Fault`."""
        fault = Fault(method, path, **how)
        self.faults.append(fault)
        return fault

    def limit(self, method: str, path: str, limit: int, per: float) -> RateLimit:
        """Hold matching requests to a real rate limit."""
        rate = RateLimit(method, path, limit, per)
        self.rate_limits.append(rate)
        return rate

    def calls(self, method: str, path: str) -> list[Request]:
        """Return the requests that fit so far; `*` is one segment, a last `**` any rest."""
        return [request for request in self.requests if matches(method, path, request)]

    @property
    def refused(self) -> list[Request]:
        """Return the requests that broke one of Discord's rules (faults do not count)."""
        return [r for r in self.requests if r.status >= 400 and not r.fault]

    async def settled(self, quiet: float = 0.6, timeout: float = 20.0) -> None:
        """Wait until no request has come for `quiet` seconds: nothing more is on its way."""
        loop = asyncio.get_running_loop()
        end = loop.time() + timeout
        while loop.time() < end:
            count = len(self.requests)
            try:
                await self.until(lambda c=count: len(self.requests) > c, quiet)
            except TimeoutError:
                return
        raise TimeoutError(f"requests went on for {timeout} s\n{self.recent()}")


def scenario(
    timeout: float = 60.0,
) -> Callable[[Callable[..., Coroutine[Any, Any, None]]], Callable[..., None]]:
    """Run an async test to its end, or fail it after `timeout` seconds."""

    def decorate(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
        @functools.wraps(test)
        def run(*args: Any, **kwargs: Any) -> None:
            async def bounded() -> None:
                async with asyncio.timeout(timeout):
                    await test(*args, **kwargs)

            asyncio.run(bounded())

        return run

    return decorate
