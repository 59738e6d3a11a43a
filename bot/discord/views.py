"""Parts as Discord sends them: embeds, and buttons that survive a restart."""

from __future__ import annotations

import re
from typing import Any, Protocol

import discord

from bot.discord.render.parts import CUSTOM_ID_PREFIX, Button, Card, Part

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


def view_of(part: Part) -> discord.ui.View | None:
    """Return the part's buttons, or None without any. Needs a running event loop."""
    if not part.rows:
        return None
    view = discord.ui.View(timeout=None)
    for row, buttons in enumerate(part.rows):
        for button in buttons:
            item = _button(button, row)
            view.add_item(PersistentButton(item, button.action, ":".join(button.state)))
    return view


def _button(button: Button, row: int) -> discord.ui.Button[Any]:
    return discord.ui.Button(
        style=_STYLES[button.style],
        label=button.label or None,
        emoji=button.emoji or None,
        custom_id=button.custom_id,
        disabled=button.disabled,
        row=row,
    )


def embed_of(card: Card | None) -> discord.Embed | None:
    """Return the part's card as an embed."""
    if card is None:
        return None
    embed = discord.Embed(title=card.title or None, description=card.text or None, colour=_ACCENT)
    if card.footer:
        embed.set_footer(text=card.footer)
    return embed
