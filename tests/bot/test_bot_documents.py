"""`/add` and `/remove`: from an attachment to a quoted answer, and out again; admins alone."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tests.adding import add, offered
from tests.bot_stage import REAL, Stage, stage
from tests.local_discord.door import MANAGE_GUILD, Interaction, Message, Upload, scenario

POOL = "# Pool hours\n\nThe pool on Mill Lane opens at {} in the morning from 3 June.\n"
WATER = "# 停水通知\n\n6月8日上午，柳叶路一带停水三小时，涉及210户居民。\n"
ASKED = "when does the pool on Mill Lane open"


class LiveBot:
    """A stage with the real bot, and an admin of another language."""

    def __init__(self, on: Stage, folder: Path) -> None:
        self.server, self.room, self.ask, self.folder = on.server, on.room, on.ask, folder
        self.ann, self.boss = on.ann, on.boss
        self.li = on.server.member(on.guild, "li", permissions=MANAGE_GUILD, locale="zh-CN")

    async def use(self, command: str, by: Any = None, until: str = "", **options: Any) -> str:
        used = await self.server.slash(by or self.boss, self.room, command, **options)
        return await self.told(used, until)

    async def add(
        self, file: Upload, collection: str = "", by: Any = None, until: str = "", **more: Any
    ) -> str:
        used = await add(self.server, by or self.boss, self.room, file, collection, **more)
        return await self.told(used, until)

    async def told(self, used: Interaction, until: str) -> str:
        """Wait until an interaction says `until`; all it ever says is for one person's eyes."""
        await self.server.until(lambda: used.messages and until in used.text, 40, f"{until!r}")
        assert all(message.ephemeral for message in used.messages)
        return used.text

    async def press(self, shown: Message, label: str, until: str) -> None:
        await self.server.click(self.boss, shown, label)
        await self.server.until(lambda: until in shown.text, 40, f"{until!r} in {shown.text}")

    def audit(self) -> list[tuple[str, str, str]]:
        lines = (self.folder / "data" / "documents-audit.jsonl").read_text(encoding="utf-8")
        told = [json.loads(line) for line in lines.splitlines()]
        return [(line["what"], line["source"], line["by"]) for line in told]


@asynccontextmanager
async def live_bot(folder: Path) -> AsyncIterator[LiveBot]:
    news = folder / "articles" / "news"
    news.mkdir(parents=True)
    (news / "hall.md").write_text("# Town hall\n\nThe hall has 12 doors.\n")
    async with stage(folder, program=REAL) as on:
        await on.bot.wait_log("the first index is finished", 60)
        yield LiveBot(on, folder)
    assert on.server.refused == [] and "Traceback" not in on.bot.log
    assert "documents: add" in on.bot.log


@scenario(200)
async def test_what_is_refused_and_added_answered_replaced_removed(tmp_path: Path) -> None:
    async with live_bot(tmp_path) as here:
        await refuses(here)
        server = here.server
        file = Upload("pool.md", POOL.format(7).encode())
        told = await here.add(file, "notices", until="answers now")
        assert "notices/pool.md" in told and "one article:\n- Pool hours" in told
        assert "opens at 7" in await here.ask(ASKED)
        opened = await server.slash(here.boss, here.room, "add")
        assert offered(await opened.wait_modal()) == ["news", "notices"]
        # A file of that name is there: nothing happens without a word.
        newer = Upload("Pool.md", POOL.format(9).encode())
        used = await add(server, here.boss, here.room, newer, "notices")
        assert "Replace it?" in await here.told(used, "there already")
        assert "opens at 7" in await here.ask(ASKED)
        await here.press(used.messages[0], "Keep", "Nothing was changed")
        used = await add(server, here.boss, here.room, newer, "notices")
        await here.told(used, "there already")
        await here.press(used.messages[0], "Replace", "answers now")
        assert "opens at 9" in await here.ask(ASKED)
        # Discord takes Chinese out of file names and gives it as a title.
        water = Upload("停水通知.txt", WATER.encode())
        told = await here.add(water, "公告", by=here.li, until="现在可以用来回答")
        assert "公告/停水通知.txt" in told and "- 停水通知" in told
        assert "三小时" in await here.ask("柳叶路停水多长时间？")
        (choice,) = await server.autocomplete(
            here.li, here.room, "remove", "source", "停水", timeout=20
        )
        told = await here.use("remove", by=here.li, source=choice["value"], until="不再引用")
        assert "三小时" not in await here.ask("柳叶路停水多长时间？")
        for source in ("notices/pool.md", "news/hall.md"):
            await here.use("remove", source=source, until="quoted no more")
        # The last one too is quoted no more.
        assert "12 doors" not in await here.ask("how many doors has the town hall")
        boss, li = str(here.boss.id), str(here.li.id)
        assert here.audit() == [
            ("add", "notices/pool.md", boss),
            ("replace", "notices/pool.md", boss),
            ("add", "公告/停水通知.txt", li),
            ("remove", "公告/停水通知.txt", li),
            ("remove", "notices/pool.md", boss),
            ("remove", "news/hall.md", boss),
        ]
        kept = sorted(path.name for path in (tmp_path / "data" / "removed").rglob("*.*"))
        assert [name for name in kept if not name.endswith("Z")] == [
            *("hall.md", "pool.md", "pool.md", "停水通知.txt")
        ]


async def refuses(here: LiveBot) -> None:
    """Try what nobody, or only an admin, may do."""
    fine = Upload("pool.md", POOL.format(7).encode())
    await here.add(fine, by=here.ann, force=True, until="Manage Server")
    removed = {"source": "news/hall.md", "by": here.ann, "force": True}
    await here.use("remove", until="Manage Server", **removed)
    large = Upload("pool.md", b"small", size=26 * 1024 * 1024)
    assert "25 MB is the most" in await here.add(large)
    assert not large.fetched and not fine.fetched, "what is refused is not even fetched"
    picture = Upload("pool.txt", b"\x89PNG\r\n\x1a\n" + bytes(100))
    assert "binary data" in await here.add(picture, until="was not added")
    assert "二进制" in await here.add(picture, by=here.li, until="没有添加")
    program = Upload("pool.exe", b"MZ")
    assert ".docx" in await here.add(program, until="not of a kind")
    for collection in ("../up", "a/b", ".hidden", "con"):
        assert "cannot be used" in await here.add(fine, collection)
    gone = Upload("pool.md", fine.content, status=404)
    assert "Upload it again" in await here.add(gone)
    for source in ("../data/bot.sqlite3", "news", "/etc/hosts.txt", "news/../news/hall.md"):
        assert "There is no document" in await here.use("remove", source=source)
    assert sorted(path.name for path in (here.folder / "articles").rglob("*.*")) == ["hall.md"]
    assert "12 doors" in await here.ask("how many doors has the town hall")
