"""A canary in a closed collection: every command, choice, button and form is tried, none sings."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest

from tests.access_guild import BOOKS, STAFF_COUNT, WALL, Town
from tests.discord_access import CHAT_INPUT_KIND, everything_seen_by, leaves, visible_to
from tests.discord_messages import Message, button_label
from tests.discord_world import Channel, Member, Person

# What people type, none of which holds a canary by itself; the last is an id's beginning.
TYPED = ("", "harbour", "wall", "人事", "计划", "board", "board/")
QUESTIONS = (WALL, STAFF_COUNT, BOOKS, "who is the contractor of the harbour wall", "周明远")
# What each command is tried with. A new command fails the walk until it stands here.
TRIED: dict[str, list[dict[str, Any]]] = {
    "ask": [
        *({"question": question} for question in QUESTIONS),
        *({"question": question, "private": True} for question in QUESTIONS[:2]),
        {"question": WALL, "article": "wall"},
        {"question": STAFF_COUNT, "article": "人事安排"},
    ],
    "summary": [{"article": text} for text in ("budget", "wall", "人事", "board/")],
    "articles": [{}, {"filter": "wall"}, {"filter": "计划"}, {"filter": "board"}],
    "status": [{}],
    "help": [{}],
    "reindex": [{}, {"full": True}],
    "access show": [{}, {"collection": "board"}],
    "access allow": [{"collection": "board", "server": True}],
    "access deny": [{"collection": "news", "server": True}],
    "access lift": [{"collection": "board"}],
    "access open": [{"collection": "board"}],
    "add": [{}],
    "remove": [{"source": "board/"}, {"source": "board"}],
    "questions": [{}],
    "channel": [{}, {"use": "moderators"}, {"use": "digest"}],
    "mydata": [{}],
}
SERVERS_ALONE = ("access", "add", "remove", "reindex", "questions", "channel")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Run one town, whose board keeps a secret and one file that cannot be read."""
    with asyncio.Runner() as runner:
        town = Town(runner, tmp_path_factory.mktemp("town"))
        runner.run(town.open())
        (town.folder / "articles" / "board" / "zorvex-broken.pdf").write_bytes(b"no PDF")
        yield town
        runner.run(town.close())


@asynccontextmanager
async def watched(hall: Town, *outsiders: Member) -> AsyncIterator[None]:
    """Close the board's collection, and show that nothing done meanwhile tells of it."""
    await hall.restrict()
    before = {who.id: len(everything_seen_by(hall.server, who)) for who in outsiders}
    yield
    assert all(len(everything_seen_by(hall.server, who)) > before[who.id] for who in outsiders)
    await hall.keeps_the_secret_from(*outsiders)


async def use_everything(hall: Town, by: Member, where: Channel) -> None:
    """Use every command in every way, also those that Discord would hide."""
    offered = {name for c in hall.server.registered[0] for name in leaves(c)}
    assert offered <= set(TRIED), "every command is tried here"
    for command in sorted(offered):
        for options in TRIED[command]:
            if where.guild is None and command.split()[0] in SERVERS_ALONE:
                continue
            used = await hall.server.slash(by, where, command, force=True, **options)
            await used.wait_reply()


async def type_everywhere(hall: Town, by: Member, where: Channel) -> None:
    """Type into every option that offers choices."""
    for command in hall.server.registered[0]:
        if command["type"] != CHAT_INPUT_KIND:
            continue
        for name, options in leaves(command).items():
            for option in (o["name"] for o in options if o.get("autocomplete")):
                for typed in TYPED:
                    await hall.server.autocomplete(by, where, name, option, typed)


async def press_everything(hall: Town, by: Person, depth: int = 2) -> None:
    """Press every button that a person sees, and those that come of it."""
    pressed: set[tuple[str, str]] = set()
    for _ in range(depth):
        for message in _seen_by(hall, by):
            for button in message.buttons:
                # What is told twice is pressed once.
                key = (message.text, button_label(button))
                custom_id = str(button.get("custom_id"))
                if key in pressed or button.get("disabled") or ":cancel" in custom_id:
                    continue
                pressed.add(key)
                used = await hall.server.click(by, message, custom_id)
                await used.wait_acknowledged(15)
        await hall.server.settled(0.4)
    assert pressed


def _seen_by(hall: Town, who: Person) -> list[Message]:
    return [
        message
        for channel in list(hall.server.channels.values())
        for message in list(channel.log)
        if not message.deleted and visible_to(who, message)
    ]


