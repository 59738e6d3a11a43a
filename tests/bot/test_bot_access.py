"""Collections closed to some: who is told what, where, and that old messages open nothing."""

from __future__ import annotations

import contextlib
import sqlite3

import pytest

from bot.storage.access import ACCESS_FILE
from bot.storage.memory import MEMORY_FILE
from tests.access_guild import BOOKS, BRIDGE_DAYS, STAFF_COUNT, WALL, GuildWithRules, plain
from tests.local_discord.door import remove_role, shut, unshut


async def test_without_a_rule_all_is_open_everywhere(guild: GuildWithRules) -> None:
    assert "740,000 crowns" in plain(await guild.ask(guild.ann, guild.square, WALL))
    assert "19名" in plain(await guild.tell(guild.wang, STAFF_COUNT))
    shown = await guild.access("show")
    assert "**board** — open to everyone" in shown and "**(top)** — open to everyone" in shown


async def test_admins_restrict_a_collection_and_are_shown_who_did(guild: GuildWithRules) -> None:
    said = await guild.access("allow", collection="board", role=guild.board)
    assert f"read by <@&{guild.board.id}>" in said
    assert f"{guild.boss.mention} allowed <@&{guild.board.id}>" in said
    chinese = await guild.slash(guild.boss, guild.square, "access show", locale="zh-CN")
    assert f"**board** — 可读：<@&{guild.board.id}>" in chinese.text
    offered = await guild.server.autocomplete(
        guild.boss, guild.square, "access allow", "collection", ""
    )
    assert offered == [
        {"name": "(top)", "value": "/"},
        {"name": "board", "value": "board"},
        {"name": "news", "value": "news"},
    ]


async def test_nobody_else_may_see_or_change_the_rules(guild: GuildWithRules) -> None:
    await guild.restrict()
    with pytest.raises(PermissionError):
        await guild.server.slash(guild.bea, guild.square, "access show")
    for command, options in (("show", {}), ("open", {"collection": "board"})):
        used = await guild.server.slash(
            guild.bea, guild.square, f"access {command}", force=True, **options
        )
        assert "Manage Server" in (await used.wait_reply()).text
        assert used.messages[0].ephemeral
    offered = await guild.server.autocomplete(
        guild.ann, guild.square, "access show", "collection", ""
    )
    assert offered == []
    assert "open to everyone" not in await guild.access("show", collection="board")


async def test_the_public_is_refused_as_if_there_were_nothing(guild: GuildWithRules) -> None:
    await guild.restrict()
    for question in (WALL, STAFF_COUNT):
        used = await guild.ask(guild.ann, guild.square, question)
        assert "[1]" not in used.text
        await guild.server.settled(0.3)
        assert len(used.messages) == 1
    assert "30 books" in plain(await guild.ask(guild.ann, guild.square, BOOKS))
    assert "45天" in plain(await guild.mention(guild.wang, guild.square, BRIDGE_DAYS))


async def test_the_board_is_answered_aside_and_the_square_sees_a_plain_refusal(
    guild: GuildWithRules,
) -> None:
    await guild.restrict()
    stranger = await guild.ask(guild.ann, guild.square, WALL)
    used = await guild.ask(guild.bea, guild.square, WALL)
    await guild.server.until(lambda: len(used.messages) == 2, 15, "the answer aside")
    public, aside = used.messages
    assert public.text == stranger.messages[0].text and not public.ephemeral
    assert public.labels == stranger.messages[0].labels
    assert aside.ephemeral and "740,000 crowns" in plain(aside)
    assert "not everyone there may read" in aside.text
    passage = await guild.click(guild.bea, aside, "Show passage")
    assert passage.ephemeral and "740,000" in plain(passage)


async def test_a_mention_is_answered_aside_in_direct_messages(guild: GuildWithRules) -> None:
    await guild.restrict()
    direct = guild.server.dm_with(guild.li)
    before = len(direct.messages)
    public = await guild.mention(guild.li, guild.square, STAFF_COUNT)
    assert "19" not in plain(public)
    await guild.server.until(lambda: len(direct.messages) > before, 15, "the direct message")
    aside = direct.messages[-1]
    assert "19名工作人员" in plain(aside) and f"-# 问：{STAFF_COUNT}" in aside.text
    asked = guild.server.dm(guild.li, "办公地点设在哪里", reply_to=aside)
    assert "东门仓库" in plain(await guild.server.answer_to(asked))


async def test_an_answer_aside_in_a_thread_follows_no_refusal(guild: GuildWithRules) -> None:
    await guild.restrict()
    thread = guild.server.thread(guild.square, "the wall")
    direct = guild.server.dm_with(guild.bea)
    before = len(direct.messages)
    await guild.mention(guild.bea, thread, WALL)
    await guild.server.until(lambda: len(direct.messages) > before, 15, "the direct message")
    latest = "SELECT parent FROM answers ORDER BY id DESC LIMIT 2"
    with contextlib.closing(sqlite3.connect(guild.folder / "data" / MEMORY_FILE)) as memory:
        assert memory.execute(latest).fetchall() == [(None,), (None,)]


