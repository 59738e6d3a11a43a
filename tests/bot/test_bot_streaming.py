"""An answer that a chat model writes grows before the reader's eyes, and ends as what is proved."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests.bot.conftest import Hall

FINAL = " ".join(f"Sentence **{n}** of six [1]." for n in range(1, 7))


def held_back(hall: Hall, before: int) -> None:
    """Show that no message was edited more than once a second."""
    edits = [r for r in hall.server.requests[before:] if r.method == "PATCH"]
    assert len(edits) >= 2
    assert all(later.at - sooner.at > 0.9 for sooner, later in pairwise(edits))


@pytest.mark.parametrize("private", [False, True])
async def test_the_reply_to_a_command_grows(hall: Hall, private: bool) -> None:
    before = len(hall.server.requests)
    used = await hall.ask("please write", private=private)
    await hall.server.until(lambda: FINAL in used.text, 15)
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
    held_back(hall, before)


async def test_the_answer_to_a_mention_grows_in_one_message(hall: Hall) -> None:
    before = len(hall.server.requests)
    said = hall.mention("please write")
    message = await hall.server.answer_to(said)
    await hall.server.until(lambda: FINAL in message.text, 15)
    await hall.server.settled(0.4)
    assert hall.server.answers_to(said) == [message] and message.pinged == set()
    assert len(message.versions) >= 3 and message.labels[0] == "Show passage"
    held_back(hall, before)
    # It is known as an answer: a follow-up finds it.
    follow = hall.server.say(hall.ann, hall.room, "ferry resumes when", reply_to=message)
    assert "1 earlier: please write" in (await hall.server.answer_to(follow)).text


async def test_what_is_not_proved_gives_way_to_the_quote(hall: Hall) -> None:
    used = await hall.ask("please write something unproved, ferry")
    await hall.server.until(lambda: "> " in used.text, 15)
    assert "Sentence" not in used.text and len(used.messages) == 1


async def test_a_draft_that_is_deleted_is_followed_by_the_answer(hall: Hall) -> None:
    said = hall.mention("please write")
    draft = await hall.server.answer_to(said)
    hall.server.delete_message(draft)
    await hall.server.until(lambda: hall.room.messages[-1].text.startswith(FINAL), 15)
    lost = [request for request in hall.server.refused if request.code == 10008]
    assert lost == hall.server.refused
    hall.server.requests = [r for r in hall.server.requests if r not in lost]


def _said(text: str) -> str:
    return text.split("\n", 1)[1].removesuffix(" …").replace("\\", "")
