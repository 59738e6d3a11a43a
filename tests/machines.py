"""Several machines that are one bot: each takes a shard, and all share a database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tests.bot_process import BotProcess
from tests.fake_bot import PROGRAM
from tests.local_discord.door import MANAGE_GUILD, DiscordServer, Message

FERRY = "when does the ferry to Pine Island resume"


class Machines:
    """A Discord of two shards, a server on each, and bots that may come and go.

    The bots run the fake service, or another program; settings are keyword arguments.
    """

    def __init__(
        self,
        server: DiscordServer,
        folder: Path,
        database: str,
        program: str = PROGRAM,
        **settings: Any,
    ) -> None:
        self.server, self.folder, self.database = server, folder, database
        self.program, self.settings = program, settings
        self.guilds = [server.guild(f"town {n}", shard=n) for n in range(2)]
        self.rooms = [server.channel(guild, "general") for guild in self.guilds]
        self.anns = [server.member(guild, f"ann {guild.id}") for guild in self.guilds]
        self.bosses = [
            server.member(guild, "boss", permissions=MANAGE_GUILD) for guild in self.guilds
        ]
        self.begun = 0

    def bot(self, shard: int, **settings: Any) -> BotProcess:
        """Return a bot for a shard, on a machine that was never used before."""
        self.begun += 1
        given = {
            "DATA_DIR": self.folder / f"machine-{self.begun}",
            "DATABASE_URL": self.database,
            "SHARD_COUNT": 2,
            "SHARD_IDS": shard,
            "HOME_GUILD_IDS": ",".join(str(guild.id) for guild in self.guilds),
            "ASK_COOLDOWN": 0,
            "PACE_SHUTDOWN": 3,
        }
        given |= self.settings | settings
        return BotProcess(self.server, self.folder, program=self.program, **given)

    async def ask(self, shard: int, question: str = FERRY, **options: Any) -> Message:
        """Ask in the room of a shard's server, and return the reply."""
        return await self.use(shard, "ask", self.anns[shard], question=question, **options)

    async def use(self, shard: int, command: str, by: Any = None, **options: Any) -> Message:
        """Use a command in the room of a shard's server, as its boss; return the reply."""
        by = by or self.bosses[shard]
        used = await self.server.slash(by, self.rooms[shard], command, **options)
        return await used.wait_reply(60)


@asynccontextmanager
async def machines(folder: Path, database: str) -> AsyncIterator[Machines]:
    """Give a Discord of two shards for the bots of a database."""
    async with DiscordServer(shards=2) as server:
        yield Machines(server, folder, database)
