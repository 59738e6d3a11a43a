"""What a message part says, and that Discord would take it in either of its forms."""

from __future__ import annotations

import asyncio
import json
import re

import discord

from bot.discord.render.parts import MESSAGE_LIMIT, Part, Section, as_texts
from bot.discord.views import view_of
from tests.local_discord.door import COMPONENTS_V2, Channel, Message, User, check_message


def written_in(part: Part) -> str:
    """Return all that a message says, as it is written."""
    card = part.card
    if card is None:
        return part.text
    texts = [card.title, card.text, *(section.text for section in card.sections), card.footer]
    return "\n".join(text for text in texts if text)


def text_of(part: Part) -> str:
    assert part.card is not None
    return part.card.text


def sections_of(part: Part) -> tuple[Section, ...]:
    assert part.card is not None
    return part.card.sections


def check(part: Part) -> None:
    """Hold a part, and the plain messages that can take its place, to what Discord accepts."""
    for form in (part, *as_texts(part)):
        asyncio.run(check_form(form))
        assert not re.search(r"(?i)@everyone|@here|<@[!&]?\d", written_in(form))


async def check_form(part: Part) -> None:
    view = view_of(part)
    flags = COMPONENTS_V2 if isinstance(view, discord.ui.LayoutView) else 0
    components = json.loads(json.dumps(view.to_components())) if view is not None else []
    check_message(part.text, [], components, [], flags)
    shown = Message(1, Channel(1, 0), User(1, "bot"), part.text, components=components)
    # Whether labels count is not documented.
    assert len(shown.text) + sum(map(len, shown.labels)) <= (4000 if flags else MESSAGE_LIMIT + 400)
