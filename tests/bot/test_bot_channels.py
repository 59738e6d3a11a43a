"""Channels whose every question may be answered, threads and forums: sure answers, else silence."""

from __future__ import annotations

from typing import Any

from tests.bot.conftest import Hall
from tests.discord_forums import new_forum, open_post
from tests.discord_interactions import Interaction
from tests.discord_messages import Message
from tests.discord_world import CREATE_PUBLIC_THREADS, MANAGE_THREADS, USUAL, Channel

FERRY = "ferry to Pine Island resumes when?"
VAGUE = "which ferry has zebras, walruses and owls on board?"
MAY = "**3** May"


def own(hall: Hall, channel: Channel) -> list[Message]:
    return [m for m in channel.messages if m.author is hall.server.bot]


async def settle(hall: Hall) -> None:
    await hall.server.answer_to(hall.mention(FERRY))
    await hall.server.settled(0.3)


async def set_channel(hall: Hall, **options: Any) -> Interaction:
    used = await hall.server.slash(hall.boss, hall.room, "channel", **options)
    await used.wait_reply()
    return used


async def every_question(hall: Hall, channel: Channel) -> None:
    told = await set_channel(hall, channel=channel, mode="every")
    assert f"{channel.mention}: every question" in told.text


async def test_only_sure_answers_to_questions_and_silence_else(hall: Hall) -> None:
    help_room = hall.server.channel(hall.guild, "help")
    said = hall.server.say(hall.ann, help_room, FERRY)
    await settle(hall)
    assert own(hall, help_room) == [], "only what is addressed, until an admin says otherwise"
    await every_question(hall, help_room)
    said = hall.server.say(hall.ann, help_room, FERRY)
    shown = await hall.server.answer_to(said)
    assert MAY in shown.text and not shown.pinged and "Show passage" in shown.labels
    typed = len(help_room.typings)
    for text in (VAGUE, "The ferry to Pine Island resumes.", "nice weather", "城北今天怎么样？"):
        hall.server.say(hall.bo, help_room, text)
    # What is for somebody else, or from a bot.
    hall.server.say(hall.bo, help_room, f"{hall.ann.mention} {FERRY}")
    hall.server.say(hall.bo, help_room, FERRY, reply_to=said)
    machine = hall.server.user("machine")
    machine.bot = True
    hall.server.say(machine, help_room, FERRY)
    await settle(hall)
    assert own(hall, help_room) == [shown] and len(help_room.typings) == typed
    chinese = hall.server.say(hall.bo, help_room, "施工队调来17台抢修车辆吗")
    assert "**17**台" in (await hall.server.answer_to(chinese)).text
    # Who addresses it is answered as everywhere.
    vague = hall.mention(VAGUE, channel=help_room)
    assert (await hall.server.answer_to(vague)).text


async def test_a_thread_is_opened_and_holds_its_context(hall: Hall) -> None:
    room = hall.server.channel(hall.guild, "threads")
    told = await set_channel(hall, channel=room, mode="thread")
    assert f"{room.mention}: thread" in told.text
    said = hall.mention(FERRY, channel=room)
    await hall.server.until(lambda: said.id in hall.server.channels, 10, "a thread")
    thread = hall.server.channels[said.id]
    await hall.server.until(lambda: own(hall, thread), 10, "the answer")
    assert own(hall, room) == [] and MAY in own(hall, thread)[0].text and "ferry" in thread.name
    await hall.server.settled(0.4)
    further = hall.mention("how many seasonal workers has the harbour office", channel=thread)
    answer = await hall.server.answer_to(further)
    assert "1 earlier: " in answer.text and "Pine Island" in answer.text
    # Another person's question is no follow-up.
    other = hall.mention("how many seasonal workers has the harbour office", hall.bo, thread)
    assert "earlier" not in (await hall.server.answer_to(other)).text
    shut = hall.server.channel(
        hall.guild, "no-threads", bot_permissions=USUAL & ~CREATE_PUBLIC_THREADS
    )
    await set_channel(hall, channel=shut, mode="thread")
    assert MAY in (await hall.server.answer_to(hall.mention(FERRY, channel=shut))).text
    hall.server.requests[:] = [r for r in hall.server.requests if r.code != 50013]


async def test_a_thread_whose_opening_was_not_heard_of_is_used(hall: Hall) -> None:
    room = hall.server.channel(hall.guild, "lost-threads")
    await set_channel(hall, channel=room, mode="thread")
    route = "/channels/*/messages/*/threads"
    for fault in ({"drop": "close"}, {"status": 503}):
        hall.server.fault("POST", route, perform=True, **fault)
        said = hall.mention(FERRY, channel=room)
        await hall.server.until(lambda number=said.id: number in hall.server.channels, 10, "it")
        thread = hall.server.channels[said.id]
        await hall.server.until(lambda inside=thread: own(hall, inside), 10, "the answer")
        await hall.server.settled(0.4)
        assert len(own(hall, thread)) == 1 and own(hall, room) == []
    hall.server.requests[:] = [r for r in hall.server.requests if r.code != 160004]


async def test_a_forum_post_is_a_question_and_can_be_solved(hall: Hall) -> None:
    rights = USUAL | MANAGE_THREADS
    forum = new_forum(hall.server, hall.guild, "support", "Bug", "Solved", bot_permissions=rights)
    await every_question(hall, forum)
    first = open_post(hall.server, hall.ann, forum, "Ferry to Pine Island", "resumes on which May")
    shown = await hall.server.answer_to(first)
    assert "Pine Island" in shown.text and "Solved" in shown.labels
    refused = await hall.click(shown, "Solved", by=hall.mei)
    assert refused.ephemeral and not first.channel.applied
    done = await hall.click(shown, "Solved")
    assert "Marked as solved" in done.text and not done.pinged
    assert first.channel.applied == [forum.tags[1].id]
    vague = open_post(hall.server, hall.bo, forum, "Zebras", "Do walruses sing on board?")
    await settle(hall)
    assert own(hall, vague.channel) == []


async def test_the_mode_outlives_a_restart(hall: Hall) -> None:
    room = hall.server.channel(hall.guild, "kept")
    await every_question(hall, room)
    await hall.bot.stop()
    await hall.bot.start()
    said = hall.server.say(hall.ann, room, FERRY)
    assert MAY in (await hall.server.answer_to(said)).text
    await set_channel(hall, channel=room, mode="addressed")
    count = len(own(hall, room))
    hall.server.say(hall.ann, room, FERRY)
    await settle(hall)
    assert len(own(hall, room)) == count
