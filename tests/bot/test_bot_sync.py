"""Commands are registered only where they changed, and taken away where they are not wanted."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tests.bot_process import BotProcess
from tests.fake_bot import PROGRAM
from tests.local_discord.door import DiscordServer, scenario

NAMES = {
    *("access", "add", "remove", "ask", "summary", "articles", "status", "help", "reindex"),
    *("questions", "channel", "mydata", "Find sources"),
}


def names(server: DiscordServer, guild_id: int = 0) -> set[str]:
    return {command["name"] for command in server.registered[guild_id]}


def started(server: DiscordServer, folder: Path, **settings: Any) -> BotProcess:
    return BotProcess(server, folder, program=PROGRAM, DATA_DIR=folder / "data", **settings)


@asynccontextmanager
async def registered(
    server: DiscordServer, folder: Path, wanted: int = 0, **settings: Any
) -> AsyncIterator[None]:
    """Start the bot, wait until the commands stand where they are wanted, and end it."""
    async with started(server, folder, **settings):
        await server.until(lambda: names(server, wanted) == NAMES, 10, "the commands")
        yield
        await server.settled(0.3)


@scenario(120)
async def test_commands_are_registered_once_and_follow_the_setting(tmp_path: Path) -> None:
    async with DiscordServer() as server:
        first, second = server.guild("First"), server.guild("Second")
        room, ann = server.channel(first), server.member(first, "ann")
        server.fault("PUT", "/applications/*/commands", status=403, perform=False)
        async with started(server, tmp_path) as bot:
            await bot.wait_log("could not be registered")
            # Mentions work meanwhile.
            said = server.say(ann, room, f"{server.bot.mention} when does the ferry resume")
            assert "**3** May" in (await server.answer_to(said)).text
        assert names(server) == set()
        for _ in range(2):
            async with registered(server, tmp_path):
                pass
        assert server.syncs == 1 and names(server, first.id) == set()
        # In two servers alone: everywhere else they go.
        both = f"{first.id},{second.id}"
        async with registered(server, tmp_path, second.id, SYNC_GUILD_IDS=both):
            used = await server.slash(ann, room, "help")
            assert "Ask:" in (await used.wait_reply()).text
            said = server.say(ann, room, "the ferry")
            found = await server.context_menu(ann, said, "Find sources")
            assert (await found.wait_reply()).buttons
        assert names(server) == set() and names(server, first.id) == NAMES
        syncs = server.syncs
        async with registered(server, tmp_path, second.id, SYNC_GUILD_IDS=both):
            pass
        assert server.syncs == syncs
        # And back.
        async with registered(server, tmp_path):
            pass
        assert names(server, first.id) == names(server, second.id) == set()
        assert server.refused == []
