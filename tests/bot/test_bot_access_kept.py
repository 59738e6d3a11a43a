"""What was answered before a rule came: its next part, and the follow-ups that remember it."""

from __future__ import annotations

from tests.bot.conftest import RunningBot
from tests.local_discord.door import Role

FERRY = "when does the ferry to Pine Island resume"
DEEP, TOP = "deep", "/"
# A run takes long enough for a rule to come meanwhile.
SETTINGS = {"FAKE_STEPS": 4, "FAKE_STEP_SECONDS": 0.5}


def librarians(running_bot: RunningBot) -> Role:
    return next(role for role in running_bot.guild.roles if role.name == "librarians")


async def restrict(running_bot: RunningBot, collection: str) -> None:
    """Let the librarians alone read a collection."""
    used = await running_bot.slash(
        "access allow", running_bot.boss, collection=collection, role=librarians(running_bot)
    )
    assert "read by" in used.text


async def lift(running_bot: RunningBot, collection: str) -> None:
    used = await running_bot.slash("access open", running_bot.boss, collection=collection)
    assert "open to everyone" in used.text


async def test_a_reply_in_parts_is_not_continued_once_it_is_closed(running_bot: RunningBot) -> None:
    long = await running_bot.ask("第7次巡查 水库 whole", private=True, by=running_bot.bo)
    (first,) = long.messages
    second = await running_bot.click(first, "继续阅读", by=running_bot.bo)
    assert "句话" in second.text
    await restrict(running_bot, TOP)
    try:
        for message in (first, second):
            refused = await running_bot.click(message, "继续阅读", by=running_bot.bo)
            assert refused.text.startswith("这个回答不能再显示") and "句话" not in refused.text
    finally:
        await lift(running_bot, TOP)
    again = await running_bot.click(first, "继续阅读", by=running_bot.bo)
    assert again.text == second.text


async def test_a_follow_up_does_not_remember_what_is_closed(running_bot: RunningBot) -> None:
    asked = await running_bot.answer_to(running_bot.mention("what lies far down"))
    assert "well" in asked.text
    await running_bot.server.settled(0.2)
    open_to_all = running_bot.say(FERRY, reply_to=asked)
    assert "1 earlier: what lies far down" in (await running_bot.answer_to(open_to_all)).text
    await restrict(running_bot, DEEP)
    try:
        closed = running_bot.say(FERRY, reply_to=asked)
        answer = await running_bot.answer_to(closed)
        assert "**3** May" in answer.text and "earlier" not in answer.text
        # Nor in public for one who may read it: others read the answer too.
        insider = running_bot.say(FERRY, by=running_bot.librarian, reply_to=asked)
        assert "earlier" not in (await running_bot.answer_to(insider)).text
    finally:
        await lift(running_bot, DEEP)


async def test_a_private_answer_is_not_remembered_in_public(running_bot: RunningBot) -> None:
    """Discord lets nobody reply in a channel to what one alone sees; should it, nothing is told."""
    used = await running_bot.ask("what lies far down", private=True)
    (private,) = used.messages
    await running_bot.server.settled(0.2)
    forged = running_bot.say(FERRY, by=running_bot.bo, reply_to=private)
    answer = await running_bot.answer_to(forged)
    assert "**3** May" in answer.text and "earlier" not in answer.text


async def test_a_named_article_that_only_some_may_read_is_spoken_of_in_private(
    running_bot: RunningBot,
) -> None:
    await restrict(running_bot, DEEP)
    try:
        offered = await running_bot.typed(
            "summary", "article", "far down", by=running_bot.librarian
        )
        assert len(offered) == 1
        value = offered[0]["value"]
        none = await running_bot.typed("summary", "article", "far down")
        assert none == []
        for command, options in (
            ("summary", {"article": value}),
            ("ask", {"question": "what lies far down", "article": value}),
        ):
            used = await running_bot.slash(command, running_bot.librarian, **options)
            assert [message.ephemeral for message in used.messages] == [True]
            assert "well" in used.text
            refused = await running_bot.slash(command, running_bot.ann, **options)
            assert "well" not in refused.text and "deep" not in refused.text
        public = await running_bot.slash("summary", running_bot.librarian, article="ferry.txt#1")
        assert [message.ephemeral for message in public.messages] == [False]
    finally:
        await lift(running_bot, DEEP)


async def test_the_public_report_of_a_run_names_no_file_of_a_closed_collection(
    running_bot: RunningBot,
) -> None:
    public = await running_bot.slash("reindex", running_bot.boss)
    assert not public.messages[0].ephemeral
    await restrict(running_bot, TOP)
    try:
        await running_bot.until(lambda: "is up to date" in public.text, 15, "the report")
        assert "broken.pdf" not in public.text and "could not be read" not in public.text
        # Who may set the rules reads everything, alone.
        private = await running_bot.slash("reindex", running_bot.boss)
        assert private.messages[0].ephemeral
        await running_bot.until(lambda: "broken.pdf" in private.text, 15, "the report")
    finally:
        await lift(running_bot, TOP)


async def test_a_rule_that_comes_while_an_answer_is_written_holds_for_it(
    running_bot: RunningBot,
) -> None:
    used = await running_bot.server.slash(
        running_bot.ann, running_bot.room, "ask", question="write about the ferry to Pine Island"
    )
    await running_bot.until(lambda: "Sentence" in used.text, 15, "a draft")
    await restrict(running_bot, TOP)
    try:
        await running_bot.until(lambda: "while I was answering" in used.text, 15, "the end")
        assert "Sentence" not in used.text and "ferry.txt" not in used.text
    finally:
        await lift(running_bot, TOP)
