"""Two whole bots over one PostgreSQL server: one is killed, or the server; answers go on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from bot.storage.feedback import Feedback
from tests.bot_process import BotProcess
from tests.fakes import write_articles
from tests.local_discord.door import DiscordServer, Message, scenario
from tests.machines import FERRY, Machines
from tests.memories import Bots
from tests.postgres_server import PostgresServer
from tests.slow_proxy import SlowProxy

# Bots and servers of their own.
pytestmark = pytest.mark.slow
WALL, PIER = "how many crowns has the board for the harbour wall", "when does the pier open"
LIBRARY = {
    "ferry.md": ("The ferry to Pine Island", "The ferry to Pine Island resumes on 3 May."),
    "board/wall.md": ("The harbour wall", "The board has 740,000 crowns for the harbour wall."),
}
# The name under which the server knows the bot that is killed.
FRAIL = "frail"
_AT = """SELECT 1 FROM pg_stat_activity
    WHERE application_name = %s AND xact_start IS NOT NULL AND query LIKE %s"""
_LEFT = """SELECT 1 FROM pg_stat_activity WHERE application_name = %s
    UNION ALL SELECT 1 FROM pg_locks WHERE locktype = 'advisory'"""


class TwoBots(Machines):
    """`docent run` on two machines over documents of their own, and what they answered."""

    def __init__(self, *given: Any, **settings: Any) -> None:
        super().__init__(*given, **settings)
        self.answers: list[Message] = []
        self.bots: list[BotProcess] = []

    def write(self, hour: str) -> None:
        body = f"The pier opens on 9 June at {hour}."
        write_articles(self.folder / "documents", {"pier.md": ("The pier", body)})

    async def told(self, shard: int, question: str = FERRY) -> str:
        """Ask, and return the answer without its marks."""
        self.answers.append(await self.ask(shard, question))
        return self.answers[-1].text.replace("**", "")

    def mention(self, shard: int) -> Message:
        """Ask with a mention."""
        asked = f"{self.server.bot.mention} {FERRY}"
        return self.server.say(self.anns[shard], self.rooms[shard], asked)

    async def thumb(self, shard: int, answer: Message) -> str:
        """Press the thumb below an answer, and return what is said."""
        pressed = await self.server.click(self.anns[shard], answer, "👍")
        return (await pressed.wait_reply(60)).text

    async def reindex(self, shard: int, **options: Any) -> str:
        """Run the index, and return what is said in the end."""
        shown = await self.use(shard, "reindex", **options)
        await self.server.until(lambda: "Looking" not in shown.text and not shown.buttons, 60)
        return shown.text


@asynccontextmanager
async def two_bots(folder: Path, database: str, frail: str = "") -> AsyncIterator[TwoBots]:
    """Start two bots at once on an empty database, and wait until it is indexed.

    The second goes by way of the address `frail`.
    """
    write_articles(folder / "documents", LIBRARY)
    program, documents = "bot.__main__:main", folder / "documents"
    async with DiscordServer(shards=2) as server:
        # A machine that does other work too may take longer than Discord's three seconds.
        server.acknowledge_seconds = 20
        on = TwoBots(server, folder, database, program, DOCUMENTS_DIR=documents)
        on.bots = [on.bot(0), on.bot(1, DATABASE_URL=frail or database)]
        try:
            await asyncio.gather(*(bot.start() for bot in on.bots))

            def indexed() -> bool:
                return any("the first index is finished" in bot.log for bot in on.bots)

            await server.until(indexed, 90, "the first index")
            yield on
        finally:
            for bot in on.bots:
                await bot.stop()
                print(bot.log, end="\n\n")


@scenario(280)
async def test_what_is_done_through_one_bot_holds_for_the_other_at_once(
    tmp_path: Path, postgres: PostgresServer
) -> None:
    async with two_bots(tmp_path, postgres.database()) as on:
        assert "3 May" in await on.told(0) and "3 May" in await on.told(1)
        on.write("noon")
        assert "is up to date" in await on.reindex(0)
        assert "9 June at noon" in await on.told(1, PIER)
        board = on.server.role(on.guilds[0], "board")
        assert "740,000" in await on.told(1, WALL)
        rule: dict[str, Any] = {"collection": "board"}
        assert "read by" in (await on.use(0, "access allow", role=board, **rule)).text
        assert "740,000" not in await on.told(1, WALL) and "3 May" in await on.told(1)
        await on.use(0, "access open", **rule)
        assert "740,000" in await on.told(1, WALL)
        # A thumb by way of one bot; direct messages come to the other.
        assert "Thank you" in await on.thumb(1, on.answers[-1])
        ann = on.anns[1]
        kept = await on.server.slash(ann, on.server.dm_with(ann), "mydata")
        assert "1 thumbs" in (await kept.wait_reply(60)).text


@scenario(280)
async def test_a_bot_that_is_killed_hinders_no_other_and_doubles_nothing(
    tmp_path: Path, postgres: PostgresServer
) -> None:
    database = postgres.database()
    with SlowProxy(postgres.folder, delay=0.03) as proxy:
        frail = f"{proxy.url(database)}&application_name={FRAIL}"
        async with two_bots(tmp_path, database, frail) as on:
            board = on.server.role(on.guilds[0], "board")
            await on.use(0, "access allow", collection="board", role=board)
            assert "3 May" in await on.told(0) and "3 May" in await on.told(1)
            unheard = []
            for hour, doing in (("one", "WITH named%"), ("two", "INSERT INTO answers%")):
                unheard.append(on.mention(1))
                await until_it_is_at(database, doing)
                # As if its machine were gone: the server does not hear of it.
                proxy.hang()
                await on.bots[-1].kill()
                on.write(hour)
                assert "is up to date" in await on.reindex(0, full=True)
                assert f"at {hour}" in await on.told(0, PIER)
                assert "Thank you" in await on.thumb(0, on.answers[-1])
                proxy.resume()
                on.bots.append(on.bot(1, DATABASE_URL=frail))
                await on.bots[-1].start()
                assert f"at {hour}" in await on.told(1, PIER)
            on.write("noon")
            await on.server.slash(on.bosses[1], on.rooms[1], "reindex")
            await until_it_is_at(database, "COPY%")
            await on.bots[-1].kill()
            await until_nothing_is_left(database)
            assert "is up to date" in await on.reindex(0)
            on.bots.append(on.bot(1))
            await on.bots[-1].start()
            for shard in (0, 1):
                assert "at noon" in await on.told(shard, PIER)
                assert "740,000" not in await on.told(shard, WALL)
            await on.server.settled(1)
            assert [on.server.answers_to(message) for message in unheard] == [[], []]
            assert_whole(on)


async def until_it_is_at(database: str, statement: str) -> None:
    """Wait until the bot that is to be killed is in a transaction, at a statement."""
    await _until(database, _AT, (FRAIL, statement), there=True)


async def until_nothing_is_left(database: str) -> None:
    """Wait until the server has no connection of the bot that was killed, and no lock."""
    await _until(database, _LEFT, (FRAIL,), there=False)


async def _until(database: str, query: str, values: tuple[str, ...], *, there: bool) -> None:
    async with asyncio.timeout(30):
        with psycopg.connect(database, autocommit=True) as connection:
            while bool(connection.execute(query, values).fetchone()) != there:
                await asyncio.sleep(0.01)


def assert_whole(on: TwoBots) -> None:
    """Show that each answer was given and kept once, and that nothing else was lost."""
    said = [m.id for room in on.rooms for m in room.messages if "[1]" in m.text]
    assert sorted(said) == sorted(m.id for m in on.answers if "[1]" in m.text)
    bots = Bots(on.folder / "looking", on.database)
    looking = bots.another()
    store = looking.answers()
    kept = store.run(lambda db: db.execute("SELECT id FROM messages").fetchall())
    assert set(said) <= {number for (number,) in kept}
    assert [row["rating"] for row in Feedback(store).rows()] == ["up", "up"]
    assert len(looking.rules().changes()) == 1 and set(looking.rules().current()) == {"board"}
    half = "SELECT number FROM docent.generations WHERE ready = 0"
    assert store.run(lambda db: db.execute(half).fetchall()) == []
    bots.close()


@scenario(280)
async def test_a_server_that_starts_again_is_found_by_both_bots(tmp_path: Path) -> None:
    server = PostgresServer()
    try:
        async with two_bots(tmp_path, server.database()) as on:
            for shard in (0, 1):
                assert "3 May" in await on.told(shard)
            server.stop()
            for shard in (0, 1):
                assert "database does not answer" in await on.told(shard)
                refused = await on.server.answer_to(on.mention(shard), 60)
                assert "database does not answer" in refused.text
                assert "Thank you" not in await on.thumb(shard, on.answers[shard])
            assert "does not answer" in await on.reindex(0)
            server.start()
            for shard in (0, 1):
                assert "3 May" in await on.told(shard) and on.bots[shard].running
                assert "Thank you" in await on.thumb(shard, on.answers[shard])
            on.write("noon")
            assert "is up to date" in await on.reindex(1)
            assert "at noon" in await on.told(0, PIER)
    finally:
        server.close()
