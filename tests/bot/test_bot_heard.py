"""Whoever addresses the bot is heard: by its role, by an edit, in a reply, in a file, forwarded."""

from __future__ import annotations

import pytest

from tests.bot.conftest import Hall
from tests.discord_attachments import Upload
from tests.discord_messages import Message
from tests.discord_world import SEND_MESSAGES, USUAL
from tests.discord_writing import edit, forward, own_role, say_with_file, unfurl

FERRY = "when does the ferry to Pine Island resume"
WATER = "城北供水管网改造有多少台抢修车辆待命"
MAY = "**3** May"


async def answer(hall: Hall, said: Message) -> str:
    return (await hall.server.answer_to(said)).text


async def silent_after(hall: Hall, said: Message, count: int = 0) -> None:
    """Show that a message has so many answers and no more."""
    await answer(hall, hall.mention(FERRY))
    await hall.server.settled(0.2)
    assert len(hall.server.answers_to(said)) == count


async def test_a_mention_of_its_own_role_and_of_no_other(hall: Hall) -> None:
    role = own_role(hall.server, hall.guild)
    other = hall.server.role(hall.guild, "sailors")
    await hall.server.settled(0.2)
    assert MAY in await answer(
        hall, hall.server.say(hall.ann, hall.room, f"{role.mention} {FERRY}")
    )
    said = hall.server.say(hall.ann, hall.room, f"{other.mention} {FERRY}")
    await silent_after(hall, said)


async def test_a_mention_that_an_edit_adds(hall: Hall) -> None:
    said = hall.server.say(hall.ann, hall.room, FERRY)
    await silent_after(hall, said)
    edit(hall.server, said, f"{FERRY}?")
    await silent_after(hall, said)
    edit(hall.server, said, f"{hall.server.bot.mention} {FERRY}")
    assert MAY in await answer(hall, said)
    # What was answered is not answered again, whoever changes it.
    edit(hall.server, said, f"{hall.server.bot.mention} {FERRY}!")
    unfurl(hall.server, said)
    await silent_after(hall, said, 1)
    linked = hall.server.say(hall.ann, hall.room, "see https://harbour.example")
    unfurl(hall.server, linked)
    await silent_after(hall, linked)


@pytest.mark.parametrize("words", ["", "do you know this?", "any ideas", "你知道吗"])
async def test_the_message_replied_to_is_the_question(hall: Hall, words: str) -> None:
    asked = hall.server.say(hall.bo, hall.room, FERRY)
    said = hall.server.say(
        hall.ann, hall.room, f"{hall.server.bot.mention} {words}", reply_to=asked
    )
    assert MAY in await answer(hall, said)
    chinese = hall.server.say(hall.bo, hall.room, WATER)
    said = hall.server.say(
        hall.ann, hall.room, f"{hall.server.bot.mention} {words}", reply_to=chinese
    )
    assert "**17**台" in await answer(hall, said)
    assert hall.server.answers_to(asked) == hall.server.answers_to(chinese) == []


async def test_words_of_their_own_have_the_message_replied_to_as_context(hall: Hall) -> None:
    asked = hall.server.say(hall.bo, hall.room, "Does anyone work at the harbour office?")
    said = hall.server.say(
        hall.ann, hall.room, f"{hall.server.bot.mention} how many workers", reply_to=asked
    )
    told = await answer(hall, said)
    assert "**14** seasonal workers" in told
    assert "1 earlier: Does anyone work at the harbour office?" in told


async def test_a_reply_to_a_picture_is_told_that_there_are_no_words(hall: Hall) -> None:
    asked = say_with_file(hall.server, hall.bo, hall.room, Upload("ferry.png", b"\x89PNG"))
    said = hall.server.say(hall.ann, hall.room, hall.server.bot.mention, reply_to=asked)
    assert "holds no text" in await answer(hall, said)


async def test_a_long_text_that_became_a_file(hall: Hall) -> None:
    file = Upload("message.txt", f"Dear all, {FERRY}?".encode())
    mention = hall.server.bot.mention
    said = say_with_file(hall.server, hall.ann, hall.room, file, mention)
    assert MAY in await answer(hall, said)
    direct = hall.server.dm_with(hall.ann)
    assert MAY in await answer(hall, say_with_file(hall.server, hall.ann.user, direct, file))
    large = Upload("message.txt", b"ferry " * 20_000)
    said = say_with_file(hall.server, hall.ann, hall.room, large, mention)
    assert "too long for a question" in await answer(hall, said)
    gone = Upload("message.txt", b"ferry", status=404)
    said = say_with_file(hall.server, hall.ann, hall.room, gone, mention)
    assert "could not be fetched" in await answer(hall, said)
    assert not large.fetched


async def test_a_forwarded_message(hall: Hall) -> None:
    elsewhere = hall.server.channel(hall.guild, "elsewhere")
    asked = hall.server.say(hall.bo, elsewhere, "Somebody said the ferry to Pine Island is back")
    sent = forward(hall.server, hall.ann, hall.room, asked)
    found = await hall.server.context_menu(hall.ann, sent, "Find sources")
    assert "six sailings" in (await found.wait_reply()).text
    long = say_with_file(hall.server, hall.bo, elsewhere, Upload("message.txt", WATER.encode()))
    sent = forward(hall.server, hall.ann, hall.room, long)
    found = await hall.server.context_menu(hall.ann, sent, "Find sources")
    assert "抢修车辆" in (await found.wait_reply()).text
    asked = hall.server.say(hall.bo, elsewhere, FERRY)
    sent = forward(hall.server, hall.ann.user, hall.server.dm_with(hall.ann), asked)
    assert MAY in await answer(hall, sent)
    nothing = forward(
        hall.server,
        *(hall.ann, hall.room),
        say_with_file(hall.server, hall.bo, elsewhere, Upload("a.png", b"\x89PNG")),
    )
    found = await hall.server.context_menu(hall.ann, nothing, "Find sources")
    assert "holds no text" in (await found.wait_reply()).text


async def test_a_long_reply_where_the_bot_may_not_write_is_whole(hall: Hall) -> None:
    quiet = hall.server.channel(hall.guild, "quiet", bot_permissions=USUAL & ~SEND_MESSAGES)
    used = await hall.slash("summary", channel=quiet, article="long.txt#1")
    await hall.server.until(lambda: "水库的第300次巡查" in used.text, 20, "the whole summary")
    await hall.server.settled(0.3)
    assert "水库的第0次巡查" in used.messages[0].text and "Something went wrong" not in used.text
    assert len(used.messages) > 2 and not any(message.ephemeral for message in used.messages)
    refused = [request for request in hall.server.refused if request.code == 50013]
    assert len(refused) == 1
    # Where even that fails, what stands goes on standing.
    fault = hall.server.fault("POST", "/webhooks/**", status=403, times=99)
    used = await hall.slash("summary", channel=quiet, article="long.txt#1")
    await hall.bot.wait_log("parts could be sent", 40)
    assert "水库的第0次巡查" in used.text and "Something went wrong" not in used.text
    hall.server.faults.remove(fault)
    gone = [request for request in hall.server.refused if request.code == 50013]
    hall.server.requests = [r for r in hall.server.requests if r not in gone]
