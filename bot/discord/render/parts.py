"""What a reply is made of before Discord sees it: parts, buttons and their limits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

MESSAGE_LIMIT = 2000
EMBED_TITLE_LIMIT = 256
EMBED_TEXT_LIMIT = 4096
EMBED_FOOTER_LIMIT = 2048
LABEL_LIMIT = 80
CUSTOM_ID_LIMIT = 100
ROW_LIMIT = 5
CHOICE_LIMIT = 100
CHOICES_LIMIT = 25

Style = Literal["blue", "grey", "green", "red"]
CUSTOM_ID_PREFIX = "docent"


@dataclass(frozen=True, slots=True)
class Button:
    """A button; `action` and `state` are all that a click needs, also after a restart."""

    action: str
    state: tuple[str, ...] = ()
    label: str = ""
    emoji: str = ""
    style: Style = "grey"
    disabled: bool = False

    @property
    def custom_id(self) -> str:
        """Return the state as Discord hands it back."""
        return ":".join((CUSTOM_ID_PREFIX, self.action, *self.state))


@dataclass(frozen=True, slots=True)
class Card:
    """A titled box below a message's text (Discord's embed). Title and text are Markdown."""

    title: str = ""
    text: str = ""
    footer: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One message."""

    text: str = ""
    card: Card | None = None
    rows: tuple[tuple[Button, ...], ...] = ()

    def with_rows(self, *rows: tuple[Button, ...]) -> Part:
        """Return the part with these rows of buttons; empty ones are left out."""
        return replace(self, rows=tuple(row for row in rows if row))


def in_rows(buttons: list[Button]) -> list[tuple[Button, ...]]:
    """Return the buttons in rows of as many as Discord allows."""
    starts = range(0, len(buttons), ROW_LIMIT)
    return [tuple(buttons[start : start + ROW_LIMIT]) for start in starts]
