"""`/mydata`: people get what is kept of them, and delete it; of others they learn nothing."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.bot.conftest import RunningBot
from tests.local_discord.door import Message, shut

SETTINGS = {"FAKE_INTAKE": 1, "DOCUMENTS_DIR": "articles"}
FERRY = "when does the ferry to Pine Island resume"
OWL = "which owl sings opera"


@pytest.fixture(scope="module", autouse=True)
def folder(running_bot: RunningBot) -> None:
    (running_bot.folder / "articles").mkdir(exist_ok=True)


def kept(folder: Path) -> str:
    with closing(sqlite3.connect(folder / "data" / "bot.sqlite3")) as memory:
        return "\n".join(memory.iterdump())


async def hand_on(running_bot: RunningBot, by: object) -> Message:
    shown = (await running_bot.ask(OWL, by=by)).messages[0]
    consent = await running_bot.click(shown, "Ask the moderators", by=by)
    return await running_bot.click(consent, "Yes, hand it on", by=by)


async def test_what_is_kept_is_exported_and_deleted(running_bot: RunningBot) -> None:
    ann, eve = running_bot.ann, running_bot.server.member(running_bot.guild, "eve")
    mods = running_bot.server.channel(running_bot.guild, "mods")
    shut(running_bot.server, mods, *running_bot.boss.roles)
    await running_bot.slash("channel", running_bot.boss, channel=mods, use="moderators")
    await running_bot.ask(FERRY, private=True)
    shown = (await running_bot.ask("how many seasonal workers has the harbour office")).messages[0]
    await running_bot.click(shown, "👍")
    await hand_on(running_bot, ann)
    await running_bot.until(lambda: mods.messages, 10, "the post")
    await hand_on(running_bot, eve)
    await running_bot.until(lambda: "asked 2 times" in mods.messages[0].text, 10, "two askers")
    told = (await running_bot.slash("mydata")).messages[0]
    assert told.ephemeral and "3 questions" in told.text and "1 thumbs" in told.text
    exported = await running_bot.click(told, "Export")
    assert exported.ephemeral
    (file,) = exported.attachments
    assert file["filename"] == "my-data.json" and file["size"] > 500
    sure = await running_bot.click(told, "Delete")
    assert FERRY in kept(running_bot.folder)
    done = await running_bot.click(sure, "Delete all of it")
    assert "5 entries are deleted" in done.text
    left = kept(running_bot.folder)
    assert FERRY not in left and "seasonal workers has" not in left and str(ann.id) not in left
    # Eve's is asked by one person now, in a message of its own.
    await running_bot.until(lambda: mods.messages and "asked by" in mods.messages[-1].text, 10)
    assert len(mods.messages) == 1 and eve.mention in mods.messages[0].text
    assert ann.mention not in mods.messages[0].text
    again = (await running_bot.slash("mydata")).messages[0]
    assert "0 questions" in again.text and not again.buttons
    gone = await running_bot.click(shown, "Show passage")
    assert gone.ephemeral


async def test_others_are_not_touched(running_bot: RunningBot) -> None:
    await running_bot.ask("城北供水管网改造有多少台抢修车辆待命", by=running_bot.bo)
    told = (await running_bot.slash("mydata", running_bot.bo)).messages[0]
    assert "1 个提问" in told.text
    mine = (await running_bot.slash("mydata", running_bot.mei)).messages[0]
    assert "0 個提問" in mine.text
    assert "抢修车辆待命" in kept(running_bot.folder)
