"""Channels whose every question may be answered, threads and forums: sure answers, else silence."""

from __future__ import annotations

from typing import Any

from tests.bot.conftest import RunningBot
from tests.local_discord.door import (
    CREATE_PUBLIC_THREADS,
    MANAGE_THREADS,
    USUAL,
    Channel,
    Interaction,
    Message,
    new_forum,
    open_post,
)

FERRY = "ferry to Pine Island resumes when?"
VAGUE = "which ferry has zebras, walruses and owls on board?"
MAY = "**3** May"


def own(running_bot: RunningBot, channel: Channel) -> list[Message]:
    return [m for m in channel.messages if m.author is running_bot.server.bot]


async def settle(running_bot: RunningBot) -> None:
    await running_bot.answer_to(running_bot.mention(FERRY))
    await running_bot.server.settled(0.3)


async def set_channel(running_bot: RunningBot, **options: Any) -> Interaction:
    used = await running_bot.server.slash(running_bot.boss, running_bot.room, "channel", **options)
    await used.wait_reply()
    return used


async def every_question(running_bot: RunningBot, channel: Channel) -> None:
    told = await set_channel(running_bot, channel=channel, mode="every")
    assert f"{channel.mention}: every question" in told.text


async def test_only_sure_answers_to_questions_and_silence_else(running_bot: RunningBot) -> None:
    help_room = running_bot.server.channel(running_bot.guild, "help")
    said = running_bot.say(FERRY, channel=help_room)
    await settle(running_bot)
    assert own(running_bot, help_room) == [], (
        "only what is addressed, until an admin says otherwise"
    )
    await every_question(running_bot, help_room)
    said = running_bot.say(FERRY, channel=help_room)
    shown = await running_bot.answer_to(said)
    assert MAY in shown.text and not shown.pinged and "Show passage" in shown.labels
    typed = len(help_room.typings)
    for text in (VAGUE, "The ferry to Pine Island resumes.", "nice weather", "城北今天怎么样？"):
        running_bot.say(text, running_bot.bo, help_room)
    # What is for somebody else, or from a bot.
    running_bot.say(f"{running_bot.ann.mention} {FERRY}", running_bot.bo, help_room)
    running_bot.say(FERRY, running_bot.bo, help_room, reply_to=said)
    machine = running_bot.server.user("machine")
    machine.bot = True
    running_bot.say(FERRY, by=machine, channel=help_room)
    await settle(running_bot)
    assert own(running_bot, help_room) == [shown] and len(help_room.typings) == typed
    chinese = running_bot.say("施工队调来17台抢修车辆吗", running_bot.bo, help_room)
    assert "**17**台" in (await running_bot.answer_to(chinese)).text
    # Who addresses it is answered as everywhere.
    vague = running_bot.mention(VAGUE, channel=help_room)
    assert (await running_bot.answer_to(vague)).text


async def test_a_thread_is_opened_and_holds_its_context(running_bot: RunningBot) -> None:
    room = running_bot.server.channel(running_bot.guild, "threads")
    told = await set_channel(running_bot, channel=room, mode="thread")
    assert f"{room.mention}: thread" in told.text
    said = running_bot.mention(FERRY, channel=room)
    await running_bot.until(lambda: said.id in running_bot.server.channels, 10, "a thread")
    thread = running_bot.server.channels[said.id]
    await running_bot.until(lambda: own(running_bot, thread), 10, "the answer")
    assert (
        own(running_bot, room) == []
        and MAY in own(running_bot, thread)[0].text
        and "ferry" in thread.name
    )
    await running_bot.server.settled(0.4)
    further = running_bot.mention(
        "how many seasonal workers has the harbour office", channel=thread
    )
    answer = await running_bot.answer_to(further)
    assert "1 earlier: " in answer.text and "Pine Island" in answer.text
    # Another person's question is no follow-up.
    other = running_bot.mention(
        "how many seasonal workers has the harbour office", running_bot.bo, thread
    )
    assert "earlier" not in (await running_bot.answer_to(other)).text
    shut = running_bot.server.channel(
        running_bot.guild, "no-threads", bot_permissions=USUAL & ~CREATE_PUBLIC_THREADS
    )
    await set_channel(running_bot, channel=shut, mode="thread")
    assert MAY in await running_bot.told(FERRY, channel=shut)
    running_bot.excuse(50013)


async def test_a_thread_whose_opening_was_not_heard_of_is_used(running_bot: RunningBot) -> None:
    room = running_bot.server.channel(running_bot.guild, "lost-threads")
    await set_channel(running_bot, channel=room, mode="thread")
    route = "/channels/*/messages/*/threads"
    for fault in ({"drop": "close"}, {"status": 503}):
        running_bot.server.fault("POST", route, perform=True, **fault)
        said = running_bot.mention(FERRY, channel=room)
        await running_bot.until(
            lambda number=said.id: number in running_bot.server.channels, 10, "it"
        )
        thread = running_bot.server.channels[said.id]
        await running_bot.until(lambda inside=thread: own(running_bot, inside), 10, "the answer")
        await running_bot.server.settled(0.4)
        assert len(own(running_bot, thread)) == 1 and own(running_bot, room) == []
    running_bot.excuse(160004)


async def test_an_answer_comes_below_where_no_thread_can_be_opened(running_bot: RunningBot) -> None:
    room = running_bot.server.channel(running_bot.guild, "no-connection")
    await set_channel(running_bot, channel=room, mode="thread")
    running_bot.server.fault("POST", "/channels/*/messages/*/threads", drop="reset", times=4)
    assert MAY in await running_bot.told(FERRY, channel=room)


async def test_a_forum_post_is_a_question_and_can_be_solved(running_bot: RunningBot) -> None:
    rights = USUAL | MANAGE_THREADS
    forum = new_forum(
        running_bot.server, running_bot.guild, "support", "Bug", "Solved", bot_permissions=rights
    )
    await every_question(running_bot, forum)
    first = open_post(
        running_bot.server, running_bot.ann, forum, "Ferry to Pine Island", "resumes on which May"
    )
    shown = await running_bot.answer_to(first)
    assert "Pine Island" in shown.text and "Solved" in shown.labels
    refused = await running_bot.click(shown, "Solved", by=running_bot.mei)
    assert refused.ephemeral and not first.channel.applied
    done = await running_bot.click(shown, "Solved")
    assert "Marked as solved" in done.text and not done.pinged
    assert first.channel.applied == [forum.tags[1].id]
    vague = open_post(
        running_bot.server, running_bot.bo, forum, "Zebras", "Do walruses sing on board?"
    )
    await settle(running_bot)
    assert own(running_bot, vague.channel) == []


async def test_the_mode_outlives_a_restart(running_bot: RunningBot) -> None:
    room = running_bot.server.channel(running_bot.guild, "kept")
    await every_question(running_bot, room)
    await running_bot.bot.stop()
    await running_bot.bot.start()
    said = running_bot.say(FERRY, channel=room)
    assert MAY in (await running_bot.answer_to(said)).text
    await set_channel(running_bot, channel=room, mode="addressed")
    count = len(own(running_bot, room))
    running_bot.say(FERRY, channel=room)
    await settle(running_bot)
    assert len(own(running_bot, room)) == count
