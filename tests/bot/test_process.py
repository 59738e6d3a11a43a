"""The bot as a process: how it starts, how it ends, and what outlives it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.bot_process import BotProcess
from tests.bot_stage import PROGRAM, stage
from tests.local_discord.door import DiscordServer, own_role, scenario


@scenario()
async def test_sigterm_lets_answers_under_way_be_finished(tmp_path: Path) -> None:
    async with stage(tmp_path, FAKE_DELAY=1.5) as on:
        used, said = await on.slash("slash"), on.mention("mention")
        await on.bot.wait_log("asked mention")
        on.bot.terminate()
        await on.bot.wait_log("in progress")
        refused = await on.slash("too late")
        assert "restarting" in (await refused.wait_reply()).text
        assert await on.bot.ended(10) == 0
        await on.answered_once(used, "slash")
        await on.answered_once(said, "mention")
        # It left by the front door: the session is closed, not left to time out.
        assert on.server.gateway.closed[-1] == 1000 and on.server.refused == []


@scenario()
async def test_sigterm_waits_no_longer_than_it_may_and_says_so(tmp_path: Path) -> None:
    async with stage(tmp_path, FAKE_DELAY=60, PACE_SHUTDOWN=1) as on:
        used, said = await on.slash("slash"), on.mention("mention")
        await on.bot.wait_log("asked mention")
        on.bot.terminate()
        assert await on.bot.ended(5) == 0
        assert "restarting" in used.text and not used.thinking
        assert [("restarting" in m.text) for m in on.server.answers_to(said)] == [True]


@scenario()
async def test_sigterm_is_heeded_while_discord_is_away(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        on.server.gateway.down = True
        on.server.gateway.abort()
        await on.bot.wait_log("Attempting a reconnect")
        on.bot.terminate()
        assert await on.bot.ended(10) == 0
        # And at the start, before the first connection.
        on.bot.wait = False
        await on.bot.start()
        await on.bot.wait_log("Failed to connect")
        on.bot.terminate()
        assert await on.bot.ended(10) == 0


@scenario()
async def test_a_kill_while_answering_leaves_the_next_start_whole(tmp_path: Path) -> None:
    async with stage(tmp_path, FAKE_DELAY=0.5) as on:
        await on.slash("cut short")
        await on.bot.wait_log("asked cut short")
        await on.bot.kill()
        await on.bot.start()
        await on.answered_once(await on.slash("again"), "again")


@pytest.mark.parametrize(
    ("settings", "fault", "told"),
    [
        ({"DISCORD_TOKEN": "wrong"}, {}, "DISCORD_TOKEN"),
        ({}, {"times": 99, "drop": "reset"}, "cannot be reached"),
    ],
)
@scenario()
async def test_a_bot_that_cannot_start_says_why_in_one_sentence(
    tmp_path: Path, settings: dict[str, str], fault: dict[str, Any], told: str
) -> None:
    async with DiscordServer() as server:
        if fault:
            server.fault("GET", "/users/@me", **fault)
        bot = BotProcess(server, tmp_path, program=PROGRAM, wait=False, **settings)
        await bot.start()
        assert await bot.ended() == 1
        assert told in bot.lines[-1] and "Traceback" not in bot.log


@scenario()
async def test_without_the_content_intent_it_runs_and_says_what_it_cannot_read(
    tmp_path: Path,
) -> None:
    async with DiscordServer(message_content=False) as server:
        guild = server.guild()
        room, ann = server.channel(guild), server.member(guild, "ann")
        role = own_role(server, guild)
        async with BotProcess(server, tmp_path, program=PROGRAM, ASK_COOLDOWN=0) as bot:
            await server.ready()
            await bot.wait_log("The Message Content Intent is off")
            mention = server.bot.mention
            first = await server.answer_to(server.say(ann, room, f"{mention} boats"))
            assert "42 boats" in first.text
            assert "42 boats" in (await server.answer_to(server.dm(ann, "boats"))).text
            further = server.say(ann, room, "and more boats", reply_to=first)
            assert "42 boats" in (await server.answer_to(further)).text
            asked = server.say(ann, room, "how many boats")
            menu = await server.context_menu(ann, asked, "Find sources")
            assert "how many boats" in (await menu.wait_reply()).text
            # What Discord does not show is told, and how to be heard.
            for unread in (
                server.say(ann, room, "and more?", reply_to=first, ping=False),
                server.say(ann, room, f"{role.mention} boats"),
                server.say(ann, room, mention, reply_to=asked),
            ):
                assert "Message Content Intent" in (await server.answer_to(unread)).text


TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GxYz12.abcdefghijklmnopqrstuvwxyz"


@pytest.mark.parametrize(
    ("content", "given", "told"),
    [
        (True, TOKEN, "Intent is on"),
        (False, TOKEN, "what is not read"),
        (True, TOKEN[:-1] + "A", "refuses DISCORD_TOKEN"),
    ],
)
@scenario()
async def test_doctor_tells_what_discord_says(
    tmp_path: Path, content: bool, given: str, told: str
) -> None:
    async with DiscordServer(message_content=content, token=TOKEN) as server:
        bot = BotProcess(server, tmp_path, "doctor", wait=False, DISCORD_TOKEN=given)
        await bot.start()
        await bot.ended(40)
        assert told in bot.log and given not in bot.log
        assert "client_id=123456789012345678" in bot.log
