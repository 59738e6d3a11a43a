"""`docent run` with the real library: a folder of articles, asked in Discord in two languages."""

from __future__ import annotations

from pathlib import Path

from tests.bot_process import BotProcess
from tests.local_discord.door import MANAGE_GUILD, DiscordServer, Message, scenario

BRIDGE = """# 北门大桥封闭维修

本报讯 9月12日起，北门大桥封闭维修，工期45天。

施工期间，21路和38路公交车绕行东门大桥，共增开12班摆渡车。
现场安排63名工人昼夜施工，另有9名保洁员负责清运。

市民如有疑问，可拨打交通服务热线咨询。
"""
LIBRARY = """# Harbour library opens late on Thursdays

The harbour library will stay open until ten in the evening on Thursdays from 1 June.

Seven librarians have agreed to the new hours, and @everyone is welcome to the first evening.
Members may borrow up to 30 books at a time, five more than before.
"""
ORCHARD = """# Orchard day moved to October

The orchard day takes place on 4 October. Visitors may press 250 kilograms of apples.
"""


def said_by(message: Message) -> str:
    """Return what a message says, whatever of it is bold."""
    return message.text.replace("**", "")


@scenario(240)
async def test_a_folder_of_articles_is_asked_in_discord(tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "bridge.md").write_text(BRIDGE, encoding="utf-8")
    (folder / "library.md").write_text(LIBRARY, encoding="utf-8")
    async with DiscordServer() as server:
        guild = server.guild("Town")
        room = server.channel(guild, "general")
        ann = server.member(guild, "ann")
        li = server.member(guild, "li", locale="zh-CN")
        boss = server.member(guild, "boss", permissions=MANAGE_GUILD)
        settings = {"DOCUMENTS_DIR": folder, "DATA_DIR": tmp_path / "data", "ASK_COOLDOWN": 0}
        async with BotProcess(server, tmp_path, **settings):
            # It connects before there is an index, and says so until there is one.
            first = await server.slash(boss, room, "reindex")
            await server.until(lambda: "is up to date" in first.text, 60, "the first index")
            used = await server.slash(li, room, "ask", question="北门大桥的工期是多少天？")
            answer = await used.wait_reply()
            assert "工期45天" in said_by(answer)
            assert "\n[1] **北门大桥封闭维修**\n-# bridge.md" in answer.text
            passage = await (await server.click(li, answer, "查看段落")).wait_reply()
            assert passage.ephemeral and "**" in passage.text and "工期45天" in said_by(passage)
            said = server.say(ann, room, f"{server.bot.mention} how many books may members borrow")
            english = await server.answer_to(said)
            assert "30 books" in said_by(english) and english.pinged == set()
            workers = server.say(li, room, f"{server.bot.mention} 现场安排了多少名工人施工？")
            follow = server.say(
                li, room, "那保洁员呢？", reply_to=await server.answer_to(workers), ping=False
            )
            assert "9名保洁员" in said_by(await server.answer_to(follow))
            welcome = server.say(
                ann, room, f"{server.bot.mention} who is welcome to the first evening"
            )
            told = await server.answer_to(welcome)
            assert told.pinged == set() and "@everyone" not in told.text
            unknown = await server.slash(li, room, "ask", question="今天的股市指数是多少")
            refusal = await unknown.wait_reply()
            assert refusal.text.split("\n")[1] == "这些文档里没有这个问题的答案。"
            assert "**" not in refusal.text and len(refusal.buttons) >= 3
            choices = await server.autocomplete(li, room, "summary", "article", "大桥")
            summary = await server.slash(li, room, "summary", article=choices[0]["value"])
            assert "[1]" in (await summary.wait_reply()).text
            found = await server.context_menu(ann, english, "Find sources")
            assert "Harbour library" in (await found.wait_reply()).text
            # The folder changes; what is gone is quoted no more, what is new is found.
            (folder / "orchard.md").write_text(ORCHARD, encoding="utf-8")
            (folder / "bridge.md").unlink()
            again = await server.slash(boss, room, "reindex")
            await server.until(lambda: "1 added · 0 changed · 1 removed" in again.text, 60)
            question = "how many kilograms of apples may visitors press"
            apples = await server.slash(ann, room, "ask", question=question)
            assert "250 kilograms" in said_by(await apples.wait_reply())
            gone = await (await server.click(li, answer, "查看段落")).wait_reply()
            assert "工期" not in gone.text
        assert server.refused == []
