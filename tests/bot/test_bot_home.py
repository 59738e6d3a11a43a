"""Two home servers and a strange one: who may write, at the last moment, and what counts tell."""

from __future__ import annotations

import asyncio

from bot.storage.home import HOME_FILE
from tests.access_guild import BRIDGE, GuildWithRules
from tests.adding import add, offered
from tests.local_discord.door import MANAGE_GUILD, Channel, Interaction, Member, Upload

OTHER = Upload("bridge.md", b"# A bridge\n\nThe bridge of the other town has 3 arches.\n")


class GuildsWithRules(GuildWithRules):
    """The town, and a second server whose admins may write too."""

    def __init__(self, runner: asyncio.Runner, *folder_and_more: object) -> None:
        super().__init__(runner, *folder_and_more)  # type: ignore[arg-type]
        self.port = self.server.guild("Port")
        self.quay = self.server.channel(self.port, "quay")
        self.mate = self.server.member(self.port, "mate", permissions=MANAGE_GUILD)
        self.settings = {"HOME_GUILD_IDS": f"{self.guild.id}, {self.port.id}"}

    async def settled(self, used: Interaction, until: str) -> str:
        """Wait until an interaction says something."""
        await self.server.until(lambda: until in used.text, 40, f"{until!r} in {used.text!r}")
        return used.text

    async def stages(self, by: Member, where: Channel) -> Interaction:
        """Upload another text for the bridge; return the question whether to replace it."""
        used = await add(self.server, by, where, OTHER, "news")
        await self.settled(used, "Replace it?")
        return used

    def bridge(self) -> str:
        """Return the text of the bridge as it lies in the folder."""
        return (self.folder / "articles" / "news" / "bridge.md").read_text(encoding="utf-8")


GUILD = GuildsWithRules


async def test_replace_writes_nothing_that_was_closed_meanwhile(guild: GuildsWithRules) -> None:
    used = await guild.stages(guild.mate, guild.quay)
    await guild.access("allow", collection="news", server=True)
    pressed = await guild.server.click(guild.mate, used.messages[0], "Replace")
    assert "belongs to another server" in (await pressed.wait_reply()).text
    assert guild.bridge() == BRIDGE
    await guild.access("open", collection="news")


async def test_replace_asks_again_who_is_an_admin(guild: GuildsWithRules) -> None:
    used = await guild.stages(guild.mate, guild.quay)
    held, guild.mate.roles = guild.mate.roles, []
    pressed = await guild.server.click(guild.mate, used.messages[0], "Replace")
    assert "Manage Server" in (await pressed.wait_reply()).text
    assert guild.bridge() == BRIDGE
    guild.mate.roles = held


async def test_an_upload_is_its_uploaders_alone(guild: GuildsWithRules) -> None:
    used = await guild.stages(guild.boss, guild.square)
    question = used.messages[0]
    token = question.component("Replace")["custom_id"].rpartition(":")[2]
    for label in ("Replace", "Keep"):
        # A button of one's own with the number of another's upload.
        forged = (await guild.stages(guild.mate, guild.quay)).messages[0]
        for button in forged.buttons:
            button["custom_id"] = button["custom_id"].rpartition(":")[0] + f":{token}"
        pressed = await guild.server.click(guild.mate, forged, label)
        assert "no longer kept" in (await pressed.wait_reply()).text
    assert guild.bridge() == BRIDGE
    pressed = await guild.server.click(guild.boss, question, "Keep")
    assert "Nothing was changed" in (await pressed.wait_reply()).text


async def test_the_form_of_add_offers_what_its_reader_may_see(guild: GuildsWithRules) -> None:
    await guild.restrict()
    seen = {}
    for by, where in ((guild.mate, guild.quay), (guild.boss, guild.square)):
        opened = await guild.server.slash(by, where, "add")
        seen[by] = offered(await opened.wait_modal())
    assert seen == {guild.mate: ["news"], guild.boss: ["board", "news"]}
    await guild.access("open", collection="board")


async def test_a_form_that_was_open_before_is_held_against_what_holds_now(
    guild: GuildsWithRules,
) -> None:
    opened = await guild.server.slash(guild.mate, guild.quay, "add")
    assert offered(await opened.wait_modal()) == ["board", "news"]
    held, guild.mate.roles = guild.mate.roles, []
    sent = await guild.server.submit_modal(opened, file=OTHER, collection="board")
    assert "Manage Server" in (await sent.wait_reply()).text
    guild.mate.roles = held
    await guild.restrict()
    sent = await guild.server.submit_modal(opened, file=OTHER, collection="board")
    assert "belongs to another server" in (await sent.wait_reply()).text
    assert not (guild.folder / "articles" / "board" / "bridge.md").exists()
    await guild.access("open", collection="board")


async def test_counts_tell_nothing_of_what_is_closed(guild: GuildsWithRules) -> None:
    await guild.restrict()

    async def seen(by: Member, where: Channel) -> str:
        return (await guild.slash(by, where, "status")).text

    before = [await seen(guild.ann, guild.square), await seen(guild.mate, guild.quay)]
    assert all("MB" not in text and "kB" not in text and "<t:" not in text for text in before)
    assert "generation" in await seen(guild.boss, guild.square)
    (guild.folder / "articles" / "board" / "more.md").write_text("# More\n\nOf zorvex walls.\n")
    (guild.folder / "articles" / "board" / "bad.md").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(99))
    told = await guild.slash(guild.mate, guild.quay, "reindex")
    report = await guild.settled(told, "The index is up to date")
    assert all(message.ephemeral for message in told.messages)
    assert report.strip("*") == "The index is up to date"
    told = await guild.slash(guild.boss, guild.square, "reindex")
    assert "5 articles" in await guild.settled(told, "The index is up to date")
    assert "bad.md" in told.text and all(message.ephemeral for message in told.messages)
    after = [await seen(guild.ann, guild.square), await seen(guild.mate, guild.quay)]
    assert after == before


async def test_a_public_bot_is_warned_of_and_a_strange_server_is_no_home(
    guild: GuildsWithRules,
) -> None:
    await guild.bot.wait_log("everybody can invite it")
    await guild.bot.wait_log("servers whose admins may write")
    assert not (guild.folder / "data" / HOME_FILE).exists()