async def test_closed_direct_messages_let_nobody_hear_of_the_answer(guild: GuildWithRules) -> None:
    await guild.restrict()
    shy = guild.server.member(guild.guild, "shy", roles=(guild.board,), dms_open=False)
    asked = guild.server.say(shy, guild.square, f"{guild.server.bot.mention} {WALL}")
    await guild.server.answer_to(asked)
    await guild.bot.wait_log("nor to the person who asked")
    await guild.server.settled(0.3)
    assert len(guild.server.answers_to(asked)) == 1
    refused = [r for r in guild.server.refused if r.code == 50007]
    assert refused
    guild.server.requests = [r for r in guild.server.requests if r not in refused]


async def test_a_closed_channel_of_the_board_is_answered_in_public(guild: GuildWithRules) -> None:
    await guild.restrict()
    used = await guild.ask(guild.bea, guild.office, WALL)
    assert [m.ephemeral for m in used.messages] == [False]
    assert "740,000 crowns" in plain(used)
    thread = guild.server.thread(guild.office, "wall")
    assert "19名" in plain(await guild.mention(guild.li, thread, STAFF_COUNT))
    # One more who is let in, and is not of the board: nothing is said before them.
    shut(guild.server, guild.office, guild.board, guild.wang)
    await guild.server.settled(0.2)
    assert "740,000" not in plain((await guild.ask(guild.bea, guild.office, WALL)).messages[0])
    shut(guild.server, guild.office, guild.board, guild.li)
    await guild.server.settled(0.2)
    assert "740,000" in plain(await guild.ask(guild.bea, guild.office, WALL))
    shut(guild.server, guild.office, guild.board)


async def test_direct_messages_are_answered_by_the_roles_of_the_asker(
    guild: GuildWithRules,
) -> None:
    await guild.restrict()
    assert "740,000 crowns" in plain(await guild.tell(guild.bea, WALL))
    assert "740,000" not in plain(await guild.tell(guild.ann, WALL))
    private = await guild.ask(guild.bea, guild.square, WALL, private=True)
    assert private.messages[0].ephemeral and "740,000 crowns" in plain(private)
    private = await guild.ask(guild.ann, guild.square, WALL, private=True)
    assert "740,000" not in plain(private)
    stranger = guild.server.user("stranger")
    told = await guild.server.answer_to(guild.server.dm(stranger, WALL))
    assert "740,000" not in plain(told)


async def test_when_discord_does_not_tell_the_roles_all_is_closed(guild: GuildWithRules) -> None:
    await guild.restrict()
    carl = guild.server.member(guild.guild, "carl", roles=(guild.board,))
    fault = guild.server.fault("GET", f"/guilds/*/members/{carl.id}", status=500, times=20)
    assert "740,000" not in plain(await guild.tell(carl, WALL))
    guild.server.faults.remove(fault)
    assert "740,000" in plain(await guild.tell(carl, WALL))


async def test_a_rule_changed_later_holds_for_what_was_posted_before(guild: GuildWithRules) -> None:
    await guild.restrict()
    used = await guild.ask(guild.bea, guild.office, WALL)
    unshut(guild.server, guild.office)
    await guild.server.settled(0.2)
    refused = await guild.click(guild.ann, used.messages[0], "Show passage")
    assert "can no longer be shown" in refused.text and "740,000" not in refused.text
    sources = await guild.click(guild.ann, used.messages[0], "More sources")
    assert "31 days" not in plain(sources)
    assert "740,000" in plain(await guild.click(guild.bea, used.messages[0], "Show passage"))
    await guild.access("deny", collection="board", role=guild.board)
    refused = await guild.click(guild.bea, used.messages[0], "Show passage")
    assert "can no longer be shown" in refused.text
    asked = guild.server.say(guild.bea, guild.office, "and who is it", reply_to=used.messages[0])
    assert "zorvex" not in (await guild.server.answer_to(asked)).text
    await guild.access("open", collection="board")
    assert "740,000" in plain(await guild.click(guild.ann, used.messages[0], "Show passage"))
    shut(guild.server, guild.office, guild.board)


async def test_a_channel_can_be_named_in_place_of_a_role(guild: GuildWithRules) -> None:
    await guild.restrict()
    await guild.access("open", collection="board")
    said = await guild.access("allow", collection="board", channel=guild.office)
    assert f"readers of <#{guild.office.id}>" in said
    assert "740,000" in plain(await guild.ask(guild.bea, guild.office, WALL))
    assert "740,000" in plain(await guild.tell(guild.bea, WALL))
    assert "740,000" not in plain(await guild.tell(guild.ann, WALL))
    assert "740,000" not in plain(await guild.mention(guild.ann, guild.square, WALL))


