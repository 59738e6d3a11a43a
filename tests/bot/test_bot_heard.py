"""Whoever addresses the bot is heard: by its role, by an edit, in a reply, in a file, forwarded."""

from __future__ import annotations

import pytest

from tests.bot.conftest import RunningBot
from tests.local_discord.door import (
    SEND_MESSAGES,
    USUAL,
    Message,
    Upload,
    edit,
    forward,
    own_role,
    say_with_file,
    unfurl,
)

FERRY = "when does the ferry to Pine Island resume"
WATER = "城北供水管网改造有多少台抢修车辆待命"
MAY = "**3** May"


async def answer(running_bot: RunningBot, said: Message) -> str:
    return (await running_bot.answer_to(said)).text


async def silent_after(running_bot: RunningBot, said: Message, count: int = 0) -> None:
    """Show that a message has so many answers and no more."""
    await answer(running_bot, running_bot.mention(FERRY))
    await running_bot.server.settled(0.2)
    assert len(running_bot.server.answers_to(said)) == count


async def test_a_mention_of_its_own_role_and_of_no_other(running_bot: RunningBot) -> None:
    role = own_role(running_bot.server, running_bot.guild)
    other = running_bot.server.role(running_bot.guild, "sailors")
    await running_bot.server.settled(0.2)
    assert MAY in await answer(
        running_bot,
        running_bot.say(f"{role.mention} {FERRY}"),
    )
    said = running_bot.say(f"{other.mention} {FERRY}")
    await silent_after(running_bot, said)


async def test_a_mention_that_an_edit_adds(running_bot: RunningBot) -> None:
    said = running_bot.say(FERRY)
    await silent_after(running_bot, said)
    edit(running_bot.server, said, f"{FERRY}?")
    await silent_after(running_bot, said)
    edit(running_bot.server, said, f"{running_bot.server.bot.mention} {FERRY}")
    assert MAY in await answer(running_bot, said)
    # What was answered is not answered again, whoever changes it.
    edit(running_bot.server, said, f"{running_bot.server.bot.mention} {FERRY}!")
    unfurl(running_bot.server, said)
    await silent_after(running_bot, said, 1)
    linked = running_bot.say("see https://harbour.example")
    unfurl(running_bot.server, linked)
    await silent_after(running_bot, linked)


@pytest.mark.parametrize("words", ["", "do you know this?", "any ideas", "你知道吗"])
async def test_the_message_replied_to_is_the_question(running_bot: RunningBot, words: str) -> None:
    asked = running_bot.say(FERRY, by=running_bot.bo)
    said = running_bot.mention(words, reply_to=asked)
    assert MAY in await answer(running_bot, said)
    chinese = running_bot.say(WATER, by=running_bot.bo)
    said = running_bot.mention(words, reply_to=chinese)
    assert "**17**台" in await answer(running_bot, said)
    assert running_bot.server.answers_to(asked) == running_bot.server.answers_to(chinese) == []


async def test_words_of_their_own_have_the_message_replied_to_as_context(
    running_bot: RunningBot,
) -> None:
    asked = running_bot.say("Does anyone work at the harbour office?", by=running_bot.bo)
    said = running_bot.mention("how many workers", reply_to=asked)
    told = await answer(running_bot, said)
    assert "**14** seasonal workers" in told
    assert "1 earlier: Does anyone work at the harbour office?" in told


async def test_a_reply_to_a_picture_is_told_that_there_are_no_words(
    running_bot: RunningBot,
) -> None:
    asked = say_with_file(
        running_bot.server, running_bot.bo, running_bot.room, Upload("ferry.png", b"\x89PNG")
    )
    said = running_bot.say(running_bot.server.bot.mention, reply_to=asked)
    assert "holds no text" in await answer(running_bot, said)


async def test_a_long_text_that_became_a_file(running_bot: RunningBot) -> None:
    file = Upload("message.txt", f"Dear all, {FERRY}?".encode())
    mention = running_bot.server.bot.mention
    said = say_with_file(running_bot.server, running_bot.ann, running_bot.room, file, mention)
    assert MAY in await answer(running_bot, said)
    direct = running_bot.server.dm_with(running_bot.ann)
    assert MAY in await answer(
        running_bot, say_with_file(running_bot.server, running_bot.ann.user, direct, file)
    )
    large = Upload("message.txt", b"ferry " * 20_000)
    said = say_with_file(running_bot.server, running_bot.ann, running_bot.room, large, mention)
    assert "too long for a question" in await answer(running_bot, said)
    gone = Upload("message.txt", b"ferry", status=404)
    said = say_with_file(running_bot.server, running_bot.ann, running_bot.room, gone, mention)
    assert "could not be fetched" in await answer(running_bot, said)
    assert not large.fetched


async def test_a_forwarded_message(running_bot: RunningBot) -> None:
    elsewhere = running_bot.server.channel(running_bot.guild, "elsewhere")
    asked = running_bot.say(
        "Somebody said the ferry to Pine Island is back", running_bot.bo, elsewhere
    )
    sent = forward(running_bot.server, running_bot.ann, running_bot.room, asked)
    found = await running_bot.server.context_menu(running_bot.ann, sent, "Find sources")
    assert "six sailings" in (await found.wait_reply()).text
    long = say_with_file(
        running_bot.server, running_bot.bo, elsewhere, Upload("message.txt", WATER.encode())
    )
    sent = forward(running_bot.server, running_bot.ann, running_bot.room, long)
    found = await running_bot.server.context_menu(running_bot.ann, sent, "Find sources")
    assert "抢修车辆" in (await found.wait_reply()).text
    asked = running_bot.say(FERRY, running_bot.bo, elsewhere)
    sent = forward(
        running_bot.server, running_bot.ann.user, running_bot.server.dm_with(running_bot.ann), asked
    )
    assert MAY in await answer(running_bot, sent)
    nothing = forward(
        running_bot.server,
        *(running_bot.ann, running_bot.room),
        say_with_file(running_bot.server, running_bot.bo, elsewhere, Upload("a.png", b"\x89PNG")),
    )
    found = await running_bot.server.context_menu(running_bot.ann, nothing, "Find sources")
    assert "holds no text" in (await found.wait_reply()).text


async def test_a_long_reply_where_the_bot_may_not_write_is_whole(running_bot: RunningBot) -> None:
    quiet = running_bot.server.channel(
        running_bot.guild, "quiet", bot_permissions=USUAL & ~SEND_MESSAGES
    )
    used = await running_bot.slash("summary", channel=quiet, article="long.txt#1")
    await running_bot.until(lambda: "水库的第300次巡查" in used.text, 20, "the whole summary")
    await running_bot.server.settled(0.3)
    assert "水库的第0次巡查" in used.messages[0].text and "Something went wrong" not in used.text
    assert len(used.messages) > 2 and not any(message.ephemeral for message in used.messages)
    assert len(running_bot.excuse(50013)) == 1
    # Where even that fails, what stands goes on standing.
    fault = running_bot.server.fault("POST", "/webhooks/**", status=403, times=99)
    used = await running_bot.slash("summary", channel=quiet, article="long.txt#1")
    await running_bot.bot.wait_log("parts could be sent", 40)
    assert "水库的第0次巡查" in used.text and "Something went wrong" not in used.text
    running_bot.server.faults.remove(fault)
    running_bot.excuse(50013)
