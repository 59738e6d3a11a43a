"""Parts as Discord sends them: cards of components, and buttons that survive a restart."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import groupby
from typing import Any, Protocol, TypedDict

import discord

from bot.core.exceptions import Gone
from bot.discord.render.parts import CUSTOM_ID_PREFIX, Button, Part

_STYLES = {
    "blue": discord.ButtonStyle.primary,
    "grey": discord.ButtonStyle.secondary,
    "green": discord.ButtonStyle.success,
    "red": discord.ButtonStyle.danger,
}
_ACCENT = 0x4F6D7A


class ButtonHost(Protocol):
    """What a button needs of the bot that it belongs to."""

    async def pressed(self, interaction: discord.Interaction[Any], action: str, state: str) -> None:
        """Do what a button says."""


class PersistentButton(
    discord.ui.DynamicItem[discord.ui.Button[Any]],
    template=rf"(?s){CUSTOM_ID_PREFIX}:(?P<action>[a-z]+)(?::(?P<state>.*))?",
):
    """A button whose custom_id is all there is to it: what to do, and with what."""

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: Any, match: re.Match[str], /
    ) -> PersistentButton:
        """Return the button that was clicked, whatever process sent it."""
        return cls(item)

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Hand the click to whoever does what it says."""
        host: ButtonHost = interaction.client
        _, action, *state = self.custom_id.split(":", 2)
        await host.pressed(interaction, action, "".join(state))


def fields_of(state: str, *kinds: Callable[[str], Any]) -> list[Any]:
    """Return the fields of the state of a button or form, each as its kind.

    Raises Gone for other fields, which are those of another version.
    """
    try:
        return [kind(field) for kind, field in zip(kinds, state.split(":"), strict=True)]
    except ValueError as error:
        raise Gone("discord.button_old") from error


class Shown(TypedDict):
    """What an edit of a message takes; a card takes the place of a text and of an embed."""

    content: str | None
    embed: None
    view: discord.ui.View | discord.ui.LayoutView | None


def shown_as(part: Part) -> Shown:
    """Return what makes a message show this part and nothing else."""
    return {"content": part.text or None, "embed": None, "view": view_of(part)}


def view_of(part: Part) -> discord.ui.View | discord.ui.LayoutView | None:
    """Return the part's card and buttons, None without any. Needs a running event loop.

    A card is one container: its text, a line, its sections, its small print and buttons.
    """
    card = part.card
    if card is None:
        if not part.rows:
            return None
        view = discord.ui.View(timeout=None)
        for number, buttons in enumerate(part.rows):
            for button in buttons:
                view.add_item(_button(button, number))
        return view
    box: discord.ui.Container[Any] = discord.ui.Container(accent_colour=_ACCENT)
    if card.head:
        box.add_item(discord.ui.TextDisplay(card.head))
    if card.head and card.sections:
        box.add_item(discord.ui.Separator())
    for button, group in groupby(card.sections, lambda section: section.button):
        if button is None:
            # Those without a button next to each other are one text.
            box.add_item(discord.ui.TextDisplay("\n".join(section.text for section in group)))
            continue
        for section in group:
            box.add_item(discord.ui.Section(section.text, accessory=_button(button)))
    if card.footer:
        box.add_item(discord.ui.TextDisplay(f"-# {card.footer}"))
    for buttons in part.rows:
        box.add_item(discord.ui.ActionRow(*map(_button, buttons)))
    return discord.ui.LayoutView(timeout=None).add_item(box)


def _button(button: Button, row: int | None = None) -> PersistentButton:
    item: discord.ui.Button[Any] = discord.ui.Button(
        style=_STYLES[button.style],
        label=button.label or None,
        emoji=button.emoji or None,
        custom_id=":".join((CUSTOM_ID_PREFIX, button.action, *button.state)),
        disabled=button.disabled,
        row=row,
    )
    return PersistentButton(item)
