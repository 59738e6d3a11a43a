"""`/mydata`: people get what is kept of them, and delete it; of others they learn nothing."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.bot.conftest import Hall
from tests.discord_access import shut
from tests.discord_messages import Message

SETTINGS = {"FAKE_INTAKE": 1, "DOCUMENTS_DIR": "articles"}
FERRY = "when does the ferry to Pine Island resume"
OWL = "which owl sings opera"


@pytest.fixture(scope="module", autouse=True)
def folder(hall: Hall) -> None:
    (hall.folder / "articles").mkdir(exist_ok=True)


def kept(folder: Path) -> str:
    with closing(sqlite3.connect(folder / "data" / "bot.sqlite3")) as memory:
        return "\n".join(memory.iterdump())


async def hand_on(hall: Hall, by: object) -> Message:
    shown = (await hall.ask(OWL, by=by)).messages[0]
    consent = await hall.click(shown, "Ask the moderators", by=by)
    return await hall.click(consent, "Yes, hand it on", by=by)


async def test_what_is_kept_is_exported_and_deleted(hall: Hall) -> None:
    ann, eve = hall.ann, hall.server.member(hall.guild, "eve")
    mods = hall.server.channel(hall.guild, "mods")
    shut(hall.server, mods, *hall.boss.roles)
    await hall.slash("channel", hall.boss, channel=mods, use="moderators")
    await hall.ask(FERRY, private=True)
    shown = (await hall.ask("how many seasonal workers has the harbour office")).messages[0]
    await hall.click(shown, "👍")
    await hand_on(hall, ann)
    await hall.server.until(lambda: mods.messages, 10, "the post")
    await hand_on(hall, eve)
    await hall.server.until(lambda: "asked 2 times" in mods.messages[0].text, 10, "two askers")
    told = (await hall.slash("mydata")).messages[0]
    assert told.ephemeral and "3 questions" in told.text and "1 thumbs" in told.text
    exported = await hall.click(told, "Export")
    assert exported.ephemeral
    (file,) = exported.attachments
    assert file["filename"] == "my-data.json" and file["size"] > 500
    sure = await hall.click(told, "Delete")
    assert FERRY in kept(hall.folder)
    done = await hall.click(sure, "Delete all of it")
    assert "5 entries are deleted" in done.text
    left = kept(hall.folder)
    assert FERRY not in left and "seasonal workers has" not in left and str(ann.id) not in left
    # Eve's is asked by one person now, in a message of its own.
    await hall.server.until(lambda: mods.messages and "asked by" in mods.messages[-1].text, 10)
    assert len(mods.messages) == 1 and eve.mention in mods.messages[0].text
    assert ann.mention not in mods.messages[0].text
    again = (await hall.slash("mydata")).messages[0]
    assert "0 questions" in again.text and not again.buttons
    gone = await hall.click(shown, "Show passage")
    assert gone.ephemeral


async def test_others_are_not_touched(hall: Hall) -> None:
    await hall.ask("城北供水管网改造有多少台抢修车辆待命", by=hall.bo)
    told = (await hall.slash("mydata", hall.bo)).messages[0]
    assert "1 个提问" in told.text
    mine = (await hall.slash("mydata", hall.mei)).messages[0]
    assert "0 個提問" in mine.text
    assert "抢修车辆待命" in kept(hall.folder)
