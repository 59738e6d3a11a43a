"""Parts as Discord sends them: cards of components, and buttons that survive a restart."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any, Protocol, TypedDict

import discord

from bot.discord.render.parts import CUSTOM_ID_PREFIX, Button, Card, Part, Section

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

    def __init__(self, item: discord.ui.Button[Any], action: str, state: str) -> None:
        """Wrap a button as it is sent, or as it came back."""
        super().__init__(item)
        self.action, self.state = action, state

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: Any, match: re.Match[str], /
    ) -> PersistentButton:
        """Return the button that was clicked, whatever process sent it."""
        return cls(item, match["action"], match["state"] or "")

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Hand the click to whoever does what it says."""
        host: ButtonHost = interaction.client
        await host.pressed(interaction, self.action, self.state)


class Shown(TypedDict):
    """What an edit of a message takes; a card takes the place of a text and of an embed."""

    content: str | None
    embed: None
    view: discord.ui.View | discord.ui.LayoutView | None


def shown_as(part: Part) -> Shown:
    """Return what makes a message show this part and nothing else."""
    return {"content": part.text or None, "embed": None, "view": view_of(part)}


def view_of(part: Part) -> discord.ui.View | discord.ui.LayoutView | None:
    """Return the part's card and buttons, None without any. Needs a running event loop."""
    if part.card is not None:
        return _layout(part.card, part.rows)
    if not part.rows:
        return None
    view = discord.ui.View(timeout=None)
    for number, buttons in enumerate(part.rows):
        for button in buttons:
            view.add_item(_button(button, number))
    return view


def _layout(card: Card, rows: Iterable[tuple[Button, ...]]) -> discord.ui.LayoutView:
    """Return a card as one container: its text, a line, its sections, its buttons."""
    box: discord.ui.Container[Any] = discord.ui.Container(accent_colour=_ACCENT)
    if card.head:
        box.add_item(discord.ui.TextDisplay(card.head))
    if card.head and card.sections:
        box.add_item(discord.ui.Separator())
    for item in _sections(card.sections):
        box.add_item(item)
    if card.footer:
        box.add_item(discord.ui.TextDisplay(f"-# {card.footer}"))
    for buttons in rows:
        box.add_item(discord.ui.ActionRow(*map(_button, buttons)))
    view = discord.ui.LayoutView(timeout=None)
    return view.add_item(box)


def _sections(sections: Sequence[Section]) -> Iterator[discord.ui.Item[Any]]:
    """Yield a section for each that has a button; those without one next to each other as one."""
    for has_button, group in groupby(sections, lambda section: section.button is not None):
        if not has_button:
            yield discord.ui.TextDisplay("\n".join(section.text for section in group))
            continue
        for section in group:
            if section.button is not None:
                yield discord.ui.Section(section.text, accessory=_button(section.button))


def _button(button: Button, row: int | None = None) -> PersistentButton:
    item: discord.ui.Button[Any] = discord.ui.Button(
        style=_STYLES[button.style],
        label=button.label or None,
        emoji=button.emoji or None,
        custom_id=button.custom_id,
        disabled=button.disabled,
        row=row,
    )
    return PersistentButton(item, button.action, ":".join(button.state))
