"""One running bot a module, with the people of a server around it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.access_guild import GuildWithRules
from tests.bot_process import BotProcess
from tests.docent import Docent
from tests.engines import ENGINES, database_of
from tests.fake_bot import PROGRAM
from tests.local_discord.door import (
    MANAGE_GUILD,
    Channel,
    DiscordServer,
    Interaction,
    Message,
    Request,
)
from tests.memories import Bots


class RunningBot:
    """A server with a bot over the fake service, and readers of three languages."""

    def __init__(self, runner: asyncio.Runner, folder: Path, settings: dict[str, Any]) -> None:
        self.runner = runner
        self.folder = folder
        self.server = DiscordServer()
        self.guild = self.server.guild("Library")
        self.room = self.server.channel(self.guild, "general")
        role = self.server.role(self.guild, "librarians")
        self.ann = self.server.member(self.guild, "ann")
        self.bo = self.server.member(self.guild, "bo", locale="zh-CN")
        self.mei = self.server.member(self.guild, "mei", locale="zh-TW")
        self.boss = self.server.member(self.guild, "boss", permissions=MANAGE_GUILD)
        self.librarian = self.server.member(self.guild, "librarian", roles=(role,))
        given = {"ASK_COOLDOWN": 0, "DATA_DIR": folder / "data", "ADMIN_ROLE_IDS": role.id}
        self.settings = given | settings
        self.bot: BotProcess

    async def open(self) -> None:
        await self.server.__aenter__()
        self.bot = BotProcess(self.server, self.folder, program=PROGRAM, **self.settings)
        await self.bot.start()
        await self.server.ready()

    async def close(self) -> None:
        try:
            await self.bot.stop()
            assert self.server.refused == [], "the bot broke a rule of Discord's"
        finally:
            await self.server.__aexit__(None, None, None)

    async def ask(self, question: str, by: Any = None, **options: Any) -> Interaction:
        return await self.slash("ask", by, question=question, **options)

    async def slash(
        self, command: str, by: Any = None, channel: Channel | None = None, **options: Any
    ) -> Interaction:
        """Use a command and wait for what it says."""
        used = await self.server.slash(by or self.ann, channel or self.room, command, **options)
        await used.wait_reply()
        return used

    async def click(self, message: Message, label: str, by: Any = None) -> Message:
        """Press a button and wait for the message that comes of it."""
        pressed = await self.server.click(by or self.ann, message, label)
        return await pressed.wait_reply()

    def say(
        self, text: str, by: Any = None, channel: Channel | None = None, **more: Any
    ) -> Message:
        return self.server.say(by or self.ann, channel or self.room, text, **more)

    def mention(
        self, text: str, by: Any = None, channel: Channel | None = None, **more: Any
    ) -> Message:
        return self.say(f"{self.server.bot.mention} {text}", by, channel, **more)

    async def answer_to(self, said: Message, timeout: float = 15.0) -> Message:
        return await self.server.answer_to(said, timeout)

    async def until(self, found: Callable[[], Any], timeout: float = 10.0, what: str = "it") -> Any:
        return await self.server.until(found, timeout, what)

    async def told(self, text: str, by: Any = None, **more: Any) -> str:
        """Mention the bot, and return what it answers."""
        return (await self.answer_to(self.mention(text, by, **more))).text

    async def typed(self, command: str, option: str, text: str, by: Any = None) -> list[Any]:
        """Type into an option, and return the choices."""
        return await self.server.autocomplete(by or self.ann, self.room, command, option, text)

    def excuse(self, *codes: int) -> list[Request]:
        """Forget the requests that were refused with these codes, and return them."""
        refused = [request for request in self.server.refused if request.code in codes]
        self.server.requests = [r for r in self.server.requests if r not in refused]
        return refused


@pytest.fixture(scope="module")
def running_bot(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningBot]:
    """Run one bot for all tests of a module; its `SETTINGS`, if any, shape it."""
    settings = getattr(request.module, "SETTINGS", {})
    with asyncio.Runner() as runner:
        found = RunningBot(runner, tmp_path_factory.mktemp("bot"), settings)
        runner.run(found.open())
        yield found
        runner.run(found.close())


@pytest.fixture(scope="module")
def guild(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[GuildWithRules]:
    """Run one town for all tests of a module, which may have a `GUILD` of its own kind."""
    kind = getattr(request.module, "GUILD", GuildWithRules)
    with asyncio.Runner() as runner:
        guild = kind(runner, tmp_path_factory.mktemp("town"))
        runner.run(guild.open())
        yield guild
        runner.run(guild.close())


@pytest.fixture(scope="module")
def docent(tmp_path_factory: pytest.TempPathFactory) -> Docent:
    """Give the commands one folder for all tests of a module."""
    return Docent(tmp_path_factory.mktemp("home"))


@pytest.fixture(params=ENGINES)
def any_bots(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bots]:
    """Give processes that keep what they remember in files, and such as do in a database."""
    bots = Bots(tmp_path, database_of(request))
    yield bots
    bots.close()


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run `async def test_...(running_bot)` on the loop on which its module's bot is served."""
    if not asyncio.iscoroutinefunction(pyfuncitem.obj):
        return None
    given = {name: pyfuncitem.funcargs[name] for name in pyfuncitem._fixtureinfo.argnames}

    async def bounded() -> None:
        async with asyncio.timeout(60):
            await pyfuncitem.obj(**given)

    runner = next(value.runner for value in given.values() if hasattr(value, "runner"))
    runner.run(bounded())
    return True
