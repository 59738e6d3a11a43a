"""Questions in every form, against the local Discord: each is answered once, others never."""

from __future__ import annotations

import re

from tests.bot.conftest import RunningBot
from tests.local_discord.door import VIEW_CHANNEL, Message, Person, User, is_v2

FERRY = "when does the ferry to Pine Island resume"
WATER = "城北供水管网改造有多少台抢修车辆待命"


async def silent(running_bot: RunningBot, *said: Message) -> None:
    """Show that nothing is said after a message that is not addressed to the bot."""
    probe = running_bot.mention(FERRY)
    await running_bot.answer_to(probe)
    await running_bot.server.settled(0.2)
    for message in said:
        assert running_bot.server.answers_to(message) == []


async def test_ask_quotes_the_sentence_and_its_source(running_bot: RunningBot) -> None:
    used = await running_bot.ask(FERRY)
    (reply,) = used.messages
    assert reply.text == (
        f"-# Asked: {FERRY}\n"
        "> The ferry to Pine Island resumes on **3** May with six sailings a day. [1]\n"
        "[1] **Ferry to Pine Island resumes**\n"
        "-# ferry.txt, 2 May"
    )
    assert is_v2(reply.flags) and not reply.content
    assert reply.labels == ["Show passage", "More sources", "👍", "👎"]
    assert not reply.ephemeral
    assert used.response_type == 5 and used.acknowledged_after < 3


async def test_ask_in_chinese(running_bot: RunningBot) -> None:
    used = await running_bot.ask(WATER, by=running_bot.bo)
    (reply,) = used.messages
    assert "> 城北供水管网改造昨日开工，施工队调来**17**台抢修车辆日夜待命。 [1]" in reply.text
    assert reply.text.startswith(f"-# 问：{WATER}\n")
    assert reply.labels[:2] == ["查看段落", "更多出处"]
    traditional = (await running_bot.ask(WATER, by=running_bot.mei)).messages[0]
    # What we say is traditional, what the document says stays as it is written.
    assert traditional.labels[:2] == ["檢視段落", "更多出處"]
    assert "抢修车辆" in traditional.text


async def test_a_private_question_is_answered_to_the_asker_alone(running_bot: RunningBot) -> None:
    used = await running_bot.ask(FERRY, private=True)
    assert [message.ephemeral for message in used.messages] == [True]


async def test_ask_one_article(running_bot: RunningBot) -> None:
    question = "which number is the note about"
    used = await running_bot.ask(question, article="notes.txt#3")
    assert "Note number **3**" in used.text
    by_title = await running_bot.ask(question, article="Note 04")
    assert "Note number **4**" in by_title.text
    assert "fits 23 articles" in (await running_bot.ask(question, article="note")).text
    unknown = await running_bot.ask(question, article="@here **lost**", by=running_bot.bo)
    assert unknown.text == (
        "没有叫“@\u200bhere \\*\\*lost\\*\\*”的文章。/articles 会列出所有文章。"
    )


async def test_autocomplete_offers_articles(running_bot: RunningBot) -> None:
    offered = await running_bot.typed("ask", "article", "FERRY")
    assert offered == [{"name": "Ferry to Pine Island resumes", "value": "ferry.txt#1"}]
    offered = await running_bot.typed("ask", "article", "供水", by=running_bot.bo)
    assert [choice["value"] for choice in offered] == ["water.txt#1"]
    everything = await running_bot.typed("ask", "article", "")
    assert len(everything) == 25
    assert all(len(c["name"]) <= 100 and len(c["value"]) <= 100 for c in everything)


async def test_a_source_and_days_bound_what_is_asked(running_bot: RunningBot) -> None:
    (found,) = (await running_bot.ask(FERRY, source="FERRY")).messages
    assert "> The ferry to Pine Island resumes on **3** May" in found.text
    for bound in (
        *({"source": "water"}, {"after": "2026-11"}, {"before": "yesterday"}),
        {"after": "上周", "before": "今天"},
    ):
        (other,) = (await running_bot.ask(FERRY, **bound)).messages
        assert "Pine Island resumes on" not in other.text.split("\n", 1)[1], bound
    (reply,) = (await running_bot.ask(FERRY, after="soonish")).messages
    assert "“soonish” is no date" in reply.content
    (reply,) = (await running_bot.ask("渡轮几时恢复", by=running_bot.bo, before="以后")).messages
    assert "“以后”不是日期" in reply.content


