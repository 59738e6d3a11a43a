"""Collections closed to some: who is told what, where, and that old messages open nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from bot.storage.access import ACCESS_FILE
from tests.access_guild import BOOKS, BRIDGE_DAYS, STAFF_COUNT, WALL, Town, plain
from tests.discord_access import remove_role, shut, unshut


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Run one town for all tests of this module."""
    with asyncio.Runner() as runner:
        town = Town(runner, tmp_path_factory.mktemp("town"))
        runner.run(town.open())
        yield town
        runner.run(town.close())


async def test_without_a_rule_all_is_open_everywhere(hall: Town) -> None:
    assert "740,000 crowns" in plain(await hall.ask(hall.ann, hall.square, WALL))
    assert "19名" in plain(await hall.tell(hall.wang, STAFF_COUNT))
    shown = await hall.access("show")
    assert "**board** — open to everyone" in shown and "**(top)** — open to everyone" in shown


async def test_admins_restrict_a_collection_and_are_shown_who_did(hall: Town) -> None:
    said = await hall.access("allow", collection="board", role=hall.board)
    assert f"read by <@&{hall.board.id}>" in said
    assert f"{hall.boss.mention} allowed <@&{hall.board.id}>" in said
    chinese = await hall.slash(hall.boss, hall.square, "access show", locale="zh-CN")
    assert f"**board** — 可读：<@&{hall.board.id}>" in chinese.text
    offered = await hall.server.autocomplete(
        hall.boss, hall.square, "access allow", "collection", ""
    )
    assert offered == [
        {"name": "(top)", "value": "/"},
        {"name": "board", "value": "board"},
        {"name": "news", "value": "news"},
    ]


async def test_nobody_else_may_see_or_change_the_rules(hall: Town) -> None:
    await hall.restrict()
    with pytest.raises(PermissionError):
        await hall.server.slash(hall.bea, hall.square, "access show")
    for command, options in (("show", {}), ("open", {"collection": "board"})):
        used = await hall.server.slash(
            hall.bea, hall.square, f"access {command}", force=True, **options
        )
        assert "Manage Server" in (await used.wait_reply()).text
        assert used.messages[0].ephemeral
    offered = await hall.server.autocomplete(hall.ann, hall.square, "access show", "collection", "")
    assert offered == []
    assert "open to everyone" not in await hall.access("show", collection="board")


async def test_the_public_is_refused_as_if_there_were_no_such_document(hall: Town) -> None:
    await hall.restrict()
    for question in (WALL, STAFF_COUNT):
        used = await hall.ask(hall.ann, hall.square, question)
        assert "[1]" not in used.text
        await hall.server.settled(0.3)
        assert len(used.messages) == 1
    assert "30 books" in plain(await hall.ask(hall.ann, hall.square, BOOKS))
    assert "45天" in plain(await hall.mention(hall.wang, hall.square, BRIDGE_DAYS))


async def test_the_board_is_answered_aside_and_the_square_sees_a_plain_refusal(hall: Town) -> None:
    await hall.restrict()
    stranger = await hall.ask(hall.ann, hall.square, WALL)
    used = await hall.ask(hall.bea, hall.square, WALL)
    await hall.server.until(lambda: len(used.messages) == 2, 15, "the answer aside")
    public, aside = used.messages
    assert public.text == stranger.messages[0].text and not public.ephemeral
    assert public.labels == stranger.messages[0].labels
    assert aside.ephemeral and "740,000 crowns" in plain(aside)
    assert "not everyone there may read" in aside.text
    passage = await hall.click(hall.bea, aside, "Show passage")
    assert passage.ephemeral and "740,000" in plain(passage)


async def test_a_mention_is_answered_aside_in_direct_messages(hall: Town) -> None:
    await hall.restrict()
    direct = hall.server.dm_with(hall.li)
    before = len(direct.messages)
    public = await hall.mention(hall.li, hall.square, STAFF_COUNT)
    assert "19" not in plain(public)
    await hall.server.until(lambda: len(direct.messages) > before, 15, "the direct message")
    aside = direct.messages[-1]
    assert "19名工作人员" in plain(aside) and f"-# 问：{STAFF_COUNT}" in aside.text
    asked = hall.server.dm(hall.li, "办公地点设在哪里", reply_to=aside)
    assert "东门仓库" in plain(await hall.server.answer_to(asked))


