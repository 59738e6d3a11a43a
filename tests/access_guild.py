"""A town with a secret: `docent run` over a small library of two languages, and who lives there."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from tests.bot_process import BotProcess
from tests.local_discord.door import (
    MANAGE_GUILD,
    Channel,
    DiscordServer,
    Interaction,
    Member,
    Message,
    User,
    everything_seen_by,
    shut,
)

# They stand in the secret articles' text, titles and file names, and nowhere else.
CANARIES = ("zorvex", "霁鸾")
BRIDGE = """# 北门大桥封闭维修

本报讯 9月12日起，北门大桥封闭维修，工期45天。

施工期间，21路和38路公交车绕行东门大桥，共增开12班摆渡车。
"""
LIBRARY = """# Harbour library opens late on Thursdays

The harbour library will stay open until ten in the evening on Thursdays from 1 June.

Members may borrow up to 30 books at a time, five more than before.
"""
BUDGET = """# The zorvex budget for the harbour wall

The zorvex committee has set aside 740,000 crowns for the harbour wall.

The contractor of the harbour wall is zorvex and sons, chosen on 4 March.

Repairs of the zorvex wall begin in the second week of May and take 31 days.
"""
STAFF = """# 霁鸾计划人事安排

霁鸾计划由周明远担任负责人，共有19名工作人员。

霁鸾计划的办公地点设在东门仓库二楼，每周三开会。
"""
WALL = "how many crowns are set aside for the harbour wall"
STAFF_COUNT = "负责人周明远的计划共有多少名工作人员"
BOOKS = "how many books may members borrow"
BRIDGE_DAYS = "北门大桥的工期是多少天"


class GuildWithRules:
    """A running bot, an open square, an office of the board, and people of both kinds."""

    def __init__(self, runner: asyncio.Runner, folder: Path, **settings: Any) -> None:
        self.runner, self.folder, self.settings = runner, folder, settings
        self.server = DiscordServer()
        self.guild = self.server.guild("Town")
        self.board = self.server.role(self.guild, "board")
        self.square = self.server.channel(self.guild, "square")
        self.office = self.server.channel(self.guild, "office")
        self.ann = self.server.member(self.guild, "ann")
        self.bea = self.server.member(self.guild, "bea", roles=(self.board,))
        self.li = self.server.member(self.guild, "li", locale="zh-CN", roles=(self.board,))
        self.wang = self.server.member(self.guild, "wang", locale="zh-CN")
        self.boss = self.server.member(self.guild, "boss", permissions=MANAGE_GUILD)
        shut(self.server, self.office, self.board)
        self.bot: BotProcess

    async def open(self) -> None:
        """Write the documents, start the bot and wait for its index."""
        documents = self.folder / "articles"
        for name, text in {
            "library.md": LIBRARY,
            "news/bridge.md": BRIDGE,
            "board/zorvex.md": BUDGET,
            "board/霁鸾.md": STAFF,
        }.items():
            (documents / name).parent.mkdir(parents=True, exist_ok=True)
            (documents / name).write_text(text, encoding="utf-8")
        await self.server.__aenter__()
        settings = {
            "DOCUMENTS_DIR": documents,
            "DATA_DIR": self.folder / "data",
            "ASK_COOLDOWN": 0,
            **self.settings,
        }
        self.bot = BotProcess(self.server, self.folder, **settings)
        await self.bot.start()
        await self.server.ready()
        await self.bot.wait_log("questions are answered now", 60)

    async def close(self) -> None:
        """Stop the bot, which broke no rule of Discord's."""
        try:
            await self.bot.stop()
            # To ask whether somebody is a member breaks no rule.
            broken = [request for request in self.server.refused if request.code != 10007]
            assert not broken, broken
            # Whoever runs the bot is told which files cannot be read, and nothing else by name.
            lines = [line for line in self.bot.lines if "not read: " not in line]
            assert not self.names_the_secret("\n".join(lines)), "the log names a secret"
        finally:
            await self.server.__aexit__(None, None, None)

    async def slash(
        self, by: Member, where: Channel, command: str, /, **options: Any
    ) -> Interaction:
        """Use a command and wait for what it says."""
        used = await self.server.slash(by, where, command, **options)
        await used.wait_reply()
        return used

    async def access(self, command: str, **options: Any) -> str:
        """Change or show the rules as the boss; return what is said, to the boss alone."""
        used = await self.slash(self.boss, self.square, f"access {command}", **options)
        assert all(message.ephemeral for message in used.messages)
        return used.text

    async def restrict(self) -> None:
        """Let the board alone read the secret, whatever the rules were."""
        if "board" in await self.access("show") and "open to everyone" not in await self.access(
            "show", collection="board"
        ):
            await self.access("open", collection="board")
        await self.access("allow", collection="board", role=self.board)

    async def ask(self, by: Member, channel: Channel, question: str, **more: Any) -> Interaction:
        return await self.slash(by, channel, "ask", question=question, **more)

    async def mention(self, by: Member, channel: Channel, question: str) -> Message:
        """Ask with a mention; return what the bot replies in the channel."""
        said = self.server.say(by, channel, f"{self.server.bot.mention} {question}")
        return await self.server.answer_to(said)

    async def tell(self, by: Member, question: str) -> Message:
        return await self.server.answer_to(self.server.dm(by, question))

    async def click(self, by: Member | User, message: Message, label: str) -> Message:
        """Press a button and wait for the message that comes of it."""
        return await (await self.server.click(by, message, label)).wait_reply()

    async def keeps_the_secret_from(self, *people: Member) -> None:
        """Show that nothing these people ever saw holds a canary."""
        await self.server.settled(0.5)
        for person in people:
            seen = everything_seen_by(self.server, person)
            assert seen
            at = min((i for c in CANARIES if (i := seen.lower().find(c)) >= 0), default=-1)
            assert at < 0, f"{person.user.name} saw: {seen[max(at - 300, 0) : at + 100]}"

    @staticmethod
    def names_the_secret(text: str) -> bool:
        """Return True if a text holds a canary."""
        return any(canary in text.lower() for canary in CANARIES)


def plain(message: Message | Interaction) -> str:
    """Return what is said, whatever of it is bold."""
    return message.text.replace("**", "")
