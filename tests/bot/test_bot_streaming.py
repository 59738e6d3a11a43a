"""An answer that a chat model writes grows before the reader's eyes, and ends as what is proved."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests.bot.conftest import RunningBot

FINAL = " ".join(f"Sentence **{n}** of six [1]." for n in range(1, 7))


def held_back(running_bot: RunningBot, before: int) -> None:
    """Show that no message was edited more than once a second."""
    edits = [r for r in running_bot.server.requests[before:] if r.method == "PATCH"]
    assert len(edits) >= 2
    assert all(later.at - sooner.at > 0.9 for sooner, later in pairwise(edits))


@pytest.mark.parametrize("private", [False, True])
async def test_the_reply_to_a_command_grows(running_bot: RunningBot, private: bool) -> None:
    before = len(running_bot.server.requests)
    used = await running_bot.ask("please write", private=private)
    await running_bot.until(lambda: FINAL in used.text, 15)
    (message,) = used.messages
    *texts, last = [version["content"] for version in message.versions]
    assert len(texts) >= 2 and all(text.startswith("-# Asked: please write\n") for text in texts)
    # The draft is a text; the answer that takes its place is a card.
    assert not last and message.text.startswith("-# Asked: please write\n")
    grown = [text for text in texts if text.endswith(" …")]
    assert grown and all(FINAL.startswith(_said(text)[:20]) for text in grown)
    assert [len(text) for text in grown] == sorted(len(text) for text in grown)
    assert "…" not in message.text and message.labels[0] == "Show passage"
    assert message.ephemeral is private
    held_back(running_bot, before)


async def test_the_answer_to_a_mention_grows_in_one_message(running_bot: RunningBot) -> None:
    before = len(running_bot.server.requests)
    said = running_bot.mention("please write")
    message = await running_bot.answer_to(said)
    await running_bot.until(lambda: FINAL in message.text, 15)
    await running_bot.server.settled(0.4)
    assert running_bot.server.answers_to(said) == [message] and message.pinged == set()
    assert len(message.versions) >= 3 and message.labels[0] == "Show passage"
    held_back(running_bot, before)
    # It is known as an answer: a follow-up finds it.
    follow = running_bot.say("ferry resumes when", reply_to=message)
    assert "1 earlier: please write" in (await running_bot.answer_to(follow)).text


async def test_what_is_not_proved_gives_way_to_the_quote(running_bot: RunningBot) -> None:
    used = await running_bot.ask("please write something unproved, ferry")
    await running_bot.until(lambda: "> " in used.text, 15)
    assert "Sentence" not in used.text and len(used.messages) == 1


async def test_a_draft_that_is_deleted_is_followed_by_the_answer(running_bot: RunningBot) -> None:
    said = running_bot.mention("please write")
    draft = await running_bot.answer_to(said)
    running_bot.server.delete_message(draft)
    await running_bot.until(lambda: running_bot.room.messages[-1].text.startswith(FINAL), 15)
    assert running_bot.excuse(10008)


def _said(text: str) -> str:
    return text.split("\n", 1)[1].removesuffix(" …").replace("\\", "")
