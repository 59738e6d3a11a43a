"""The bot as its own process against the local Discord: start, log, SIGTERM, SIGKILL."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Any, Self

from tests.local_discord.door import DiscordServer

LAUNCHER = Path(__file__).with_name("run_bot.py")
# What a child needs of its parent's environment; the person's own settings stay out.
KEPT = ("PATH", "HOME", "LANG", "TMPDIR", "SYSTEMROOT", "VIRTUAL_ENV", "HF_HUB_OFFLINE")


class BotProcess:
    """A program run by `tests/run_bot.py`; settings are keyword arguments.

    `async with BotProcess(server, folder, DOCUMENTS_DIR=...) as bot:` starts it, waits until it is
    connected, and ends it with SIGTERM (SIGKILL if need be). `program` is `module:function`.
    """

    def __init__(
        self,
        server: DiscordServer,
        folder: Path,
        *arguments: str,
        program: str = "bot.__main__:main",
        wait: bool = True,
        **settings: Any,
    ) -> None:
        self.server, self.folder, self.program, self.wait = server, folder, program, wait
        self.arguments = arguments or ("run",)
        self.settings = {name: str(value) for name, value in settings.items()}
        # The shards that this process takes: without a setting all of them.
        given = self.settings.get("SHARD_IDS")
        self.shards = {int(n) for n in given.split(",")} if given else set(range(server.shards))
        self.lines: list[str] = []
        self.process: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Start, and wait until every shard is connected."""
        await self.start()
        return self

    async def __aexit__(self, *exc: object) -> None:
        """End it, politely first."""
        await self.stop()

    @property
    def log(self) -> str:
        """Return what it wrote to standard output and standard error so far."""
        return "\n".join(self.lines)

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.returncode is None

    async def start(self, timeout: float = 90.0) -> None:
        """Start it in `folder`; with `wait`, return once it is connected to the gateway."""
        before = len(self.server.gateway.identifies)
        kept = {name: os.environ[name] for name in KEPT if name in os.environ}
        environment = {
            **kept,
            "PYTHONUNBUFFERED": "1",
            "OMP_NUM_THREADS": "1",
            "HF_HUB_OFFLINE": "1",
            **self.server.environment,
            **self.settings,
        }
        self.process = await asyncio.create_subprocess_exec(
            sys.executable,
            str(LAUNCHER),
            self.program,
            *self.arguments,
            cwd=self.folder,
            env=environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            limit=2**20,
        )
        self._reader = asyncio.create_task(self._read())
        if not self.wait:
            return

        def connected() -> bool:
            if not self.running:
                raise AssertionError(f"the bot ended before it connected:\n{self.log}")
            return len(self.server.gateway.identifies) >= before + len(self.shards)

        await self._until(connected, timeout, "the bot to identify")
        await self._until(lambda: connected() and self._live(), timeout, "the bot to be ready")

    def _live(self) -> bool:
        return {s.shard for s in self.server.gateway.live} >= self.shards

    async def _until(self, found: Any, timeout: float, what: str) -> None:
        try:
            await self.server.until(found, timeout, what)
        except TimeoutError as error:
            raise TimeoutError(f"{error}\nits log:\n{self.log}") from None

    async def _read(self) -> None:
        assert self.process is not None and self.process.stdout is not None
        async for line in self.process.stdout:
            self.lines.append(line.decode(errors="replace").rstrip())
            self.server.touch()
        await self.process.wait()
        self.server.touch()

    async def wait_log(self, text: str, timeout: float = 20.0) -> None:
        await self._until(lambda: text in self.log, timeout, f"{text!r} in the log")

    async def ended(self, timeout: float = 20.0) -> int:
        """Wait until it has ended; return its exit status."""
        assert self.process is not None and self._reader is not None
        await asyncio.wait_for(asyncio.shield(self._reader), timeout)
        return await self.process.wait()

    def terminate(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)

    async def kill(self) -> None:
        """Send SIGKILL, and wait until its sockets are gone."""
        assert self.process is not None
        self.process.kill()
        await self.ended()

        def gone() -> bool:
            return not self.shards & {s.shard for s in self.server.gateway.live}

        await self.server.until(gone, 5.0, "its sockets to close")

    async def stop(self, timeout: float = 15.0) -> None:
        """End it if it runs: SIGTERM, and SIGKILL for one that stays."""
        if not self.running:
            return
        self.terminate()
        try:
            await self.ended(timeout)
        except TimeoutError:
            assert self.process is not None
            self.process.kill()
            await self.ended()
