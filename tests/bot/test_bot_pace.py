"""One person's pace, questions that wait their turn, and what happens to a message meanwhile."""

from __future__ import annotations

import asyncio

from tests.bot.conftest import RunningBot

SETTINGS = {"ASK_COOLDOWN": 30, "FAKE_DELAY": 0.5}
FERRY = "when does the ferry to Pine Island resume"


async def test_asking_again_too_soon_is_told_privately_with_the_seconds(
    running_bot: RunningBot,
) -> None:
    assert "**3** May" in (await running_bot.ask(FERRY)).text
    used = await running_bot.ask(FERRY)
    (told,) = used.messages
    assert told.ephemeral and "Ask again in 30 s" in told.text or "in 29 s" in told.text
    said = running_bot.mention(FERRY)
    direct = running_bot.server.dm_with(running_bot.ann)
    await running_bot.until(lambda: direct.messages, 5)
    assert "Ask again in" in direct.messages[-1].text
    assert running_bot.server.answers_to(said) == []
    # Another person is not held back.
    chinese = await running_bot.ask(FERRY, by=running_bot.bo)
    assert "**3** May" in chinese.text
    assert "秒后再问" in (await running_bot.ask(FERRY, by=running_bot.bo)).text


async def test_a_summary_is_held_to_the_same_pace(running_bot: RunningBot) -> None:
    reader = running_bot.server.member(running_bot.guild, "in a hurry")
    assert "ferry" in (await running_bot.slash("summary", by=reader, article="ferry.txt#1")).text
    again = await running_bot.slash("summary", by=reader, article="ferry.txt#1")
    assert "Ask again in" in again.text and again.messages[0].ephemeral
    assert "Ask again in" in (await running_bot.ask(FERRY, by=reader)).text


async def test_of_a_flood_of_typing_the_latest_alone_is_answered(running_bot: RunningBot) -> None:
    typed = ["ferry"[: 1 + n % 5] for n in range(99)] + ["note 07"]
    other = running_bot.typed("ask", "article", "ferry", by=running_bot.bo)
    sent = [running_bot.typed("ask", "article", text) for text in typed]
    *early, last, others = await asyncio.gather(*sent, other, return_exceptions=True)
    assert last == [{"name": "Note 07", "value": "notes.txt#7"}]
    assert isinstance(others, list) and others[0]["value"] == "ferry.txt#1"
    given_up = [each for each in early if isinstance(each, TimeoutError)]
    assert len(given_up) > len(early) / 2


async def test_with_closed_direct_messages_the_notice_stands_below_for_a_while(
    running_bot: RunningBot,
) -> None:
    shut = running_bot.server.member(running_bot.guild, "shut", dms_open=False)
    await running_bot.answer_to(running_bot.mention(FERRY, by=shut))
    notice = await running_bot.answer_to(running_bot.mention(FERRY, by=shut))
    assert "Ask again in" in notice.text
    assert running_bot.excuse(50007)


async def test_questions_wait_their_turn_with_the_typing_indicator(running_bot: RunningBot) -> None:
    crowd = [running_bot.server.member(running_bot.guild, f"reader {n}") for n in range(12)]
    said = [running_bot.mention(FERRY, by=reader) for reader in crowd]
    await running_bot.server.typing_in(running_bot.room)
    for message in said:
        assert "**3** May" in (await running_bot.answer_to(message)).text
    await running_bot.server.settled(0.5)
    assert all(len(running_bot.server.answers_to(message)) == 1 for message in said)


async def test_a_question_deleted_meanwhile_is_answered_all_the_same(
    running_bot: RunningBot,
) -> None:
    reader = running_bot.server.member(running_bot.guild, "hasty")
    said = running_bot.mention(FERRY, by=reader)
    await running_bot.server.typing_in(running_bot.room)
    running_bot.server.delete_message(said)
    count = len(running_bot.room.messages)
    await running_bot.until(lambda: len(running_bot.room.messages) > count, 5)
    assert "**3** May" in running_bot.room.messages[-1].text


async def test_at_most_four_questions_ran_at_once(running_bot: RunningBot) -> None:
    await running_bot.bot.stop()
    assert "left cleanly; most at once 4" in running_bot.bot.log