async def test_a_lifted_rule_opens_nothing_and_a_role_that_is_gone_neither(
    guild: GuildWithRules,
) -> None:
    await guild.restrict()
    extra = guild.server.role(guild.guild, "extra")
    await guild.server.settled(0.2)
    await guild.access("deny", collection="board", role=extra)
    assert "740,000" in plain(await guild.tell(guild.bea, WALL))
    remove_role(guild.server, guild.guild, extra)
    await guild.server.settled(0.2)
    assert "shuts everyone out" in await guild.access("show", collection="board")
    assert "740,000" not in plain(await guild.tell(guild.bea, WALL))
    assert "shuts everyone out" not in await guild.access("lift", collection="board")
    assert "740,000" in plain(await guild.tell(guild.bea, WALL))
    said = await guild.access("lift", collection="board", role=guild.board)
    assert said.startswith("### board\nread by admins alone")
    assert "740,000" not in plain(await guild.tell(guild.bea, WALL))
    assert "740,000" in plain(await guild.tell(guild.boss, WALL))
    assert "no such rule" in await guild.access("lift", collection="board", role=guild.board)


async def test_another_server_can_neither_change_nor_read_nor_find_it(
    guild: GuildWithRules,
) -> None:
    await guild.restrict()
    server = guild.server
    other = server.guild("Elsewhere")
    place = server.channel(other, "hall")
    chief = server.member(other, "chief", permissions=1 << 5)
    await server.settled(0.3)
    for command, options in (
        ("access open", {"collection": "board"}),
        ("access allow", {"collection": "news", "server": True}),
        ("add", {}),
        ("remove", {"source": "board/zorvex.md"}),
        ("remove", {"source": "library.md"}),
        ("reindex", {"full": True}),
    ):
        used = await server.slash(chief, place, command, **options)
        assert "here they can be read" in (await used.wait_reply()).text, command
    files = (guild.folder / "articles").rglob("*.md")
    assert sorted(path.name for path in files) == [
        *("bridge.md", "library.md", "zorvex.md", "霁鸾.md")
    ]
    # Whether there is a collection that is closed to them is not told either.
    shown = []
    for name in ("board", "boarx"):
        used = await server.slash(chief, place, "access show", collection=name)
        shown.append((await used.wait_reply()).text.replace(name, ""))
    assert shown[0] == shown[1]
    used = await server.slash(chief, place, "access show")
    assert "board" not in (await used.wait_reply()).text
    offered = await server.autocomplete(chief, place, "access open", "collection", "")
    assert "board" not in [choice["value"] for choice in offered]
    for private in (False, True):
        used = await server.slash(chief, place, "ask", question=WALL, private=private)
        assert "740,000" not in plain(await used.wait_reply())


async def test_rules_that_cannot_be_read_close_everything_until_they_can(
    guild: GuildWithRules,
) -> None:
    await guild.restrict()
    answer = (await guild.ask(guild.bea, guild.square, BOOKS)).messages[0]
    file = guild.folder / "data" / ACCESS_FILE
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) - 3000])
    try:
        used = [
            *[await guild.ask(by, guild.square, BOOKS) for by in (guild.ann, guild.boss)],
            await guild.ask(guild.bea, guild.square, BOOKS, private=True),
            await guild.slash(guild.ann, guild.square, "summary", article="library"),
            await guild.slash(guild.ann, guild.square, "articles"),
            await guild.slash(guild.boss, guild.square, "status"),
            await guild.slash(guild.boss, guild.square, "access show"),
            await guild.slash(guild.boss, guild.square, "access open", collection="board"),
            await guild.server.click(guild.bea, answer, "Show passage"),
            await guild.server.click(guild.bea, answer, "More sources"),
            await guild.server.context_menu(guild.ann, answer, "Find sources"),
        ]
        for one in used:
            assert "I answer nothing until they are mended" in (await one.wait_reply()).text
            assert ACCESS_FILE not in one.text and "30 books" not in plain(one)
        assert "无法读取访问规则" in (await guild.tell(guild.wang, BRIDGE_DAYS)).text
        assert not await guild.server.autocomplete(guild.ann, guild.square, "ask", "article", "")
        assert ACCESS_FILE in guild.bot.log
        help_text = (await guild.slash(guild.ann, guild.square, "help")).text
        assert "I answer questions" in help_text
    finally:
        file.write_bytes(whole)
    assert "30 books" in plain(await guild.ask(guild.ann, guild.square, BOOKS))
    assert "740,000" not in plain(await guild.ask(guild.ann, guild.square, WALL))


async def test_odd_input_is_answered_with_one_sentence(guild: GuildWithRules) -> None:
    await guild.restrict()
    assert "exactly one of" in await guild.access("allow", collection="news")
    both = {"collection": "news", "role": guild.board, "server": True}
    assert "exactly one of" in await guild.access("deny", **both)
    assert "no first-level folder" in await guild.access(
        "allow", collection="news/2024", server=True
    )
    said = await guild.access("allow", collection="later", server=True)
    assert "no such folder" in said and "everyone on this server" in said
    assert "no such rule" in await guild.access("open", collection="nowhere")
    assert "everyone on this server" in await guild.access("allow", collection="(top)", server=True)
    assert "open to everyone" in await guild.access("open", collection="（顶层）")
