"""What befalls the bot from outside, each time with exactly one answer to each question."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests import fake_bot
from tests.bot_stage import stage
from tests.local_discord.door import MANAGE_GUILD, DiscordServer, Interaction, Message, scenario

SENDS = "/channels/*/messages"
CALLBACKS = "/interactions/*/*/callback"
REPLIES = "/webhooks/*/*/messages/@original"

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
    async with stage(tmp_path, FAKE_DELAY=0.6) as on:
        for number, (name, harm) in enumerate(BREAKS.items()):
            # Under way while the connection breaks …
            used, said = await on.slash(f"{name}, slash"), on.mention(f"{name}, mention")
            await on.bot.wait_log(f"asked {name}, mention")
            harm(on.server)
            # … and, where Discord replays what was missed, said while the bot is away.
            missed = on.mention(f"{name}, missed") if name != "op 9" else None
            asked = {f"{name}, slash": used, f"{name}, mention": said}
            if missed is not None:
                asked[f"{name}, missed"] = missed
            for question, one in asked.items():
                await on.answered(one, question)
            await on.server.until(lambda n=number: _connects(on.server) >= n + 2, 20)
            await on.answered_once(on.mention(f"{name}, after"), f"{name}, after")
            for question in asked:
                on.stands_once(f"answer** to {question} is 42 boats.")
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
    async with stage(tmp_path, FAKE_DELAY=0.1) as on:
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
async def test_the_progress_of_a_run_survives_what_befalls_it(tmp_path: Path) -> None:
    hurried = {"FAKE_STEPS": 8, "FAKE_STEP_SECONDS": 0.4}
    async with stage(tmp_path, program=fake_bot.PROGRAM, **hurried) as on:
        server = on.server
        server.fault("PATCH", REPLIES, status=502, perform=True, skip=1)
        server.fault("PATCH", REPLIES, drop="reset", skip=2)
        boss = server.member(on.guild, "boss", permissions=MANAGE_GUILD)
        used = await server.slash(boss, on.room, "reindex")
        await used.wait_reply()
        server.gateway.reconnect()
        # Meanwhile the old index answers.
        asked = on.mention("when does the ferry to Pine Island resume")
        assert "3" in (await server.answer_to(asked)).text
        await server.until(lambda: "up to date" in used.text and not used.messages[0].buttons, 30)
        await server.settled(1.3)
        assert len(used.messages) == 1 and len(server.answers_to(asked)) == 1
        assert all(len(fault.hits) == 1 for fault in server.faults)
        assert server.refused == []


@pytest.mark.slow
@scenario(200)
async def test_a_bot_that_often_loses_its_connection_is_back_soon_each_time(tmp_path: Path) -> None:
    """discord.py alone would wait longer each time, up to a quarter of an hour after ten."""
    async with stage(tmp_path) as on:
        gateway = on.server.gateway
        for number in range(7):
            before = on.bot.log.count("Attempting a reconnect")
            connects = _connects(on.server)
            gateway.down = True
            gateway.abort()
            await on.server.until(lambda b=before: on.bot.log.count("Attempting a reconnect") > b)
            gateway.down = False
            await on.server.until(lambda c=connects: _connects(on.server) > c, 40)
            await on.answered_once(on.mention(f"after {number}"), f"after {number}")
            # The second shard event comes once the session is ready, which ends the waiting.
            await on.server.settled(0.3)
        waits = re.findall(r"Attempting a reconnect for shard ID 0 in ([\d.]+)s", on.bot.log)
        assert len(waits) >= 7 and max(map(float, waits)) <= 8, waits
