"""A stage for one bot, slow or real: a server, a channel, and a count of each answer."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tests.bot_process import BotProcess
from tests.local_discord.door import MANAGE_GUILD, DiscordServer, Interaction, Message

PROGRAM, REAL = "tests.slow_bot:main", "bot.__main__:main"


class Stage:
    """A running bot, and people who ask it."""

    def __init__(self, server: DiscordServer, bot: BotProcess) -> None:
        self.server, self.bot = server, bot
        self.guild = server.guild()
        self.room = server.channel(self.guild)
        self.ann = server.member(self.guild, "ann")
        self.boss = server.member(self.guild, "boss", permissions=MANAGE_GUILD)

    async def ask(self, question: str) -> str:
        """Use `/ask`, and return what is said, whatever of it is bold."""
        return (await (await self.slash(question)).wait_reply()).text.replace("**", "")

    async def slash(self, question: str, **more: Any) -> Interaction:
        return await self.server.slash(self.ann, self.room, "ask", question=question, **more)

    def mention(self, question: str) -> Message:
        return self.server.say(self.ann, self.room, f"{self.server.bot.mention} {question}")

    async def answered(self, asked: Interaction | Message, question: str) -> str:
        """Wait for the answer, and return what it must say."""
        text = f"answer** to {question} is 42 boats."
        if isinstance(asked, Interaction):
            await self.server.until(lambda: text in asked.text, 20, f"an answer to {question}")
        else:
            assert text in (await self.server.answer_to(asked, 20)).text
        return text

    async def answered_once(self, asked: Interaction | Message, question: str) -> None:
        """Wait for the answer; show that there is one alone, here and in the whole channel."""
        text = await self.answered(asked, question)
        await self.server.settled(0.3)
        self.stands_once(text)

    def stands_once(self, text: str) -> None:
        everything = [m for m in self.room.log if not m.deleted and text in m.text]
        assert len(everything) == 1, [m.text for m in everything]


@asynccontextmanager
async def stage(
    folder: Path, *arguments: str, program: str = PROGRAM, **settings: Any
) -> AsyncIterator[Stage]:
    settings = {"ASK_COOLDOWN": 0, "DATA_DIR": folder / "data", **settings}
    async with DiscordServer() as server:
        bot = BotProcess(server, folder, *arguments, program=program, **settings)
        on = Stage(server, bot)
        async with bot:
            yield on
        # discord.py logs its own reconnects; of ours nothing else may go wrong.
        wrong = r"ERROR bot(?!.*documents folder.* does not exist)|never retrieved|unexpected error"
        assert not re.search(wrong, bot.log), bot.log
