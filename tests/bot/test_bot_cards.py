"""Cards: messages of earlier versions still work, refused cards become texts, cards are read."""

from __future__ import annotations

from typing import Any

import pytest

from bot.cli.invite import PERMISSIONS
from tests.bot.conftest import RunningBot
from tests.local_discord.door import EPHEMERAL, Message, button, is_v2, row

FERRY = "when does the ferry to Pine Island resume"
QUOTE = "> The ferry to Pine Island resumes on **3** May with six sailings a day. [1]"


def as_before(
    running_bot: RunningBot, answer: Message, *, private: bool = False, **shown: Any
) -> Message:
    """Let a message stand in the room as earlier versions sent it, with the buttons of a card."""
    buttons = [button(b["custom_id"], b.get("label") or "+") for b in answer.buttons]
    body = {**shown, "components": [row(*buttons[:5])]}
    interaction = answer.interaction if private else None
    flags = EPHEMERAL if private else 0
    core = running_bot.server
    return core.create_message(
        running_bot.room, core.bot, {**body, "flags": flags}, [], interaction=interaction
    )


async def test_the_permissions_of_the_invite_link_show_whole_cards(running_bot: RunningBot) -> None:
    usual, running_bot.room.bot_permissions = running_bot.room.bot_permissions, PERMISSIONS
    try:
        said = running_bot.mention(FERRY)
        answer = await running_bot.answer_to(said)
    finally:
        running_bot.room.bot_permissions = usual
    assert is_v2(answer.flags) and QUOTE in answer.text and "Show passage" in answer.labels


async def test_the_buttons_of_earlier_messages_go_on_working(running_bot: RunningBot) -> None:
    answer = (await running_bot.ask(FERRY)).messages[0]
    old = as_before(running_bot, answer, content=f"{QUOTE}\n-# [1] Ferry — ferry.txt, 2 May")
    assert "Tickets cost 12" in (await running_bot.click(old, "Show passage")).text
    assert "14 seasonal" in (await running_bot.click(old, "More sources")).text
    assert not is_v2(old.flags)


async def test_a_passage_of_an_earlier_version_turns_into_a_card(running_bot: RunningBot) -> None:
    answer = (await running_bot.ask(FERRY)).messages[0]
    passage = await running_bot.click(answer, "Show passage")
    old = as_before(running_bot, passage, private=True, embeds=[{"title": "T", "description": "d"}])
    turned = await running_bot.click(old, "Next paragraph")
    assert turned is old and "14 seasonal" in old.text
    assert is_v2(old.flags) and not old.embeds and not old.content


async def test_what_cannot_be_shown_any_more_is_told_in_the_card(running_bot: RunningBot) -> None:
    answer = (await running_bot.ask(FERRY)).messages[0]
    passage = await running_bot.click(answer, "Show passage")
    forth = passage.component("Next paragraph")
    forth["custom_id"] = forth["custom_id"].replace(":0", ":x", 1)
    told = await running_bot.click(passage, "Next paragraph")
    assert told is passage and is_v2(told.flags) and not told.content and told.text


@pytest.mark.parametrize("way", ["slash", "mention"])
async def test_a_card_that_discord_refuses_is_sent_as_text(
    running_bot: RunningBot, way: str
) -> None:
    method, path = {
        "slash": ("PATCH", "/webhooks/**"),
        "mention": ("POST", "/channels/*/messages"),
    }[way]
    fault = running_bot.server.fault(method, path, status=400, times=1)
    if way == "slash":
        reply = (await running_bot.ask(FERRY)).messages[0]
    else:
        reply = await running_bot.answer_to(running_bot.mention(FERRY))
    assert len(fault.hits) == 1 and not is_v2(reply.flags) and reply.pinged == set()
    assert QUOTE in reply.content and "\n-# ferry.txt, 2 May" in reply.content
    assert reply.labels == ["Show passage", "More sources", "👍", "👎"]
    assert "Tickets cost 12" in (await running_bot.click(reply, "Show passage")).text
    running_bot.server.requests = [r for r in running_bot.server.requests if r.status != 400]


async def test_a_card_is_read_like_any_message(running_bot: RunningBot) -> None:
    answer = await running_bot.answer_to(running_bot.mention(FERRY))
    used = await running_bot.server.context_menu(running_bot.bo, answer, "Find sources")
    assert "six sailings" in (await used.wait_reply()).text
