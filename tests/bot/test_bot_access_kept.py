"""What was answered before a rule came: its next part, and the follow-ups that remember it."""

from __future__ import annotations

from tests.bot.conftest import Hall
from tests.discord_world import Role

FERRY = "when does the ferry to Pine Island resume"
DEEP, TOP = "deep", "/"
# A run takes long enough for a rule to come meanwhile.
SETTINGS = {"FAKE_STEPS": 4, "FAKE_STEP_SECONDS": 0.5}


def librarians(hall: Hall) -> Role:
    return next(role for role in hall.guild.roles if role.name == "librarians")


async def restrict(hall: Hall, collection: str) -> None:
    """Let the librarians alone read a collection."""
    used = await hall.slash("access allow", hall.boss, collection=collection, role=librarians(hall))
    assert "read by" in used.text


async def lift(hall: Hall, collection: str) -> None:
    used = await hall.slash("access open", hall.boss, collection=collection)
    assert "open to everyone" in used.text


async def test_a_reply_in_parts_is_not_continued_once_it_is_closed(hall: Hall) -> None:
    long = await hall.ask("第7次巡查 水库 whole", private=True, by=hall.bo)
    (first,) = long.messages
    second = await hall.click(first, "继续阅读", by=hall.bo)
    assert "句话" in second.text
    await restrict(hall, TOP)
    try:
        for message in (first, second):
            refused = await hall.click(message, "继续阅读", by=hall.bo)
            assert refused.text.startswith("这个回答不能再显示") and "句话" not in refused.text
    finally:
        await lift(hall, TOP)
    again = await hall.click(first, "继续阅读", by=hall.bo)
    assert again.text == second.text


async def test_a_follow_up_does_not_remember_what_is_closed(hall: Hall) -> None:
    asked = await hall.server.answer_to(hall.mention("what lies far down"))
    assert "well" in asked.text
    await hall.server.settled(0.2)
    open_to_all = hall.server.say(hall.ann, hall.room, FERRY, reply_to=asked)
    assert "1 earlier: what lies far down" in (await hall.server.answer_to(open_to_all)).text
    await restrict(hall, DEEP)
    try:
        closed = hall.server.say(hall.ann, hall.room, FERRY, reply_to=asked)
        answer = await hall.server.answer_to(closed)
        assert "**3** May" in answer.text and "earlier" not in answer.text
        # Nor in public for one who may read it: others read the answer too.
        insider = hall.server.say(hall.librarian, hall.room, FERRY, reply_to=asked)
        assert "earlier" not in (await hall.server.answer_to(insider)).text
    finally:
        await lift(hall, DEEP)


async def test_a_private_answer_is_not_remembered_in_public(hall: Hall) -> None:
    """Discord lets nobody reply in a channel to what one alone sees; should it, nothing is told."""
    used = await hall.ask("what lies far down", private=True)
    (private,) = used.messages
    await hall.server.settled(0.2)
    forged = hall.server.say(hall.bo, hall.room, FERRY, reply_to=private)
    answer = await hall.server.answer_to(forged)
    assert "**3** May" in answer.text and "earlier" not in answer.text


async def test_a_named_article_that_only_some_may_read_is_spoken_of_in_private(hall: Hall) -> None:
    await restrict(hall, DEEP)
    try:
        offered = await hall.server.autocomplete(
            hall.librarian, hall.room, "summary", "article", "far down"
        )
        assert len(offered) == 1
        value = offered[0]["value"]
        none = await hall.server.autocomplete(hall.ann, hall.room, "summary", "article", "far down")
        assert none == []
        for command, options in (
            ("summary", {"article": value}),
            ("ask", {"question": "what lies far down", "article": value}),
        ):
            used = await hall.slash(command, hall.librarian, **options)
            assert [message.ephemeral for message in used.messages] == [True]
            assert "well" in used.text
            refused = await hall.slash(command, hall.ann, **options)
            assert "well" not in refused.text and "deep" not in refused.text
        public = await hall.slash("summary", hall.librarian, article="ferry.txt#1")
        assert [message.ephemeral for message in public.messages] == [False]
    finally:
        await lift(hall, DEEP)


async def test_the_public_report_of_a_run_names_no_file_of_a_closed_collection(hall: Hall) -> None:
    public = await hall.slash("reindex", hall.boss)
    assert not public.messages[0].ephemeral
    await restrict(hall, TOP)
    try:
        await hall.server.until(lambda: "is up to date" in public.text, 15, "the report")
        assert "broken.pdf" not in public.text and "could not be read" not in public.text
        # Who may set the rules reads everything, alone.
        private = await hall.slash("reindex", hall.boss)
        assert private.messages[0].ephemeral
        await hall.server.until(lambda: "broken.pdf" in private.text, 15, "the report")
    finally:
        await lift(hall, TOP)


async def test_a_rule_that_comes_while_an_answer_is_written_holds_for_it(hall: Hall) -> None:
    used = await hall.server.slash(
        hall.ann, hall.room, "ask", question="write about the ferry to Pine Island"
    )
    await hall.server.until(lambda: "Sentence" in used.text, 15, "a draft")
    await restrict(hall, TOP)
    try:
        await hall.server.until(lambda: "while I was answering" in used.text, 15, "the end")
        assert "Sentence" not in used.text and "ferry.txt" not in used.text
    finally:
        await lift(hall, TOP)
