"""What befalls the bot from outside, each time with exactly one answer to each question."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.bot_process import BotProcess
from tests.discord_interactions import Interaction
from tests.discord_messages import Message
from tests.discord_server import DiscordServer, scenario

PROGRAM = "tests.bot.slow_bot:main"
SENDS = "/channels/*/messages"
CALLBACKS = "/interactions/*/*/callback"
REPLIES = "/webhooks/*/*/messages/@original"


class Stage:
    """A running bot, and people who ask it."""

    def __init__(self, server: DiscordServer, bot: BotProcess) -> None:
        self.server, self.bot = server, bot
        self.guild = server.guild()
        self.room = server.channel(self.guild)
        self.ann = server.member(self.guild, "ann")

    async def slash(self, question: str, **more: Any) -> Interaction:
        return await self.server.slash(self.ann, self.room, "ask", question=question, **more)

    def mention(self, question: str) -> Message:
        return self.server.say(self.ann, self.room, f"{self.server.bot.mention} {question}")

    async def answered_once(self, asked: Interaction | Message, question: str) -> None:
        """Wait for the answer; show that there is one alone, here and in the whole channel."""
        text = f"answer** to {question} is 42 boats."
        if isinstance(asked, Interaction):
            await self.server.until(lambda: text in asked.text, 20, f"an answer to {question}")
        else:
            assert text in (await self.server.answer_to(asked, 20)).text
        await self.server.settled(0.3)
        self.stands_once(text)

    def stands_once(self, text: str) -> None:
        everything = [m for m in self.room.log if not m.deleted and text in m.text]
        assert len(everything) == 1, [m.text for m in everything]


@asynccontextmanager
async def stage(folder: Path, **settings: Any) -> AsyncIterator[Stage]:
    settings = {"ASK_COOLDOWN": 0, "DATA_DIR": folder / "data", **settings}
    async with DiscordServer() as server:
        bot = BotProcess(server, folder, program=PROGRAM, **settings)
        on = Stage(server, bot)
        async with bot:
            yield on
        # discord.py logs its own reconnects; of ours nothing may go wrong.
        assert not re.search(r"ERROR bot|never retrieved|unexpected error", bot.log), bot.log


Break = Callable[[DiscordServer], None]
BREAKS: dict[str, Break] = {
    "op 7": lambda server: server.gateway.reconnect(),
    "abrupt close": lambda server: server.gateway.abort(),
    "op 9, resumable": lambda server: server.gateway.invalidate(resumable=True),
    "op 9": lambda server: server.gateway.invalidate(resumable=False),
}


def _connects(server: DiscordServer) -> int:
    """Return how often the bot has come back, counting its first coming."""
    gateway = server.gateway
    return len(gateway.resumes) + len(gateway.identifies) if gateway.live else 0


@scenario(120)
async def test_a_broken_gateway_loses_and_doubles_nothing(tmp_path: Path) -> None:
    async with stage(tmp_path, DESK_SECONDS=0.6) as on:
        for number, (name, harm) in enumerate(BREAKS.items()):
            # Under way while the connection breaks …
            used, said = await on.slash(f"{name}, slash"), on.mention(f"{name}, mention")
            await on.bot.wait_log(f"asked {name}, mention")
            harm(on.server)
            # … and, where Discord replays what was missed, said while the bot is away.
            missed = on.mention(f"{name}, missed") if name != "op 9" else None
            await on.answered_once(used, f"{name}, slash")
            await on.answered_once(said, f"{name}, mention")
            if missed is not None:
                await on.answered_once(missed, f"{name}, missed")
            await on.server.until(lambda n=number: _connects(on.server) >= n + 2, 20)
            await on.answered_once(on.mention(f"{name}, after"), f"{name}, after")
        assert on.server.refused == []


@scenario(120)
async def test_a_gateway_that_is_away_for_a_while_is_waited_for(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        gateway = on.server.gateway
        gateway.down = True
        gateway.abort()
        said = on.mention("meanwhile")
        await on.bot.wait_log("Attempting a reconnect")
        gateway.down = False
        # What cannot be resumed is begun anew; what is asked then is answered.
        await on.server.until(lambda: gateway.live, 40)
        await on.server.settled(0.5)
        assert len(on.server.answers_to(said)) <= 1
        await on.answered_once(on.mention("back"), "back")


FAULTS: dict[str, dict[str, Any]] = {
    "429": {"status": 429, "retry_after": 0.2},
    "429 everywhere": {"status": 429, "retry_after": 0.2, "everywhere": True},
    "429 without Via": {"status": 429, "retry_after": 0.2, "via": False},
    "502": {"status": 502},
    "503": {"status": 503},
    "502, answer lost": {"status": 502, "perform": True},
    "closed": {"drop": "close"},
    "closed, answer lost": {"drop": "close", "perform": True},
    "reset": {"drop": "reset"},
    "reset, answer lost": {"drop": "reset", "perform": True},
}


@scenario(120)
async def test_a_request_that_fails_is_answered_once_all_the_same(tmp_path: Path) -> None:
    routes = (("POST", SENDS), ("POST", CALLBACKS), ("PATCH", REPLIES))
    async with stage(tmp_path) as on:
        server = on.server
        for name, how in FAULTS.items():
            faults = [server.fault(method, path, **how) for method, path in routes]
            before = [len(server.calls(method, path)) for method, path in routes]
            on.mention(f"{name}, mention")
            for each in ("one", "two"):
                await on.slash(f"{name}, {each}")

            def tried_again(before: list[int] = before) -> bool:
                # One mention, two commands, and one more try of each route.
                counts = [len(server.calls(method, path)) for method, path in routes]
                new = [count - was for count, was in zip(counts, before, strict=True)]
                return new == [2, 3, 3]

            await server.until(tried_again, 15, f"another try after {name}")
            await server.settled(0.3)
            for each in ("mention", "one", "two"):
                on.stands_once(f"answer** to {name}, {each} is 42 boats.")
            assert [len(fault.hits) for fault in faults] == [1, 1, 1]
        # A second acknowledgement after a lost answer is refused, and that does no harm.
        assert {request.code for request in server.refused} <= {40060}
        assert not [m for m in on.room.log if m.loading]


@scenario()
async def test_a_long_answer_keeps_each_of_its_parts_single(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        for name, skip in (("first", 0), ("second", 1)):
            on.server.fault("POST", SENDS, status=502, perform=True, skip=skip)
            said = on.mention(f"long {name}")
            await on.server.answer_to(said)
            # Longer than discord.py waits before it tries again.
            await on.server.settled(1.3)
            parts = [m.text for m in on.room.messages if f"to long {name}" in m.text]
            assert len(parts) > 1 and "Sentence 149 of" in parts[-1]
            assert sum(part.count("Sentence 75 of") for part in parts) == 1
        on.server.fault("POST", SENDS, drop="reset", perform=True)
        used = await on.slash("long third")
        await used.wait_reply()
        await on.server.settled(1.0)
        parts = [m.text for m in on.room.messages if "to long third" in m.text]
        assert sum(part.count("Sentence 149 of") for part in parts) == 1
        assert on.server.refused == []


@scenario()
async def test_an_acknowledgement_that_comes_too_late_still_brings_an_answer(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as on:
        on.server.fault("POST", CALLBACKS, delay=3.2)
        await on.slash("late")
        text = "answer** to late is 42 boats."
        await on.server.until(lambda: [m for m in on.room.messages if text in m.text])
        await on.server.settled(0.5)
        assert len([m for m in on.room.messages if text in m.text]) == 1
        assert [request.code for request in on.server.refused] == [10062]


@scenario(120)
async def test_fifty_questions_at_once_are_all_answered(tmp_path: Path) -> None:
    async with stage(tmp_path, DESK_SECONDS=0.1) as on:
        server = on.server
        server.limit("POST", SENDS, 10, 0.5)
        people = [server.member(on.guild, f"person {i}") for i in range(50)]
        rooms = [server.channel(on.guild, f"room {i}") for i in range(3)]
        asked: list[tuple[str, Interaction | Message]] = []
        for i, person in enumerate(people):
            question, room = f"question {i:02}", rooms[i % 3]
            if i % 2:
                asked.append((question, await server.slash(person, room, "ask", question=question)))
            else:
                said = server.say(person, room, f"{server.bot.mention} {question}")
                asked.append((question, said))

        def texts(one: Interaction | Message) -> list[str]:
            shown = one.messages if isinstance(one, Interaction) else server.answers_to(one)
            return [message.text for message in shown]

        await server.until(lambda: all(texts(one) for _, one in asked), 60, "fifty answers")
        await server.settled(0.5)
        for question, one in asked:
            assert len(texts(one)) == 1 and f"to {question} is" in texts(one)[0]
        assert server.refused == [] and server.calls("POST", "/channels/*/typing")
        waits = [o.acknowledged_after for _, o in asked if isinstance(o, Interaction)]
        assert all(wait is not None and wait < 3 for wait in waits)


@scenario()
async def test_sigterm_lets_answers_under_way_be_finished(tmp_path: Path) -> None:
    async with stage(tmp_path, DESK_SECONDS=1.5) as on:
        used, said = await on.slash("slash"), on.mention("mention")
        await on.bot.wait_log("asked mention")
        on.bot.terminate()
        await on.bot.wait_log("under way")
        refused = await on.slash("too late")
        assert "restarting" in (await refused.wait_reply()).text
        assert await on.bot.ended(10) == 0
        await on.answered_once(used, "slash")
        await on.answered_once(said, "mention")
        # It left by the front door: the session is closed, not left to time out.
        assert on.server.gateway.closed[-1] == 1000 and on.server.refused == []


@scenario()
async def test_sigterm_waits_no_longer_than_it_may_and_says_so(tmp_path: Path) -> None:
    async with stage(tmp_path, DESK_SECONDS=60, SHUTDOWN_SECONDS=1) as on:
        used, said = await on.slash("slash"), on.mention("mention")
        await on.bot.wait_log("asked mention")
        on.bot.terminate()
        assert await on.bot.ended(5) == 0
        assert "restarting" in used.text and not used.thinking
        assert [("restarting" in m.text) for m in on.server.answers_to(said)] == [True]


@scenario()
async def test_buttons_work_after_sigkill_and_restart(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        await (used := await on.slash("boats")).wait_reply()
        said = on.mention("more boats")
        messages = [used.messages[0], await on.server.answer_to(said)]
        await on.server.settled(0.4)
        await on.bot.kill()
        await on.bot.start()
        bob = on.server.member(on.guild, "bob", locale="zh-CN")
        for message in messages:
            opened = await on.server.click(bob, message, "Show passage")
            passage = await opened.wait_reply()
            assert passage.ephemeral and "42 boats" in passage.text
            thanked = await on.server.click(bob, message, "👍")
            assert (await thanked.wait_reply()).ephemeral
        # A follow-up still knows what was asked before the crash.
        reply = on.server.say(on.ann, on.room, "and more?", reply_to=messages[1])
        assert "42 boats" in (await on.server.answer_to(reply)).text
        assert on.server.syncs == 1, "the commands had not changed"
        assert on.server.refused == []


@scenario()
async def test_a_kill_while_answering_leaves_the_next_start_whole(tmp_path: Path) -> None:
    async with stage(tmp_path, DESK_SECONDS=0.5) as on:
        await on.slash("cut short")
        await on.bot.wait_log("asked cut short")
        await on.bot.kill()
        await on.bot.start()
        await on.answered_once(await on.slash("again"), "again")


@pytest.mark.parametrize(
    ("how", "settings", "reason"),
    [
        ({"message_content": False}, {}, "Message Content Intent"),
        ({}, {"DISCORD_TOKEN": "wrong"}, "DISCORD_TOKEN"),
    ],
)
@scenario()
async def test_a_bot_that_may_not_start_says_why_in_one_sentence(
    tmp_path: Path, how: dict[str, Any], settings: dict[str, str], reason: str
) -> None:
    async with DiscordServer(**how) as server:
        bot = BotProcess(server, tmp_path, program=PROGRAM, wait=False, **settings)
        await bot.start()
        assert await bot.ended() == 1
        assert reason in bot.lines[-1] and "Traceback" not in bot.log


@scenario()
async def test_discord_out_of_reach_at_the_start_is_one_sentence(tmp_path: Path) -> None:
    async with DiscordServer() as server:
        server.fault("GET", "/users/@me", times=99, drop="reset")
        bot = BotProcess(server, tmp_path, program=PROGRAM, wait=False)
        await bot.start()
        assert await asyncio.wait_for(bot.ended(), 30) == 1
        assert "cannot be reached" in bot.lines[-1] and "Traceback" not in bot.log