async def test_an_article_with_a_long_id_can_be_chosen(running_bot: RunningBot) -> None:
    (far,) = await running_bot.typed("ask", "article", "far down")
    assert len(far["value"]) <= 100
    used = await running_bot.ask("what lies far down", article=far["value"])
    assert "Far down lies the well." in used.text.replace("**", "")


async def test_a_mention_is_a_question(running_bot: RunningBot) -> None:
    said = running_bot.mention(FERRY)
    answer = await running_bot.answer_to(said)
    assert answer.text.startswith("> The ferry to Pine Island resumes on **3** May")
    assert answer.reply_to is said and answer.pinged == set()
    chinese = await running_bot.answer_to(running_bot.mention(WATER))
    assert chinese.labels[0] == "查看段落"


async def test_threads_and_direct_messages_work_as_channels_do(running_bot: RunningBot) -> None:
    thread = running_bot.server.thread(running_bot.room, "about ferries")
    assert "3" in await running_bot.told(FERRY, channel=thread)
    direct = running_bot.server.dm(running_bot.bo, WATER)
    assert "**17**台" in (await running_bot.answer_to(direct)).text
    used = await running_bot.slash(
        "ask", channel=running_bot.server.dm_with(running_bot.ann), question=FERRY
    )
    assert "3" in used.text


async def test_a_follow_up_knows_what_was_asked_before(running_bot: RunningBot) -> None:
    first = await running_bot.answer_to(running_bot.mention(FERRY))
    assert "earlier" not in first.text
    second = running_bot.say("how many workers?", by=running_bot.bo, reply_to=first, ping=False)
    answer = await running_bot.answer_to(second)
    assert "**14** seasonal workers" in answer.text
    assert f"1 earlier: {FERRY}" in answer.text
    await running_bot.server.settled(0.1)
    third = running_bot.say("bicycles", reply_to=answer)
    assert "2 earlier: how many workers?" in (await running_bot.answer_to(third)).text


async def test_the_answer_to_a_command_can_be_followed_up(running_bot: RunningBot) -> None:
    (slashed,) = (await running_bot.ask(WATER, by=running_bot.bo)).messages
    await running_bot.server.settled(0.1)
    asked = running_bot.say("那工人呢？", by=running_bot.bo, reply_to=slashed)
    answer = await running_bot.answer_to(asked)
    assert "**256**名工人" in answer.text and "1 earlier: 城北" in answer.text


async def test_nobody_else_is_answered(running_bot: RunningBot) -> None:
    server = running_bot.server
    robot = User(server.clock.snowflake(), "robot", bot=True)
    server.users[robot.id] = robot
    robot_member: Person = robot
    other = server.say(running_bot.ann, running_bot.room, FERRY)
    said = [
        other,
        server.say(running_bot.bo, running_bot.room, "I think in May", reply_to=other),
        server.say(running_bot.ann, running_bot.room, f"@everyone {FERRY}"),
        server.say(
            running_bot.ann,
            running_bot.room,
            f"<@&{server.role(running_bot.guild, 'docents').id}> {FERRY}",
        ),
        server.say(robot_member, running_bot.room, f"{server.bot.mention} {FERRY}"),
    ]
    await silent(running_bot, *said)


async def test_other_names_in_a_question_are_read_as_names(running_bot: RunningBot) -> None:
    said = running_bot.mention(
        f"what did {running_bot.bo.user.mention} say about <:boat:123456789012345678>"
    )
    answer = await running_bot.answer_to(said)
    assert "123456789012345678" not in answer.text


