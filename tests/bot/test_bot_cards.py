"""Cards: messages of earlier versions still work, refused cards become texts, cards are read."""

from __future__ import annotations

from typing import Any

import pytest

from bot.cli.invite import PERMISSIONS
from tests.bot.conftest import Hall
from tests.discord_caller import button, row
from tests.discord_messages import Message, is_v2
from tests.discord_world import EPHEMERAL

FERRY = "when does the ferry to Pine Island resume"
QUOTE = "> The ferry to Pine Island resumes on **3** May with six sailings a day. [1]"


def as_before(hall: Hall, answer: Message, *, private: bool = False, **shown: Any) -> Message:
    """Let a message stand in the room as earlier versions sent it, with the buttons of a card."""
    buttons = [button(b["custom_id"], b.get("label") or "+") for b in answer.buttons]
    body = {**shown, "components": [row(*buttons[:5])]}
    interaction = answer.interaction if private else None
    flags = EPHEMERAL if private else 0
    core = hall.server
    return core.create_message(
        hall.room, core.bot, {**body, "flags": flags}, [], interaction=interaction
    )


async def test_the_permissions_of_the_invite_link_show_whole_cards(hall: Hall) -> None:
    usual, hall.room.bot_permissions = hall.room.bot_permissions, PERMISSIONS
    try:
        said = hall.server.say(hall.ann, hall.room, f"{hall.server.bot.mention} {FERRY}")
        answer = await hall.server.answer_to(said)
    finally:
        hall.room.bot_permissions = usual
    assert is_v2(answer.flags) and QUOTE in answer.text and "Show passage" in answer.labels


async def test_the_buttons_of_earlier_messages_go_on_working(hall: Hall) -> None:
    answer = (await hall.ask(FERRY)).messages[0]
    old = as_before(hall, answer, content=f"{QUOTE}\n-# [1] Ferry — ferry.txt, 2 May")
    assert "Tickets cost 12" in (await hall.click(old, "Show passage")).text
    assert "14 seasonal" in (await hall.click(old, "More sources")).text
    assert not is_v2(old.flags)


async def test_a_passage_of_an_earlier_version_turns_into_a_card(hall: Hall) -> None:
    answer = (await hall.ask(FERRY)).messages[0]
    passage = await hall.click(answer, "Show passage")
    old = as_before(hall, passage, private=True, embeds=[{"title": "T", "description": "d"}])
    turned = await hall.click(old, "Next paragraph")
    assert turned is old and "14 seasonal" in old.text
    assert is_v2(old.flags) and not old.embeds and not old.content


async def test_what_cannot_be_shown_any_more_is_told_in_the_card(hall: Hall) -> None:
    answer = (await hall.ask(FERRY)).messages[0]
    passage = await hall.click(answer, "Show passage")
    forth = passage.component("Next paragraph")
    forth["custom_id"] = forth["custom_id"].replace(":0", ":x", 1)
    told = await hall.click(passage, "Next paragraph")
    assert told is passage and is_v2(told.flags) and not told.content and told.text


@pytest.mark.parametrize("way", ["slash", "mention"])
async def test_a_card_that_discord_refuses_is_sent_as_text(hall: Hall, way: str) -> None:
    method, path = {
        "slash": ("PATCH", "/webhooks/**"),
        "mention": ("POST", "/channels/*/messages"),
    }[way]
    fault = hall.server.fault(method, path, status=400, times=1)
    if way == "slash":
        reply = (await hall.ask(FERRY)).messages[0]
    else:
        reply = await hall.server.answer_to(hall.mention(FERRY))
    assert len(fault.hits) == 1 and not is_v2(reply.flags) and reply.pinged == set()
    assert QUOTE in reply.content and "\n-# ferry.txt, 2 May" in reply.content
    assert reply.labels == ["Show passage", "More sources", "👍", "👎"]
    assert "Tickets cost 12" in (await hall.click(reply, "Show passage")).text
    hall.server.requests = [r for r in hall.server.requests if r.status != 400]


async def test_a_card_is_read_like_any_message(hall: Hall) -> None:
    answer = await hall.server.answer_to(hall.mention(FERRY))
    used = await hall.server.context_menu(hall.bo, answer, "Find sources")
    assert "six sailings" in (await used.wait_reply()).text
