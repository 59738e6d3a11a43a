"""Several processes that are one bot: shards over one database, where one goes on for another."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.storage.feedback import Feedback
from tests.local_discord.door import scenario
from tests.machines import FERRY, machines
from tests.memories import Bots
from tests.postgres_server import PostgresServer

# A server of its own, and bots that start.
pytestmark = pytest.mark.slow


@scenario(180)
async def test_a_process_goes_on_for_one_that_was_killed(
    tmp_path: Path, postgres: PostgresServer
) -> None:
    database = postgres.database()
    async with machines(tmp_path, database) as on:
        ann, room = on.anns[0], on.rooms[0]
        async with on.bot(0) as first:
            answer = await on.ask(0)
            form = await on.server.click(ann, answer, "👎")
            await form.wait_modal()
            # Where an answer is shown is noted after it was sent.
            await on.server.settled(1)
            await first.kill()
        async with on.bot(0):
            told = await (await on.server.submit_modal(form, "late")).wait_reply(60)
            assert "Thank you" in told.text
            pressed = await on.server.click(ann, answer, "Show passage")
            assert "six sailings" in (await pressed.wait_reply(60)).text
            said = on.server.say(ann, room, "and how much are tickets?", reply_to=answer)
            assert f"1 earlier: {FERRY}" in (await on.server.answer_to(said, 60)).text
    bots = Bots(tmp_path, database)
    store = bots.another().answers()
    rows = Feedback(store).rows()
    assert [(row["rating"], row["comment"]) for row in rows] == [("down", "late")]
    # The follow-up knows what it follows.
    parents = store.run(lambda c: c.execute("SELECT parent FROM answers ORDER BY id").fetchall())
    assert [parent for (parent,) in parents][1] is not None
    store.close()
    # Nothing but the note of the rules and a cache is kept on a machine.
    assert not list(tmp_path.glob("machine-*/home-server.json"))


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"SHARD_IDS": "2"}, "SHARD_COUNT"),
        ({"HOME_GUILD_IDS": ""}, "HOME_GUILD_IDS"),
        ({"DATABASE_URL": ""}, "DATABASE_URL"),
        ({"DATABASE_URL": "postgresql://docent:secret@127.0.0.1:1/docent"}, "127.0.0.1:1"),
    ],
)
@scenario(180)
async def test_what_keeps_shards_from_starting_is_one_sentence(
    tmp_path: Path, settings: dict[str, str], said: str
) -> None:
    async with machines(tmp_path, "postgresql://127.0.0.1:1/docent") as on:
        bot = on.bot(0, **settings)
        bot.wait, bot.program = False, "bot.__main__:main"
        await bot.start()
        assert await bot.ended(90) == 1
        assert said in bot.log and "secret" not in bot.log and "Traceback" not in bot.log
