"""Forms that people fill in: each known by its name, so that one from before a restart counts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol

import discord

from bot.discord.delivery import acknowledge
from bot.discord.render.parts import CUSTOM_ID_PREFIX
from bot.discord.replies import reply_of
from bot.discord.tree import Host, guarded

# What stands in each field, by its name: one text, or what was chosen or uploaded.
Values = Mapping[str, list[str]]
Form = Callable[[discord.Interaction[Any], str, Values], Awaitable[None]]


class FormHost(Host, Protocol):
    """What forms need of the bot that they belong to."""

    forms: dict[str, Form]


def form_id(name: str, state: object) -> str:
    """Return the custom_id of a form: who takes it, and with what."""
    return f"{CUSTOM_ID_PREFIX}:{name}:{state}"


async def open_form(interaction: discord.Interaction[Any], form: discord.ui.Modal) -> None:
    """Show a form, which must be the first response. It is not waited for: `take_form` hears it."""
    form.stop()
    await acknowledge(lambda: interaction.response.send_modal(form))


def labelled(
    text: str, field: discord.ui.Item[Any], description: str | None = None
) -> discord.ui.Label[Any]:
    """Return a field below its label and, where there is one, its description."""
    return discord.ui.Label(text=text, component=field, description=description)


def uploaded(interaction: discord.Interaction[Any], ids: Sequence[str]) -> list[discord.Attachment]:
    """Return the files of a field of a form, whose values are the ids of attachments."""
    data: dict[str, Any] = dict(interaction.data or {})
    attachments = data.get("resolved", {}).get("attachments", {})
    found = [attachments[number] for number in ids if number in attachments]
    # discord.py gives them to forms alone that it keeps in memory, which end with the process.
    return [discord.Attachment(data=each, state=interaction._state) for each in found]


async def take_form(interaction: discord.Interaction[Any]) -> None:
    """Hand what somebody wrote into a form to whoever opened it."""
    if interaction.type is not discord.InteractionType.modal_submit:
        return
    data: dict[str, Any] = dict(interaction.data or {})
    prefix, _, rest = str(data.get("custom_id", "")).partition(":")
    name, _, state = rest.partition(":")
    bot: FormHost = interaction.client
    form = bot.forms.get(name) if prefix == CUSTOM_ID_PREFIX else None
    if form is None:
        return
    values = dict(_values(data.get("components", [])))
    await guarded(bot, form(interaction, state, values), lambda: reply_of(interaction))


def _values(components: list[dict[str, Any]]) -> Iterator[tuple[str, list[str]]]:
    for component in components:
        if "custom_id" in component:
            chosen = component.get("values")
            text = component.get("value")
            found = [str(value) for value in chosen] if chosen is not None else [str(text or "")]
            yield component["custom_id"], found
        inner = component.get("components") or [component.get("component")]
        yield from _values([entry for entry in inner if entry])
