"""A canary in a closed collection: every command, choice, button and form is tried, none sings."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest

from tests.access_guild import BOOKS, STAFF_COUNT, WALL, GuildWithRules
from tests.local_discord.door import (
    CHAT_INPUT_KIND,
    Channel,
    Member,
    Message,
    Person,
    button_label,
    everything_seen_by,
    leaves,
    visible_to,
)

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


class TownWithABrokenFile(GuildWithRules):
    """A town whose board keeps a secret and one file that cannot be read."""

    async def open(self) -> None:
        await super().open()
        (self.folder / "articles" / "board" / "zorvex-broken.pdf").write_bytes(b"no PDF")


GUILD = TownWithABrokenFile


@asynccontextmanager
async def watched(guild: GuildWithRules, *outsiders: Member) -> AsyncIterator[None]:
    """Close the board's collection, and show that nothing done meanwhile tells of it."""
    await guild.restrict()
    before = {who.id: len(everything_seen_by(guild.server, who)) for who in outsiders}
    yield
    assert all(len(everything_seen_by(guild.server, who)) > before[who.id] for who in outsiders)
    await guild.keeps_the_secret_from(*outsiders)


async def use_everything(guild: GuildWithRules, by: Member, where: Channel) -> None:
    """Use every command in every way, also those that Discord would hide."""
    offered = {name for c in guild.server.registered[0] for name in leaves(c)}
    assert offered <= set(TRIED), "every command is tried here"
    for command in sorted(offered):
        for options in TRIED[command]:
            if where.guild is None and command.split()[0] in SERVERS_ALONE:
                continue
            used = await guild.server.slash(by, where, command, force=True, **options)
            await used.wait_reply()


async def type_everywhere(guild: GuildWithRules, by: Member, where: Channel) -> None:
    """Type into every option that offers choices."""
    for command in guild.server.registered[0]:
        if command["type"] != CHAT_INPUT_KIND:
            continue
        for name, options in leaves(command).items():
            for option in (o["name"] for o in options if o.get("autocomplete")):
                for typed in TYPED:
                    await guild.server.autocomplete(by, where, name, option, typed)


async def press_everything(guild: GuildWithRules, by: Person, depth: int = 2) -> None:
    """Press every button that a person sees, and those that come of it."""
    pressed: set[tuple[str, str]] = set()
    for _ in range(depth):
        for message in _seen_by(guild, by):
            for button in message.buttons:
                # What is told twice is pressed once.
                key = (message.text, button_label(button))
                custom_id = str(button.get("custom_id"))
                if key in pressed or button.get("disabled") or ":cancel" in custom_id:
                    continue
                pressed.add(key)
                used = await guild.server.click(by, message, custom_id)
                await used.wait_acknowledged(15)
        await guild.server.settled(0.4)
    assert pressed


def _seen_by(guild: GuildWithRules, who: Person) -> list[Message]:
    return [
        message
        for channel in list(guild.server.channels.values())
        for message in list(channel.log)
        if not message.deleted and visible_to(who, message)
    ]


async def write_everywhere(
    guild: GuildWithRules, by: Member, where: Channel, questions: Sequence[str] = QUESTIONS
) -> None:
    """Mention the bot, reply to what it said, look for sources, and write to it directly."""
    for question in questions:
        answer = await guild.mention(by, where, question)
        await guild.server.settled(0.2)
        if where.guild is not None:
            follow = guild.server.say(by, where, "and who decides about it?", reply_to=answer)
            await guild.server.answer_to(follow)
        found = await guild.server.context_menu(by, answer, "Find sources")
        await found.wait_reply()
    asked = guild.server.say(by, where, "crowns for the contractor of the wall 负责人 办公地点")
    await (await guild.server.context_menu(by, asked, "Find sources")).wait_reply()
    for question in questions:
        answer = await guild.tell(by, question)
        await guild.server.settled(0.2)
        again = guild.server.dm(by, "他们在哪里办公 and when?", reply_to=answer)
        await guild.server.answer_to(again)


async def test_outsiders_who_try_everything_learn_nothing(guild: GuildWithRules) -> None:
    async with watched(guild, guild.ann, guild.wang):
        for outsider in (guild.ann, guild.wang):
            await use_everything(guild, outsider, guild.square)
            await type_everywhere(guild, outsider, guild.square)
    assert "open to everyone" not in await guild.access("show", collection="board")


async def test_outsiders_learn_nothing_from_replies_and_direct_messages(
    guild: GuildWithRules,
) -> None:
    async with watched(guild, guild.ann, guild.wang):
        for outsider in (guild.ann, guild.wang):
            await write_everywhere(guild, outsider, guild.square)
        await use_everything(guild, guild.ann, guild.server.dm_with(guild.ann))
        await type_everywhere(guild, guild.ann, guild.server.dm_with(guild.ann))


async def test_what_insiders_do_in_the_square_is_not_overheard(guild: GuildWithRules) -> None:
    async with watched(guild, guild.ann, guild.wang):
        for insider in (guild.bea, guild.li):
            for command in ("ask", "summary", "articles", "status"):
                for options in TRIED[command]:
                    used = await guild.server.slash(insider, guild.square, command, **options)
                    await used.wait_reply()
            await write_everywhere(guild, insider, guild.square, QUESTIONS[:2])
        used = await guild.slash(guild.boss, guild.square, "reindex", full=True)
        await guild.server.until(lambda: "could not be read" in used.text, 60, "the report")
    # The insiders were told all the while.
    for insider, canary in ((guild.bea, "zorvex"), (guild.li, "霁鸾")):
        assert canary in everything_seen_by(guild.server, insider)


async def test_the_buttons_that_outsiders_see_open_nothing(guild: GuildWithRules) -> None:
    async with watched(guild, guild.ann):
        for question in QUESTIONS:
            await guild.ask(guild.bea, guild.square, question)
        await press_everything(guild, guild.ann)


async def test_old_answers_tell_nothing_once_a_rule_came(guild: GuildWithRules) -> None:
    late = guild.server.member(guild.guild, "late")
    await guild.access("open", collection="board")
    for question in QUESTIONS[:3]:
        await guild.ask(guild.bea, guild.square, question)
        await guild.mention(guild.bea, guild.square, question)
    for article in ("budget", "人事"):
        await guild.slash(guild.bea, guild.square, "summary", article=article)
    await guild.server.settled(0.4)
    old = [m for m in guild.square.messages if m.author is guild.server.bot and m.buttons]
    # What is told twice is pressed once.
    old = list({m.text: m for m in old}.values())
    await guild.restrict()
    # What stands in the channel stands there; what comes of it is new.
    begun = guild.server.clock.snowflake()
    for message in old:
        for button in message.buttons:
            used = await guild.server.click(late, message, str(button["custom_id"]))
            await used.wait_acknowledged(15)
        follow = guild.server.say(late, guild.square, "who is it and where?", reply_to=message)
        await guild.server.answer_to(follow)
        await (await guild.server.context_menu(late, message, "Find sources")).wait_reply()
    await guild.server.settled(0.5)
    told = [m for m in _seen_by(guild, late) if m.id > begun]
    assert len(told) > 2 * len(old)
    for message in told:
        assert not guild.names_the_secret(repr(message.versions)), message.text


async def test_the_walk_would_notice(guild: GuildWithRules) -> None:
    await guild.access("open", collection="board")
    with pytest.raises(AssertionError, match="saw"):
        async with watched(guild, guild.ann):
            await guild.access("open", collection="board")
            await guild.ask(guild.ann, guild.square, WALL)
