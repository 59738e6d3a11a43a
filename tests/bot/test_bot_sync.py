"""Commands are registered only where they changed, and taken away where they are not wanted."""

from __future__ import annotations

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


async def run_once(server: DiscordServer, folder: Path, wanted: int = 0, **settings: Any) -> None:
    """Start the bot, wait until the commands stand where they are wanted, and end it."""
    async with BotProcess(server, folder, program=PROGRAM, DATA_DIR=folder / "data", **settings):
        await server.until(lambda: names(server, wanted) == NAMES, 10, "the commands")
        await server.settled(0.3)


@scenario()
async def test_commands_are_registered_once_and_follow_the_setting(tmp_path: Path) -> None:
    async with DiscordServer() as server:
        first, second = server.guild("First"), server.guild("Second")
        await run_once(server, tmp_path)
        await run_once(server, tmp_path)
        assert server.syncs == 1 and names(server, first.id) == set()
        # In two servers alone: everywhere else they go.
        both = f"{first.id},{second.id}"
        await run_once(server, tmp_path, second.id, SYNC_GUILD_IDS=both)
        assert names(server) == set() and names(server, first.id) == NAMES
        syncs = server.syncs
        await run_once(server, tmp_path, second.id, SYNC_GUILD_IDS=both)
        assert server.syncs == syncs
        # And back.
        await run_once(server, tmp_path)
        assert names(server, first.id) == names(server, second.id) == set()
        assert server.refused == []


@scenario()
async def test_commands_of_one_server_are_answered(tmp_path: Path) -> None:
    async with DiscordServer() as server:
        guild = server.guild("First")
        room, ann = server.channel(guild), server.member(guild, "ann")
        settings = {"SYNC_GUILD_IDS": guild.id, "DATA_DIR": tmp_path / "data"}
        async with BotProcess(server, tmp_path, program=PROGRAM, **settings):
            used = await server.slash(ann, room, "help")
            assert "Ask:" in (await used.wait_reply()).text
            said = server.say(ann, room, "the ferry")
            found = await server.context_menu(ann, said, "Find sources")
            assert (await found.wait_reply()).buttons


@scenario()
async def test_a_registration_that_fails_is_tried_again_at_the_next_start(tmp_path: Path) -> None:
    async with DiscordServer() as server:
        guild = server.guild("First")
        room, ann = server.channel(guild), server.member(guild, "ann")
        server.fault("PUT", "/applications/*/commands", status=403, perform=False)
        settings = {"DATA_DIR": tmp_path / "data", "ASK_COOLDOWN": 0}
        async with BotProcess(server, tmp_path, program=PROGRAM, **settings) as bot:
            await bot.wait_log("could not be registered")
            # Mentions work meanwhile.
            said = server.say(ann, room, f"{server.bot.mention} when does the ferry resume")
            assert "**3** May" in (await server.answer_to(said)).text
        assert names(server) == set()
        await run_once(server, tmp_path)
