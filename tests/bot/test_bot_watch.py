"""`docent run --watch`: what people ask is answered from documents as they change."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.adding import add
from tests.bot_process import BotProcess
from tests.chroma_server import ChromaServer
from tests.local_discord.door import MANAGE_GUILD, DiscordServer, Upload, scenario

POOL = "# Pool hours\n\nThe pool on Mill Lane opens at {} in the morning from 3 June.\n"
BRIDGE = "# 北门大桥封闭维修\n\n9月12日起，北门大桥封闭维修，工期{}天。\n"


@scenario(120)
async def test_changed_documents_answer_without_a_command(tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    settings = {"DOCUMENTS_DIR": folder, "DATA_DIR": tmp_path / "data", "ASK_COOLDOWN": 0}
    async with DiscordServer() as server:
        guild = server.guild("Town")
        room = server.channel(guild, "general")
        ann = server.member(guild, "ann")

        async def answer(question: str) -> str:
            used = await server.slash(ann, room, "ask", question=question)
            return (await used.wait_reply()).text.replace("**", "")

        async with BotProcess(server, tmp_path, "run", "--watch", **settings) as bot:
            await bot.wait_log("does not exist")
            folder.mkdir()
            (folder / "pool.md").write_text(POOL.format(7), encoding="utf-8")
            await bot.wait_log("1 added, 0 changed, 0 removed", 40)
            assert "opens at 7" in await answer("when does the pool on Mill Lane open")
            (folder / "pool.md").write_text(POOL.format(9), encoding="utf-8")
            (folder / "bridge.md").write_text(BRIDGE.format(45), encoding="utf-8")
            await bot.wait_log("1 added, 1 changed, 0 removed", 40)
            assert "opens at 9" in await answer("when does the pool on Mill Lane open")
            assert "45天" in await answer("北门大桥的工期是多少天？")
            boss = server.member(guild, "boss", permissions=MANAGE_GUILD)
            hall = Upload("hall.md", b"# Town hall\n\nThe hall has 12 doors.\n")
            added = await add(server, boss, room, hall)
            await server.until(lambda: "answers now" in added.text, 40, "what is added")
            assert "12 doors" in await answer("how many doors has the town hall")
            (folder / "pool.md").unlink()
            await bot.wait_log("0 added, 0 changed, 1 removed", 40)
            assert "opens at" not in await answer("when does the pool on Mill Lane open")
            folder.rename(tmp_path / "unmounted")
            await bot.wait_log("the index is left as it is. Create it, or set DOCUMENTS_DIR.", 40)
            assert "45天" in await answer("北门大桥的工期是多少天？")
            bot.terminate()
            assert await bot.ended() == 0
        assert server.refused == []
    assert "Traceback" not in bot.log and "unexpected" not in bot.log
    assert "(pool.md)" in bot.log and "bridge.md" in bot.log


@pytest.mark.slow
@scenario(240)
async def test_the_vectors_may_be_on_a_server(tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "pool.md").write_text(POOL.format(7), encoding="utf-8")
    settings = {"DOCUMENTS_DIR": folder, "DATA_DIR": tmp_path / "data", "ASK_COOLDOWN": 0}
    with ChromaServer(tmp_path / "store") as chroma:
        where = {"CHROMA_HOST": chroma.address.host, "CHROMA_PORT": chroma.address.port}
        async with DiscordServer() as server:
            guild = server.guild("Town")
            room, ann = server.channel(guild, "general"), server.member(guild, "ann")
            async with BotProcess(server, tmp_path, "run", "--watch", **settings, **where) as bot:
                await bot.wait_log("1 added, 0 changed, 0 removed", 60)
                (folder / "pool.md").write_text(POOL.format(9), encoding="utf-8")
                await bot.wait_log("0 added, 1 changed, 0 removed", 60)
                question = "when does the pool on Mill Lane open"
                used = await server.slash(ann, room, "ask", question=question)
                assert "opens at 9" in (await used.wait_reply()).text.replace("**", "")