async def write_everywhere(
    hall: Town, by: Member, where: Channel, questions: Sequence[str] = QUESTIONS
) -> None:
    """Mention the bot, reply to what it said, look for sources, and write to it directly."""
    for question in questions:
        answer = await hall.mention(by, where, question)
        await hall.server.settled(0.2)
        if where.guild is not None:
            follow = hall.server.say(by, where, "and who decides about it?", reply_to=answer)
            await hall.server.answer_to(follow)
        found = await hall.server.context_menu(by, answer, "Find sources")
        await found.wait_reply()
    asked = hall.server.say(by, where, "crowns for the contractor of the wall 负责人 办公地点")
    await (await hall.server.context_menu(by, asked, "Find sources")).wait_reply()
    for question in questions:
        answer = await hall.tell(by, question)
        await hall.server.settled(0.2)
        again = hall.server.dm(by, "他们在哪里办公 and when?", reply_to=answer)
        await hall.server.answer_to(again)


async def test_outsiders_who_try_everything_learn_nothing(hall: Town) -> None:
    async with watched(hall, hall.ann, hall.wang):
        for outsider in (hall.ann, hall.wang):
            await use_everything(hall, outsider, hall.square)
            await type_everywhere(hall, outsider, hall.square)
    assert "open to everyone" not in await hall.access("show", collection="board")


async def test_outsiders_learn_nothing_from_replies_and_direct_messages(hall: Town) -> None:
    async with watched(hall, hall.ann, hall.wang):
        for outsider in (hall.ann, hall.wang):
            await write_everywhere(hall, outsider, hall.square)
        await use_everything(hall, hall.ann, hall.server.dm_with(hall.ann))
        await type_everywhere(hall, hall.ann, hall.server.dm_with(hall.ann))


async def test_what_insiders_do_in_the_square_is_not_overheard(hall: Town) -> None:
    async with watched(hall, hall.ann, hall.wang):
        for insider in (hall.bea, hall.li):
            for command in ("ask", "summary", "articles", "status"):
                for options in TRIED[command]:
                    used = await hall.server.slash(insider, hall.square, command, **options)
                    await used.wait_reply()
            await write_everywhere(hall, insider, hall.square, QUESTIONS[:2])
        used = await hall.slash(hall.boss, hall.square, "reindex", full=True)
        await hall.server.until(lambda: "could not be read" in used.text, 60, "the report")
    # The insiders were told all the while.
    for insider, canary in ((hall.bea, "zorvex"), (hall.li, "霁鸾")):
        assert canary in everything_seen_by(hall.server, insider)


async def test_the_buttons_that_outsiders_see_open_nothing(hall: Town) -> None:
    async with watched(hall, hall.ann):
        for question in QUESTIONS:
            await hall.ask(hall.bea, hall.square, question)
        await press_everything(hall, hall.ann)


async def test_old_answers_tell_nothing_once_a_rule_came(hall: Town) -> None:
    late = hall.server.member(hall.guild, "late")
    await hall.access("open", collection="board")
    for question in QUESTIONS[:3]:
        await hall.ask(hall.bea, hall.square, question)
        await hall.mention(hall.bea, hall.square, question)
    for article in ("budget", "人事"):
        await hall.slash(hall.bea, hall.square, "summary", article=article)
    await hall.server.settled(0.4)
    old = [m for m in hall.square.messages if m.author is hall.server.bot and m.buttons]
    # What is told twice is pressed once.
    old = list({m.text: m for m in old}.values())
    await hall.restrict()
    # What stands in the channel stands there; what comes of it is new.
    begun = hall.server.clock.snowflake()
    for message in old:
        for button in message.buttons:
            used = await hall.server.click(late, message, str(button["custom_id"]))
            await used.wait_acknowledged(15)
        follow = hall.server.say(late, hall.square, "who is it and where?", reply_to=message)
        await hall.server.answer_to(follow)
        await (await hall.server.context_menu(late, message, "Find sources")).wait_reply()
    await hall.server.settled(0.5)
    told = [m for m in _seen_by(hall, late) if m.id > begun]
    assert len(told) > 2 * len(old)
    for message in told:
        assert not hall.names_the_secret(repr(message.versions)), message.text


async def test_the_walk_would_notice(hall: Town) -> None:
    await hall.access("open", collection="board")
    with pytest.raises(AssertionError, match="saw"):
        async with watched(hall, hall.ann):
            await hall.access("open", collection="board")
            await hall.ask(hall.ann, hall.square, WALL)
