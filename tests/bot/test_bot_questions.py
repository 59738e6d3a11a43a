"""A refusal leads to a person who knows: handed on, answered, told, kept as a document, expired."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.bot.conftest import RunningBot
from tests.local_discord.door import Interaction, Message, everything_seen_by, shut

SETTINGS = {"FAKE_INTAKE": 1, "DOCUMENTS_DIR": "articles", "PACE_HOUSEKEEPING": 1}
SAUNA = "where may zebras swim tomorrow"
TAKEN = {"en-US": "The moderators have", "zh-CN": "已转给管理员", "zh-TW": "已轉給管理員"}
MEANT = {"en-US": "kept with your name", "zh-CN": "处理完后半年", "zh-TW": "處理完後半年"}


@pytest.fixture(scope="module", autouse=True)
def folder(running_bot: RunningBot) -> Path:
    documents = running_bot.folder / "articles"
    documents.mkdir(exist_ok=True)
    return documents


async def refused(
    running_bot: RunningBot, question: str, by: Any = None, **options: Any
) -> Message:
    return (await running_bot.ask(question, by=by, **options)).messages[0]


async def handed_on(
    running_bot: RunningBot, question: str, by: Any = None, **options: Any
) -> Message:
    """Hand a refused question on; return the message that said what it means."""
    person = by or running_bot.ann
    consent = await consent_to(
        running_bot, await refused(running_bot, question, person, **options), person
    )
    await running_bot.server.click(person, consent, named(consent, "handon"))
    await running_bot.until(lambda: TAKEN[person.locale] in consent.text, 10, consent.text)
    return consent


def named(message: Message, action: str) -> str:
    """Return the custom_id of the button that does `action`, whatever its language."""
    ids = [button["custom_id"] for button in message.buttons]
    return next(i for i in ids if i.startswith(f"docent:{action}:"))


async def consent_to(running_bot: RunningBot, shown: Message, by: Any = None) -> Message:
    consent = await running_bot.click(shown, named(shown, "human"), by=by)
    assert consent.ephemeral and MEANT[(by or running_bot.ann).locale] in consent.text
    return consent


async def answer(running_bot: RunningBot, shown: Message, label: str, *values: str) -> Interaction:
    opened = await running_bot.server.click(running_bot.boss, shown, label)
    sent = await running_bot.server.submit_modal(opened, *values)
    await sent.wait_reply(30)
    return sent


def told(running_bot: RunningBot, person: Any) -> list[str]:
    return [m.text for m in running_bot.server.dm_with(person).messages]


async def open_questions(running_bot: RunningBot) -> Message:
    return (await running_bot.slash("questions", running_bot.boss)).messages[0]


async def dismiss_all(running_bot: RunningBot) -> None:
    while "Dismiss 1" in (shown := await open_questions(running_bot)).labels:
        await running_bot.click(shown, "Dismiss 1", by=running_bot.boss)


async def test_alike_questions_are_answered_at_once_and_kept(
    running_bot: RunningBot, folder: Path
) -> None:
    await running_bot.slash("channel", running_bot.boss, use="nothing")
    await handed_on(running_bot, SAUNA)
    await handed_on(running_bot, "tomorrow zebras may swim where?", by=running_bot.mei)
    await handed_on(running_bot, "who feeds the walrus king", by=running_bot.bo)
    shown = await open_questions(running_bot)
    assert shown.ephemeral and "**1.** " + SAUNA in shown.text and "asked 2 times" in shown.text
    assert "walrus" in shown.text.split("**2.**")[1]
    until = (date.today() + timedelta(days=90)).isoformat()
    sent = await answer(
        running_bot, shown, "Answer 1", "", "Zebras may swim in the Blue Lagoon.", "90"
    )
    assert "Told: 2 of 2" in sent.text and sent.messages[0].ephemeral
    (document,) = folder.rglob("*.md")
    text = document.read_text(encoding="utf-8")
    assert document.parent.name == "answers" and f"Q: {SAUNA}" in text
    assert "A: Zebras may swim in the Blue Lagoon." in text and f"expires: {until}" in text
    assert f"date: {date.today()}" in text and 'author: "Boss"' in text
    for person in (running_bot.ann, running_bot.mei):
        (message,) = told(running_bot, person)
        assert "Zebras may swim in the Blue Lagoon" in message
    assert "管理員" in told(running_bot, running_bot.mei)[0]
    # Cited like any other.
    cited = await running_bot.ask("may zebras swim in the Blue Lagoon")
    assert "Blue Lagoon" in cited.text and "answers/" in cited.text
    await dismiss_all(running_bot)


async def test_a_reply_in_the_moderators_channel(running_bot: RunningBot) -> None:
    mods = running_bot.server.channel(running_bot.guild, "mods")
    shut(running_bot.server, mods, *running_bot.boss.roles, *running_bot.librarian.roles)
    set_up = await running_bot.slash("channel", running_bot.boss, channel=mods, use="moderators")
    assert mods.mention in set_up.text and "Everyone" not in set_up.text
    consent = await handed_on(running_bot, "how tall is the glass giraffe")
    assert mods.mention in consent.versions[0]["content"]
    await running_bot.until(lambda: mods.messages, 10, "the post")
    (post,) = mods.messages
    assert "glass giraffe" in post.text and not post.pinged
    # The same question of another person is shown in the same message.
    await handed_on(running_bot, "How tall is the glass giraffe?", by=running_bot.bo)
    await running_bot.until(lambda: "asked 2 times" in post.text, 10, post.text)
    said = running_bot.say("It is 4 metres tall.", running_bot.librarian, mods, reply_to=post)
    done = await running_bot.answer_to(said, 30)
    assert "Told: 2 of 2" in done.text
    assert (
        "4 metres" in told(running_bot, running_bot.ann)[-1]
        and "4 metres" in told(running_bot, running_bot.bo)[-1]
    )
    await running_bot.until(lambda: "Answered by" in post.text, 10, post.text)
    assert not post.buttons and len(mods.messages) == 3
    late = running_bot.say("No, 5 metres.", running_bot.librarian, mods, reply_to=post)
    assert "not open any more" in (await running_bot.answer_to(late)).text


async def test_only_moderators_list_and_answer(running_bot: RunningBot) -> None:
    await handed_on(running_bot, "what do unicorn lawyers eat", private=True)
    for command in ("questions", "channel"):
        used = await running_bot.server.slash(
            running_bot.ann, running_bot.room, command, force=True
        )
        assert "Manage Server" in (await used.wait_reply()).text
    # Discord hides it from one who is chosen by a role alone, unless the server shows it.
    used = await running_bot.server.slash(
        running_bot.librarian, running_bot.room, "questions", force=True
    )
    shown = await used.wait_reply()
    pressed = await running_bot.server.click(running_bot.librarian, shown, "Dismiss 1")
    assert "closed without" in (await pressed.wait_reply()).text
    assert "No question" in (await open_questions(running_bot)).text
    assert "unicorn" not in everything_seen_by(running_bot.server, running_bot.mei)


async def test_nothing_is_kept_without_consent_and_nothing_twice(running_bot: RunningBot) -> None:
    shown = await refused(running_bot, "which owl sings opera", private=True)
    assert "found" not in shown.text
    first, second = await consent_to(running_bot, shown), await consent_to(running_bot, shown)
    assert "owl" not in (await open_questions(running_bot)).text
    for consent, said in ((first, "I tell you"), (second, "already")):
        pressed = await running_bot.server.click(running_bot.ann, consent, named(consent, "handon"))
        assert said in (await pressed.wait_reply()).text
    assert "asked by" in (await open_questions(running_bot)).text
    await dismiss_all(running_bot)


async def test_direct_messages_lead_to_the_home_server(running_bot: RunningBot) -> None:
    asked = running_bot.server.dm(running_bot.ann, "who paints the invisible bridge")
    shown = await running_bot.answer_to(asked)
    consent = await consent_to(running_bot, shown)
    pressed = await running_bot.server.click(running_bot.ann, consent, named(consent, "handon"))
    assert "I tell you" in (await pressed.wait_reply()).text
    assert "invisible bridge" in (await open_questions(running_bot)).text
    await dismiss_all(running_bot)


async def test_a_closed_collection_is_told_to_its_readers_alone(running_bot: RunningBot) -> None:
    readers = running_bot.server.role(running_bot.guild, "readers")
    running_bot.mei.roles.append(readers)
    await handed_on(running_bot, "where sleeps the copper dragon", by=running_bot.ann)
    await handed_on(running_bot, "where sleeps the copper dragon?", by=running_bot.mei)
    await running_bot.slash("access allow", running_bot.boss, collection="answers", role=readers)
    sent = await answer(
        running_bot, await open_questions(running_bot), "Answer 1", "", "Below Hill 77."
    )
    assert "Told: 1 of 2" in sent.text and "may not read" in sent.text
    assert "Hill 77" in told(running_bot, running_bot.mei)[-1]
    assert "Hill 77" not in everything_seen_by(running_bot.server, running_bot.ann)
    assert (
        "Hill 77"
        not in (await running_bot.ask("where sleeps the copper dragon", by=running_bot.bo)).text
    )
    await running_bot.slash("access open", running_bot.boss, collection="answers")


async def test_closed_direct_messages_are_told_where_all_saw_the_question(
    running_bot: RunningBot,
) -> None:
    shy = running_bot.server.member(running_bot.guild, "shy", dms_open=False)
    await handed_on(running_bot, "when hatches the marble egg", by=shy)
    await handed_on(running_bot, "why is the velvet moon square", by=shy, private=True)
    shown = await open_questions(running_bot)
    sent = await answer(running_bot, shown, "Answer 1", "", "It hatches at noon.")
    assert "Told: 1 of 1" in sent.text
    assert any("hatches at noon" in m.text and not m.pinged for m in running_bot.room.messages)
    sent = await answer(
        running_bot, await open_questions(running_bot), "Answer 1", "", "It was cut."
    )
    assert "Told: 0 of 1" in sent.text
    assert not any("It was cut" in m.text for m in running_bot.room.messages)
    # Nobody can know before that somebody's direct messages are closed.
    running_bot.excuse(50007)


async def test_a_digest_counts_and_what_has_expired_goes(
    running_bot: RunningBot, folder: Path
) -> None:
    await handed_on(running_bot, "how heavy is the paper anvil")
    sent = await answer(
        running_bot, await open_questions(running_bot), "Answer 1", "", "12 paper tons."
    )
    assert "Told" in sent.text
    path = next(p for p in folder.rglob("*.md") if "paper" in p.name)
    head = path.read_text(encoding="utf-8").replace("author:", "expires: 2026-01-01\nauthor:")
    path.write_text(head, encoding="utf-8")
    await running_bot.until(lambda: not path.exists(), 15, "it to be taken out")
    assert list((running_bot.folder / "data" / "removed").rglob(path.name))
    news = running_bot.server.channel(running_bot.guild, "digest")
    set_up = await running_bot.slash("channel", running_bot.boss, channel=news, use="digest")
    assert "Everyone on this server" in set_up.text
    await running_bot.until(lambda: news.messages, 10, "the digest")
    (digest,) = news.messages
    assert "asked:" in digest.text and path.name in digest.text and "paper anvil" not in digest.text
    await running_bot.server.settled(1.5)
    assert len(news.messages) == 1, "a week has one digest"


async def test_a_restart_loses_no_button_no_form_and_no_asker(running_bot: RunningBot) -> None:
    await handed_on(running_bot, "who wrote the cloudy ledger")
    shown = await open_questions(running_bot)
    opened = await running_bot.server.click(running_bot.boss, shown, "Answer 1")
    await opened.wait_modal()
    await running_bot.bot.stop()
    await running_bot.bot.start()
    sent = await running_bot.server.submit_modal(opened, "", "Ada did.")
    assert "Told: 1 of 1" in (await sent.wait_reply(30)).text
    await running_bot.bot.stop()
    with closing(sqlite3.connect(running_bot.folder / "data" / "bot.sqlite3")) as memory, memory:
        memory.execute("UPDATE questions SET told = 0 WHERE question LIKE '%cloudy%'")
    before, sent_before = len(told(running_bot, running_bot.ann)), len(running_bot.server.requests)
    await running_bot.bot.start()

    def sent_again() -> bool:
        direct = f"/channels/{running_bot.server.dm_with(running_bot.ann).id}/messages"
        return any(r.path == direct for r in running_bot.server.requests[sent_before:])

    # As after a kill between the telling and the note of it: told again, and shown once.
    await running_bot.until(sent_again, 20, "the asker to be told")
    assert (
        "Ada did" in told(running_bot, running_bot.ann)[-1]
        and len(told(running_bot, running_bot.ann)) == before
    )
