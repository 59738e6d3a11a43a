"""`docent run --watch`: what people ask is answered from documents as they change."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.adding import add
from tests.bot_stage import REAL, stage
from tests.chroma_server import ChromaServer
from tests.local_discord.door import Upload, scenario

POOL = "# Pool hours\n\nThe pool on Mill Lane opens at {} in the morning from 3 June.\n"
ASKED = "when does the pool on Mill Lane open"
WATCHING = ("run", "--watch")
BRIDGE = "# 北门大桥封闭维修\n\n9月12日起，北门大桥封闭维修，工期{}天。\n"


@scenario(120)
async def test_changed_documents_answer_without_a_command(tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    async with stage(tmp_path, *WATCHING, program=REAL, DOCUMENTS_DIR=folder) as on:
        bot = on.bot
        await bot.wait_log("does not exist")
        folder.mkdir()
        (folder / "pool.md").write_text(POOL.format(7), encoding="utf-8")
        await bot.wait_log("1 added, 0 changed, 0 removed", 40)
        assert "opens at 7" in await on.ask(ASKED)
        (folder / "pool.md").write_text(POOL.format(9), encoding="utf-8")
        (folder / "bridge.md").write_text(BRIDGE.format(45), encoding="utf-8")
        await bot.wait_log("1 added, 1 changed, 0 removed", 40)
        assert "opens at 9" in await on.ask(ASKED)
        assert "45天" in await on.ask("北门大桥的工期是多少天？")
        hall = Upload("hall.md", b"# Town hall\n\nThe hall has 12 doors.\n")
        added = await add(on.server, on.boss, on.room, hall)
        await on.server.until(lambda: "answers now" in added.text, 40, "what is added")
        assert "12 doors" in await on.ask("how many doors has the town hall")
        (folder / "pool.md").unlink()
        await bot.wait_log("0 added, 0 changed, 1 removed", 40)
        assert "opens at" not in await on.ask(ASKED)
        folder.rename(tmp_path / "unmounted")
        await bot.wait_log("the index is left as it is. Create it, or set DOCUMENTS_DIR.", 40)
        assert "45天" in await on.ask("北门大桥的工期是多少天？")
        bot.terminate()
        assert await bot.ended() == 0
        assert on.server.refused == []
    assert "Traceback" not in bot.log and "unexpected" not in bot.log
    assert "(pool.md)" in bot.log and "bridge.md" in bot.log


@pytest.mark.slow
@scenario(240)
async def test_the_vectors_may_be_on_a_server(tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "pool.md").write_text(POOL.format(7), encoding="utf-8")
    with ChromaServer(tmp_path / "store") as chroma:
        where = {"CHROMA_HOST": chroma.address.host, "CHROMA_PORT": chroma.address.port}
        where["DOCUMENTS_DIR"] = folder
        async with stage(tmp_path, *WATCHING, program=REAL, **where) as on:
            await on.bot.wait_log("1 added, 0 changed, 0 removed", 60)
            (folder / "pool.md").write_text(POOL.format(9), encoding="utf-8")
            await on.bot.wait_log("0 added, 1 changed, 0 removed", 60)
            assert "opens at 9" in await on.ask(ASKED)