async def test_closed_direct_messages_let_nobody_hear_of_the_answer(hall: Town) -> None:
    await hall.restrict()
    shy = hall.server.member(hall.guild, "shy", roles=(hall.board,), dms_open=False)
    asked = hall.server.say(shy, hall.square, f"{hall.server.bot.mention} {WALL}")
    await hall.server.answer_to(asked)
    await hall.bot.wait_log("nor to the person who asked")
    await hall.server.settled(0.3)
    assert len(hall.server.answers_to(asked)) == 1
    refused = [r for r in hall.server.refused if r.code == 50007]
    assert refused
    hall.server.requests = [r for r in hall.server.requests if r not in refused]


async def test_a_closed_channel_of_the_board_is_answered_in_public(hall: Town) -> None:
    await hall.restrict()
    used = await hall.ask(hall.bea, hall.office, WALL)
    assert [m.ephemeral for m in used.messages] == [False]
    assert "740,000 crowns" in plain(used)
    thread = hall.server.thread(hall.office, "wall")
    assert "19名" in plain(await hall.mention(hall.li, thread, STAFF_COUNT))
    # One more who is let in, and is not of the board: nothing is said before them.
    shut(hall.server, hall.office, hall.board, hall.wang)
    await hall.server.settled(0.2)
    assert "740,000" not in plain((await hall.ask(hall.bea, hall.office, WALL)).messages[0])
    shut(hall.server, hall.office, hall.board, hall.li)
    await hall.server.settled(0.2)
    assert "740,000" in plain(await hall.ask(hall.bea, hall.office, WALL))
    shut(hall.server, hall.office, hall.board)


async def test_direct_messages_are_answered_by_the_roles_of_the_asker(hall: Town) -> None:
    await hall.restrict()
    assert "740,000 crowns" in plain(await hall.tell(hall.bea, WALL))
    assert "740,000" not in plain(await hall.tell(hall.ann, WALL))
    private = await hall.ask(hall.bea, hall.square, WALL, private=True)
    assert private.messages[0].ephemeral and "740,000 crowns" in plain(private)
    private = await hall.ask(hall.ann, hall.square, WALL, private=True)
    assert "740,000" not in plain(private)
    stranger = hall.server.user("stranger")
    told = await hall.server.answer_to(hall.server.dm(stranger, WALL))
    assert "740,000" not in plain(told)


async def test_when_discord_does_not_tell_the_roles_all_is_closed(hall: Town) -> None:
    await hall.restrict()
    carl = hall.server.member(hall.guild, "carl", roles=(hall.board,))
    fault = hall.server.fault("GET", f"/guilds/*/members/{carl.id}", status=500, times=20)
    assert "740,000" not in plain(await hall.tell(carl, WALL))
    hall.server.faults.remove(fault)
    assert "740,000" in plain(await hall.tell(carl, WALL))


async def test_a_rule_changed_later_holds_for_what_was_posted_before(hall: Town) -> None:
    await hall.restrict()
    used = await hall.ask(hall.bea, hall.office, WALL)
    unshut(hall.server, hall.office)
    await hall.server.settled(0.2)
    refused = await hall.click(hall.ann, used.messages[0], "Show passage")
    assert "can no longer be shown" in refused.text and "740,000" not in refused.text
    sources = await hall.click(hall.ann, used.messages[0], "More sources")
    assert "31 days" not in plain(sources)
    assert "740,000" in plain(await hall.click(hall.bea, used.messages[0], "Show passage"))
    await hall.access("deny", collection="board", role=hall.board)
    refused = await hall.click(hall.bea, used.messages[0], "Show passage")
    assert "can no longer be shown" in refused.text
    asked = hall.server.say(hall.bea, hall.office, "and who is it", reply_to=used.messages[0])
    assert "zorvex" not in (await hall.server.answer_to(asked)).text
    await hall.access("open", collection="board")
    assert "740,000" in plain(await hall.click(hall.ann, used.messages[0], "Show passage"))
    shut(hall.server, hall.office, hall.board)