async def test_a_document_pings_nobody_and_forges_nothing(running_bot: RunningBot) -> None:
    used = await running_bot.ask("who should not trust, everyone or here", article="rude.txt#1")
    mentioned = await running_bot.answer_to(
        running_bot.mention("the password of the harbour is 4711")
    )
    passage = await running_bot.click(used.messages[0], "Show passage")
    listed = await running_bot.slash("articles")
    summed = await running_bot.slash("summary", article="rude.txt#1")
    for message in (*used.messages, mentioned, passage, *listed.messages, *summed.messages):
        assert message.pinged == set()
        for payload in message.payloads:
            assert payload.get("allowed_mentions") == {"parse": []}
        assert "@everyone" not in message.text and "<@1" not in message.text
        assert "](https://evil" not in message.text.replace("\\](", "")
    assert "\\*\\*this\\*\\*" in used.text


async def test_what_the_documents_do_not_hold_is_refused_with_the_nearest(
    running_bot: RunningBot,
) -> None:
    used = await running_bot.ask("火星上有没有地铁", by=running_bot.bo)
    (reply,) = used.messages
    assert "文档里没有这个问题的答案。" in reply.text
    assert len(reply.buttons) == 5 and reply.labels[3:] == ["👍", "👎"]
    opened = await running_bot.click(reply, reply.labels[0], by=running_bot.bo)
    assert opened.ephemeral and is_v2(opened.flags)


async def test_failures_are_told_in_the_readers_language(running_bot: RunningBot) -> None:
    english, chinese = (
        await running_bot.ask("boom"),
        await running_bot.ask("boom", by=running_bot.bo),
    )
    assert "Something went wrong on my side" in english.text
    assert "我这边出了问题" in chinese.text
    for used in (english, chinese):
        assert "secret" not in used.text and "Error" not in used.text
        (number,) = re.findall(r"[0-9a-f]{8}", used.messages[0].content.split("\n")[-1])
        await running_bot.bot.wait_log(f"told as {number}")
    await running_bot.bot.wait_log("RuntimeError: a secret detail")
    answer = await running_bot.answer_to(running_bot.mention(""))
    assert answer.text == "The question is empty. Write what you want to know."


async def test_bad_input_is_answered_too(running_bot: RunningBot) -> None:
    endless = await running_bot.ask("\u202e**字" * 1500)
    assert endless.messages and "Something went wrong" not in endless.text
    lost = await running_bot.ask(FERRY, article="@everyone " * 600)
    assert lost.text.startswith("No article is called “@\u200beveryone @")
    blank = await running_bot.ask(" \n ", by=running_bot.bo)
    assert blank.text == "问题是空的。请写出想知道的事。"
    odd = await running_bot.answer_to(running_bot.mention("`" * 50 + "\x00" + "👩‍👩‍👧" * 90))
    assert odd.text


async def test_a_command_of_another_version_says_so(running_bot: RunningBot) -> None:
    old = {"name": "quote", "type": 1, "description": "old", "id": "77", "options": []}
    running_bot.server.registered[0].append(old)
    told = await running_bot.slash("quote", by=running_bot.bo)
    running_bot.server.registered[0].remove(old)
    assert told.messages[0].ephemeral and "我的命令有更新" in told.text


async def test_where_the_bot_may_not_write_the_answer_comes_directly(
    running_bot: RunningBot,
) -> None:
    closed = running_bot.server.channel(running_bot.guild, "closed", bot_permissions=VIEW_CHANNEL)
    running_bot.mention(FERRY, channel=closed)
    direct = running_bot.server.dm_with(running_bot.ann)
    before = len(direct.messages)
    await running_bot.until(lambda: len(direct.messages) >= before + 2)
    reason, answer = direct.messages[-2:]
    assert closed.mention in reason.text and "**3** May" in answer.text
    assert running_bot.excuse(50001, 50013)


async def test_the_same_event_twice_is_one_answer(running_bot: RunningBot) -> None:
    said = running_bot.mention(FERRY)
    running_bot.server.announce("MESSAGE_CREATE", said)
    await running_bot.answer_to(said)
    await running_bot.server.settled(0.3)
    assert len(running_bot.server.answers_to(said)) == 1
