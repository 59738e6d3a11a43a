"""The local Discord against an unmodified discord.py client in another process."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.bot_process import BotProcess
from tests.local_discord.door import (
    MANAGE_GUILD,
    USUAL,
    Channel,
    DiscordServer,
    Interaction,
    Member,
    scenario,
)

FOLLOW_UPS = "/webhooks/*/*"
SENDS = "/channels/*/messages"


class Stage:
    """A running bot, a guild, a channel and a member."""

    def __init__(self, server: DiscordServer, bot: BotProcess, ann: Member, room: Channel) -> None:
        self.server, self.bot, self.ann, self.room = server, bot, ann, room

    async def echo(self, text: str, **more: Any) -> Interaction:
        used = await self.server.slash(self.ann, self.room, "echo", text=text, **more)
        await used.wait_reply()
        return used

    async def asked(self, text: str) -> str:
        """Mention the bot; return its answer, after showing that there is only the one."""
        sent = self.server.say(self.ann, self.room, f"{self.server.bot.mention} {text}")
        answer = await self.server.answer_to(sent)
        await self.server.settled(0.3)
        assert self.server.answers_to(sent) == [answer]
        return answer.text.removeprefix(f"you said {self.server.bot.mention} ")


@asynccontextmanager
async def stage(folder: Path, *, settings: Any = None, **how: Any) -> AsyncIterator[Stage]:
    async with DiscordServer(**how) as server:
        guild = server.guild(locale="zh-TW")
        room = server.channel(guild)
        ann = server.member(guild, "ann", locale="zh-CN")
        program = "tests.plain_bot:main"
        async with BotProcess(server, folder, program=program, **(settings or {})) as bot:
            yield Stage(server, bot, ann, room)
        assert "Traceback" not in bot.log, bot.log


@scenario()
async def test_commands_are_registered_and_answered(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        used = await on.echo("hello")
        assert used.text.startswith("hello | zh-CN general False")
        assert used.acknowledged_after is not None and used.acknowledged_after < 3
        assert not used.messages[0].ephemeral and used.messages[0] in on.room.messages
        hidden = await on.echo("psst", private=True, locale="de")
        assert hidden.messages[0].ephemeral and "| de " in hidden.text
        assert hidden.messages[0] not in on.room.messages
        assert [c["name"] for c in on.server.registered[0] if c["type"] == 1] == [
            *("echo", "slow", "menu", "late")
        ]
        assert on.server.syncs == 1 and on.server.refused == []


@scenario()
async def test_a_client_cannot_send_what_discord_would_not_let_it(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        for options in ({}, {"text": "x" * 51}, {"text": 3}, {"text": "x", "colour": "red"}):
            with pytest.raises(ValueError, match="/echo|option text"):
                await on.server.slash(on.ann, on.room, "echo", **options)
        with pytest.raises(PermissionError):
            await on.server.slash(on.ann, on.room, "menu")
        assert on.ann.guild
        boss = on.server.member(on.ann.guild, "boss", permissions=MANAGE_GUILD)
        await (await on.server.slash(boss, on.room, "menu")).wait_reply()
        assert (await on.server.autocomplete(on.ann, on.room, "echo", "text", "ab"))[2] == {
            "name": "ab2",
            "value": "ab2",
        }


@scenario()
async def test_deferred_answers_are_filled_in_and_followed_up(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        used = await on.server.slash(on.ann, on.room, "slow")
        await used.wait_reply(count=3)
        assert await used.wait_acknowledged() == 5
        assert [(m.text, m.ephemeral) for m in used.messages] == [
            ("first, edited", False),
            # The flag of the deferral stays with the reply; a later follow-up has its own.
            ("second", True),
        ]
        assert [version["content"] for version in used.messages[0].versions] == [
            "first",
            "first, edited",
        ]


@scenario()
async def test_buttons_menus_and_forms_work_also_after_a_restart(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        message = (await on.echo("hello")).messages[0]
        await (await on.server.click(on.ann, message, "Pressed 0")).wait_reply()
        assert message.text == "count 1" and message.labels == ["Pressed 1"]
        await on.bot.kill()
        await on.bot.start()
        await (await on.server.click(on.ann, message, "Pressed")).wait_reply()
        assert message.text == "count 2" and len(on.server.gateway.identifies) == 2

        menu = await on.server.slash(on.ann, on.room, "menu", force=True)
        shown = await menu.wait_reply()
        opened = await on.server.click(on.ann, shown, "Open form")
        with pytest.raises(ValueError, match="Reason"):
            await on.server.submit_modal(opened, "")
        sent = await on.server.submit_modal(opened, Reason="because")
        assert (await sent.wait_reply()).text == "heard because"
        picked = await on.server.click(on.ann, shown, "pick", values=("Two",))
        assert (await picked.wait_reply()).text == "picked Two"
        found = await on.server.context_menu(on.ann, shown, "Find it")
        assert (await found.wait_reply()).text == "found choose"
        assert on.server.refused == []


@scenario()
async def test_mentions_replies_threads_and_direct_messages(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        server, ann, room = on.server, on.ann, on.room
        assert await on.asked("hello @everyone") == "hello @everyone"
        await server.typing_in(room)
        first = room.messages[-1]
        assert first.pinged == set() and "<@" in first.content
        answer = await server.answer_to(server.say(ann, room, "more", reply_to=first, ping=False))
        assert answer.text == f"you said more after {first.text}"
        thread = server.thread(room)
        sent = server.say(ann, thread, f"{server.bot.mention} here?")
        assert (await server.answer_to(sent)).channel is thread
        assert (await server.answer_to(server.dm(ann, "hi"))).text == "you said hi"
        before = len(server.requests)
        server.say(ann, room, "talking among ourselves")
        await server.settled(0.3)
        assert len(server.requests) == before


@scenario()
async def test_without_the_content_intent_other_people_cannot_be_read(tmp_path: Path) -> None:
    settings = {"CONTENT": "0"}
    async with stage(tmp_path, settings=settings, message_content=False) as on:
        assert await on.asked("readable") == "readable"
        reply = on.server.say(on.ann, on.room, "secret", reply_to=on.room.messages[-1], ping=False)
        answer = await on.server.answer_to(reply)
        assert "secret" not in answer.text and "readable" in answer.text


@scenario()
async def test_each_break_of_the_gateway_leaves_one_answer(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        gateway = on.server.gateway
        breaks = (gateway.reconnect, gateway.abort, lambda: gateway.invalidate(resumable=True))
        for i, harm in enumerate(breaks):
            harm()
            # Said while the bot is away: it is replayed, once.
            assert await on.asked(f"question {i}") == f"question {i}"
            await on.server.until(lambda n=i: len(gateway.resumes) == n + 1)
        gateway.invalidate(resumable=False)
        await on.server.until(lambda: len(gateway.identifies) == 2, 15)
        assert len(gateway.resumes) == 3 and gateway.heartbeats >= 5
        assert await on.asked("new session") == "new session"


@scenario()
async def test_rate_limits_and_server_errors_are_ridden_out(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        server = on.server
        slow_down = server.fault("POST", SENDS, status=429, retry_after=0.2)
        assert await on.asked("one") == "one" and len(slow_down.hits) == 1
        server.fault("POST", SENDS, status=429, retry_after=0.2, everywhere=True)
        assert await on.asked("two") == "two"
        bad = server.fault("POST", SENDS, status=502)
        assert await on.asked("three") == "three" and len(bad.hits) == 1
        # The message is posted and its answer lost: the enforced nonce keeps it single.
        lost = server.fault("POST", SENDS, status=502, perform=True)
        assert await on.asked("four") == "four" and lost.hits[0].performed
        server.limit("POST", SENDS, 2, 0.5)
        for i in range(5):
            assert await on.asked(str(i)) == str(i)


@scenario()
async def test_follow_ups_whose_answer_is_lost_come_twice(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        # Follow-ups have no nonce: this is what a bot must take care of by itself.
        on.server.fault("POST", FOLLOW_UPS, status=502, perform=True, skip=1)
        used = await on.server.slash(on.ann, on.room, "slow")
        await used.wait_reply(count=4)
        assert [m.text for m in used.messages] == ["first, edited", "second", "second"]


@scenario()
async def test_a_dropped_connection_reaches_the_client_as_an_error(tmp_path: Path) -> None:
    async with DiscordServer() as server:
        guild = server.guild()
        room, ann = server.channel(guild), server.member(guild)
        async with BotProcess(server, tmp_path, program="tests.plain_bot:main") as bot:
            for how, seen in (("close", "ServerDisconnected"), ("reset", "ClientOSError")):
                drop = server.fault("POST", SENDS, drop=how, perform=True)
                sent = server.say(ann, room, f"{server.bot.mention} {how}")
                await bot.wait_log(seen)
                assert drop.hits[0].performed and len(server.answers_to(sent)) == 1


@scenario()
async def test_late_acknowledgements_and_old_tokens_are_refused(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        await on.server.slash(on.ann, on.room, "late")
        await on.server.until(lambda: [m.text for m in on.room.messages] == ["refused with 10062"])
        assert [r.code for r in on.server.refused] == [10062]


@pytest.mark.parametrize(
    ("how", "settings", "reason"),
    [
        ({"message_content": False}, {}, "PrivilegedIntentsRequired"),
        ({}, {"DISCORD_TOKEN": "wrong"}, "LoginFailure"),
    ],
)
@scenario()
async def test_a_bot_that_may_not_come_in_is_told(
    tmp_path: Path, how: dict[str, Any], settings: dict[str, str], reason: str
) -> None:
    async with DiscordServer(**how) as server:
        program = "tests.plain_bot:main"
        bot = BotProcess(server, tmp_path, program=program, wait=False, **settings)
        await bot.start()
        assert await bot.ended() == 1
        assert reason in bot.lines[-1]


@scenario()
async def test_shards_get_their_own_guilds(tmp_path: Path) -> None:
    async with DiscordServer(shards=2) as server:
        server.identify_window = 4.0
        rooms = [server.channel(server.guild(f"guild {i}", shard=i)) for i in range(2)]
        async with BotProcess(server, tmp_path, program="tests.plain_bot:main"):
            assert [d["shard"] for d in server.gateway.identifies] == [[0, 2], [1, 2]]
            for room in rooms:
                assert room.guild
                bob = server.member(room.guild, "bob")
                used = await server.slash(bob, room, "echo", text="hi")
                assert (await used.wait_reply()).channel is room


@scenario()
async def test_a_channel_closed_to_the_bot_answers_50013(tmp_path: Path) -> None:
    async with DiscordServer() as server:
        guild = server.guild()
        room = server.channel(guild, "quiet", bot_permissions=USUAL & ~(1 << 11))
        ann = server.member(guild, "ann")
        async with BotProcess(server, tmp_path, program="tests.plain_bot:main"):
            server.say(ann, room, f"{server.bot.mention} hello?")
            await server.until(lambda: server.refused)
            assert {r.code for r in server.refused} == {50013}
            used = await server.slash(ann, room, "echo", text="still here")
            assert (await used.wait_reply()).text.startswith("still here")