async def test_a_channel_can_be_named_in_place_of_a_role(hall: Town) -> None:
    await hall.restrict()
    await hall.access("open", collection="board")
    said = await hall.access("allow", collection="board", channel=hall.office)
    assert f"readers of <#{hall.office.id}>" in said
    assert "740,000" in plain(await hall.ask(hall.bea, hall.office, WALL))
    assert "740,000" in plain(await hall.tell(hall.bea, WALL))
    assert "740,000" not in plain(await hall.tell(hall.ann, WALL))
    assert "740,000" not in plain(await hall.mention(hall.ann, hall.square, WALL))


async def test_a_lifted_rule_opens_nothing_and_a_role_that_is_gone_neither(hall: Town) -> None:
    await hall.restrict()
    extra = hall.server.role(hall.guild, "extra")
    await hall.server.settled(0.2)
    await hall.access("deny", collection="board", role=extra)
    assert "740,000" in plain(await hall.tell(hall.bea, WALL))
    remove_role(hall.server, hall.guild, extra)
    await hall.server.settled(0.2)
    assert "shuts everyone out" in await hall.access("show", collection="board")
    assert "740,000" not in plain(await hall.tell(hall.bea, WALL))
    assert "shuts everyone out" not in await hall.access("lift", collection="board")
    assert "740,000" in plain(await hall.tell(hall.bea, WALL))
    said = await hall.access("lift", collection="board", role=hall.board)
    assert said.startswith("### board\nread by admins alone")
    assert "740,000" not in plain(await hall.tell(hall.bea, WALL))
    assert "740,000" in plain(await hall.tell(hall.boss, WALL))
    assert "no such rule" in await hall.access("lift", collection="board", role=hall.board)


async def test_another_server_can_neither_change_nor_read_nor_find_it(hall: Town) -> None:
    await hall.restrict()
    server = hall.server
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
    files = (hall.folder / "articles").rglob("*.md")
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


async def test_rules_that_cannot_be_read_close_everything_until_they_can(hall: Town) -> None:
    await hall.restrict()
    answer = (await hall.ask(hall.bea, hall.square, BOOKS)).messages[0]
    file = hall.folder / "data" / ACCESS_FILE
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) - 3000])
    try:
        used = [
            *[await hall.ask(by, hall.square, BOOKS) for by in (hall.ann, hall.boss)],
            await hall.ask(hall.bea, hall.square, BOOKS, private=True),
            await hall.slash(hall.ann, hall.square, "summary", article="library"),
            await hall.slash(hall.ann, hall.square, "articles"),
            await hall.slash(hall.boss, hall.square, "status"),
            await hall.slash(hall.boss, hall.square, "access show"),
            await hall.slash(hall.boss, hall.square, "access open", collection="board"),
            await hall.server.click(hall.bea, answer, "Show passage"),
            await hall.server.click(hall.bea, answer, "More sources"),
            await hall.server.context_menu(hall.ann, answer, "Find sources"),
        ]
        for one in used:
            assert "I answer nothing until they are mended" in (await one.wait_reply()).text
            assert ACCESS_FILE not in one.text and "30 books" not in plain(one)
        assert "无法读取访问规则" in (await hall.tell(hall.wang, BRIDGE_DAYS)).text
        assert not await hall.server.autocomplete(hall.ann, hall.square, "ask", "article", "")
        assert ACCESS_FILE in hall.bot.log
        help_text = (await hall.slash(hall.ann, hall.square, "help")).text
        assert "I answer questions" in help_text
    finally:
        file.write_bytes(whole)
    assert "30 books" in plain(await hall.ask(hall.ann, hall.square, BOOKS))
    assert "740,000" not in plain(await hall.ask(hall.ann, hall.square, WALL))


async def test_odd_input_is_answered_with_one_sentence(hall: Town) -> None:
    await hall.restrict()
    assert "exactly one of" in await hall.access("allow", collection="news")
    both = {"collection": "news", "role": hall.board, "server": True}
    assert "exactly one of" in await hall.access("deny", **both)
    assert "no first-level folder" in await hall.access(
        "allow", collection="news/2024", server=True
    )
    said = await hall.access("allow", collection="later", server=True)
    assert "no such folder" in said and "everyone on this server" in said
    assert "no such rule" in await hall.access("open", collection="nowhere")
    assert "everyone on this server" in await hall.access("allow", collection="(top)", server=True)
    assert "open to everyone" in await hall.access("open", collection="（顶层）")
