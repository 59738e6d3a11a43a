"""One person's pace, questions that wait their turn, and what happens to a message meanwhile."""

from __future__ import annotations

import asyncio

from tests.bot.conftest import Hall

SETTINGS = {"ASK_COOLDOWN": 30, "FAKE_DELAY": 0.5}
FERRY = "when does the ferry to Pine Island resume"


async def test_asking_again_too_soon_is_told_privately_with_the_seconds(hall: Hall) -> None:
    assert "**3** May" in (await hall.ask(FERRY)).text
    used = await hall.ask(FERRY)
    (told,) = used.messages
    assert told.ephemeral and "Ask again in 30 s" in told.text or "in 29 s" in told.text
    said = hall.mention(FERRY)
    direct = hall.server.dm_with(hall.ann)
    await hall.server.until(lambda: direct.messages, 5)
    assert "Ask again in" in direct.messages[-1].text
    assert hall.server.answers_to(said) == []
    # Another person is not held back.
    chinese = await hall.ask(FERRY, by=hall.bo)
    assert "**3** May" in chinese.text
    assert "秒后再问" in (await hall.ask(FERRY, by=hall.bo)).text


async def test_a_summary_is_held_to_the_same_pace(hall: Hall) -> None:
    reader = hall.server.member(hall.guild, "in a hurry")
    assert "ferry" in (await hall.slash("summary", by=reader, article="ferry.txt#1")).text
    again = await hall.slash("summary", by=reader, article="ferry.txt#1")
    assert "Ask again in" in again.text and again.messages[0].ephemeral
    assert "Ask again in" in (await hall.ask(FERRY, by=reader)).text


async def test_of_a_flood_of_typing_the_latest_alone_is_answered(hall: Hall) -> None:
    typed = ["ferry"[: 1 + n % 5] for n in range(99)] + ["note 07"]
    other = hall.server.autocomplete(hall.bo, hall.room, "ask", "article", "ferry")
    sent = [hall.server.autocomplete(hall.ann, hall.room, "ask", "article", text) for text in typed]
    *early, last, others = await asyncio.gather(*sent, other, return_exceptions=True)
    assert last == [{"name": "Note 07", "value": "notes.txt#7"}]
    assert isinstance(others, list) and others[0]["value"] == "ferry.txt#1"
    given_up = [each for each in early if isinstance(each, TimeoutError)]
    assert len(given_up) > len(early) / 2


async def test_with_closed_direct_messages_the_notice_stands_below_for_a_while(hall: Hall) -> None:
    shut = hall.server.member(hall.guild, "shut", dms_open=False)
    await hall.server.answer_to(hall.mention(FERRY, by=shut))
    notice = await hall.server.answer_to(hall.mention(FERRY, by=shut))
    assert "Ask again in" in notice.text
    refused = [request for request in hall.server.refused if request.code == 50007]
    assert refused == hall.server.refused
    hall.server.requests = [r for r in hall.server.requests if r not in refused]


async def test_questions_wait_their_turn_with_the_typing_indicator(hall: Hall) -> None:
    crowd = [hall.server.member(hall.guild, f"reader {n}") for n in range(12)]
    said = [hall.mention(FERRY, by=reader) for reader in crowd]
    await hall.server.typing_in(hall.room)
    for message in said:
        assert "**3** May" in (await hall.server.answer_to(message)).text
    await hall.server.settled(0.5)
    assert all(len(hall.server.answers_to(message)) == 1 for message in said)


async def test_a_question_deleted_meanwhile_is_answered_all_the_same(hall: Hall) -> None:
    reader = hall.server.member(hall.guild, "hasty")
    said = hall.mention(FERRY, by=reader)
    await hall.server.typing_in(hall.room)
    hall.server.delete_message(said)
    count = len(hall.room.messages)
    await hall.server.until(lambda: len(hall.room.messages) > count, 5)
    assert "**3** May" in hall.room.messages[-1].text


async def test_at_most_four_questions_ran_at_once(hall: Hall) -> None:
    await hall.bot.stop()
    assert "left cleanly; most at once 4" in hall.bot.log
