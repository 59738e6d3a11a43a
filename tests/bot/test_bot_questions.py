"""A refusal leads to a person who knows: handed on, answered, told, kept as a document, expired."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.bot.conftest import Hall
from tests.discord_access import everything_seen_by, shut
from tests.discord_interactions import Interaction
from tests.discord_messages import Message

SETTINGS = {"FAKE_INTAKE": 1, "DOCUMENTS_DIR": "articles", "PACE_HOUSEKEEPING": 1}
SAUNA = "where may zebras swim tomorrow"
TAKEN = {"en-US": "The moderators have", "zh-CN": "已转给管理员", "zh-TW": "已轉給管理員"}
MEANT = {"en-US": "kept with your name", "zh-CN": "最长半年", "zh-TW": "最長半年"}


@pytest.fixture(scope="module", autouse=True)
def folder(hall: Hall) -> Path:
    documents = hall.folder / "articles"
    documents.mkdir(exist_ok=True)
    return documents


async def refused(hall: Hall, question: str, by: Any = None, **options: Any) -> Message:
    return (await hall.ask(question, by=by, **options)).messages[0]


async def handed_on(hall: Hall, question: str, by: Any = None, **options: Any) -> Message:
    """Hand a refused question on; return the message that said what it means."""
    person = by or hall.ann
    consent = await consent_to(hall, await refused(hall, question, person, **options), person)
    await hall.server.click(person, consent, named(consent, "handon"))
    await hall.server.until(lambda: TAKEN[person.locale] in consent.text, 10, consent.text)
    return consent


def named(message: Message, action: str) -> str:
    """Return the custom_id of the button that does `action`, whatever its language."""
    ids = [button["custom_id"] for button in message.buttons]
    return next(i for i in ids if i.startswith(f"docent:{action}:"))


async def consent_to(hall: Hall, shown: Message, by: Any = None) -> Message:
    consent = await hall.click(shown, named(shown, "human"), by=by)
    assert consent.ephemeral and MEANT[(by or hall.ann).locale] in consent.text
    return consent


async def answer(hall: Hall, shown: Message, label: str, *values: str) -> Interaction:
    opened = await hall.server.click(hall.boss, shown, label)
    sent = await hall.server.submit_modal(opened, *values)
    await sent.wait_reply(30)
    return sent


def told(hall: Hall, person: Any) -> list[str]:
    return [m.text for m in hall.server.dm_with(person).messages]


async def open_questions(hall: Hall) -> Message:
    return (await hall.slash("questions", hall.boss)).messages[0]


async def dismiss_all(hall: Hall) -> None:
    while "Dismiss 1" in (shown := await open_questions(hall)).labels:
        await hall.click(shown, "Dismiss 1", by=hall.boss)


async def test_alike_questions_are_answered_at_once_and_kept(hall: Hall, folder: Path) -> None:
    await hall.slash("channel", hall.boss, use="nothing")
    await handed_on(hall, SAUNA)
    await handed_on(hall, "tomorrow zebras may swim where?", by=hall.mei)
    await handed_on(hall, "who feeds the walrus king", by=hall.bo)
    shown = await open_questions(hall)
    assert shown.ephemeral and "**1.** " + SAUNA in shown.text and "asked 2 times" in shown.text
    assert "walrus" in shown.text.split("**2.**")[1]
    until = (date.today() + timedelta(days=90)).isoformat()
    sent = await answer(hall, shown, "Answer 1", "", "Zebras may swim in the Blue Lagoon.", "90")
    assert "Told: 2 of 2" in sent.text and sent.messages[0].ephemeral
    (document,) = folder.rglob("*.md")
    text = document.read_text(encoding="utf-8")
    assert document.parent.name == "answers" and f"Q: {SAUNA}" in text
    assert "A: Zebras may swim in the Blue Lagoon." in text and f"expires: {until}" in text
    assert f"date: {date.today()}" in text and 'author: "Boss"' in text
    for person in (hall.ann, hall.mei):
        (message,) = told(hall, person)
        assert "Zebras may swim in the Blue Lagoon" in message
    assert "管理員" in told(hall, hall.mei)[0]
    # Cited like any other.
    cited = await hall.ask("may zebras swim in the Blue Lagoon")
    assert "Blue Lagoon" in cited.text and "answers/" in cited.text
    await dismiss_all(hall)


async def test_a_reply_in_the_moderators_channel(hall: Hall) -> None:
    mods = hall.server.channel(hall.guild, "mods")
    shut(hall.server, mods, *hall.boss.roles, *hall.librarian.roles)
    set_up = await hall.slash("channel", hall.boss, channel=mods, use="moderators")
    assert mods.mention in set_up.text and "Everyone" not in set_up.text
    consent = await handed_on(hall, "how tall is the glass giraffe")
    assert mods.mention in consent.versions[0]["content"]
    await hall.server.until(lambda: mods.messages, 10, "the post")
    (post,) = mods.messages
    assert "glass giraffe" in post.text and not post.pinged
    # The same question of another person is shown in the same message.
    await handed_on(hall, "How tall is the glass giraffe?", by=hall.bo)
    await hall.server.until(lambda: "asked 2 times" in post.text, 10, post.text)
    said = hall.server.say(hall.librarian, mods, "It is 4 metres tall.", reply_to=post)
    done = await hall.server.answer_to(said, 30)
    assert "Told: 2 of 2" in done.text
    assert "4 metres" in told(hall, hall.ann)[-1] and "4 metres" in told(hall, hall.bo)[-1]
    await hall.server.until(lambda: "Answered by" in post.text, 10, post.text)
    assert not post.buttons and len(mods.messages) == 3
    late = hall.server.say(hall.librarian, mods, "No, 5 metres.", reply_to=post)
    assert "not open any more" in (await hall.server.answer_to(late)).text


async def test_only_moderators_list_and_answer(hall: Hall) -> None:
    await handed_on(hall, "what do unicorn lawyers eat", private=True)
    for command in ("questions", "channel"):
        used = await hall.server.slash(hall.ann, hall.room, command, force=True)
        assert "Manage Server" in (await used.wait_reply()).text
    # Discord hides it from one who is chosen by a role alone, unless the server shows it.
    used = await hall.server.slash(hall.librarian, hall.room, "questions", force=True)
    shown = await used.wait_reply()
    pressed = await hall.server.click(hall.librarian, shown, "Dismiss 1")
    assert "closed without" in (await pressed.wait_reply()).text
    assert "No question" in (await open_questions(hall)).text
    assert "unicorn" not in everything_seen_by(hall.server, hall.mei)


async def test_nothing_is_kept_without_consent_and_nothing_twice(hall: Hall) -> None:
    shown = await refused(hall, "which owl sings opera", private=True)
    assert "found" not in shown.text
    first, second = await consent_to(hall, shown), await consent_to(hall, shown)
    assert "owl" not in (await open_questions(hall)).text
    for consent, said in ((first, "I tell you"), (second, "already")):
        pressed = await hall.server.click(hall.ann, consent, named(consent, "handon"))
        assert said in (await pressed.wait_reply()).text
    assert "asked by" in (await open_questions(hall)).text
    await dismiss_all(hall)


async def test_direct_messages_lead_to_the_home_server(hall: Hall) -> None:
    asked = hall.server.dm(hall.ann, "who paints the invisible bridge")
    shown = await hall.server.answer_to(asked)
    consent = await consent_to(hall, shown)
    pressed = await hall.server.click(hall.ann, consent, named(consent, "handon"))
    assert "I tell you" in (await pressed.wait_reply()).text
    assert "invisible bridge" in (await open_questions(hall)).text
    await dismiss_all(hall)


async def test_a_closed_collection_is_told_to_its_readers_alone(hall: Hall) -> None:
    readers = hall.server.role(hall.guild, "readers")
    hall.mei.roles.append(readers)
    await handed_on(hall, "where sleeps the copper dragon", by=hall.ann)
    await handed_on(hall, "where sleeps the copper dragon?", by=hall.mei)
    await hall.slash("access allow", hall.boss, collection="answers", role=readers)
    sent = await answer(hall, await open_questions(hall), "Answer 1", "", "Below Hill 77.")
    assert "Told: 1 of 2" in sent.text and "may not read" in sent.text
    assert "Hill 77" in told(hall, hall.mei)[-1]
    assert "Hill 77" not in everything_seen_by(hall.server, hall.ann)
    assert "Hill 77" not in (await hall.ask("where sleeps the copper dragon", by=hall.bo)).text
    await hall.slash("access open", hall.boss, collection="answers")


async def test_closed_direct_messages_are_told_where_all_saw_the_question(hall: Hall) -> None:
    shy = hall.server.member(hall.guild, "shy", dms_open=False)
    await handed_on(hall, "when hatches the marble egg", by=shy)
    await handed_on(hall, "why is the velvet moon square", by=shy, private=True)
    shown = await open_questions(hall)
    sent = await answer(hall, shown, "Answer 1", "", "It hatches at noon.")
    assert "Told: 1 of 1" in sent.text
    assert any("hatches at noon" in m.text and not m.pinged for m in hall.room.messages)
    sent = await answer(hall, await open_questions(hall), "Answer 1", "", "It was cut.")
    assert "Told: 0 of 1" in sent.text
    assert not any("It was cut" in m.text for m in hall.room.messages)
    # Nobody can know before that somebody's direct messages are closed.
    hall.server.requests[:] = [r for r in hall.server.requests if r.code != 50007]


async def test_a_digest_counts_and_what_has_expired_goes(hall: Hall, folder: Path) -> None:
    await handed_on(hall, "how heavy is the paper anvil")
    sent = await answer(hall, await open_questions(hall), "Answer 1", "", "12 paper tons.")
    assert "Told" in sent.text
    path = next(p for p in folder.rglob("*.md") if "paper" in p.name)
    head = path.read_text(encoding="utf-8").replace("author:", "expires: 2026-01-01\nauthor:")
    path.write_text(head, encoding="utf-8")
    await hall.server.until(lambda: not path.exists(), 15, "it to be taken out")
    assert list((hall.folder / "data" / "removed").rglob(path.name))
    news = hall.server.channel(hall.guild, "digest")
    set_up = await hall.slash("channel", hall.boss, channel=news, use="digest")
    assert "Everyone on this server" in set_up.text
    await hall.server.until(lambda: news.messages, 10, "the digest")
    (digest,) = news.messages
    assert "asked:" in digest.text and path.name in digest.text and "paper anvil" not in digest.text
    await hall.server.settled(1.5)
    assert len(news.messages) == 1, "a week has one digest"


async def test_a_restart_loses_no_button_no_form_and_no_asker(hall: Hall) -> None:
    await handed_on(hall, "who wrote the cloudy ledger")
    shown = await open_questions(hall)
    opened = await hall.server.click(hall.boss, shown, "Answer 1")
    await opened.wait_modal()
    await hall.bot.stop()
    await hall.bot.start()
    sent = await hall.server.submit_modal(opened, "", "Ada did.")
    assert "Told: 1 of 1" in (await sent.wait_reply(30)).text
    await hall.bot.stop()
    with closing(sqlite3.connect(hall.folder / "data" / "bot.sqlite3")) as memory, memory:
        memory.execute("UPDATE questions SET told = 0 WHERE question LIKE '%cloudy%'")
    before, sent_before = len(told(hall, hall.ann)), len(hall.server.requests)
    await hall.bot.start()

    def sent_again() -> bool:
        direct = f"/channels/{hall.server.dm_with(hall.ann).id}/messages"
        return any(r.path == direct for r in hall.server.requests[sent_before:])

    # As after a kill between the telling and the note of it: told again, and shown once.
    await hall.server.until(sent_again, 20, "the asker to be told")
    assert "Ada did" in told(hall, hall.ann)[-1] and len(told(hall, hall.ann)) == before
