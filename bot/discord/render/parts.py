"""What a reply is made of before Discord sees it: parts, buttons and their limits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

MESSAGE_LIMIT = 2000
# A card may say 4,000 characters in all; what this leaves is for the labels of its buttons.
CARD_LIMIT = 3600
TITLE_LIMIT = 256
FOOTER_LIMIT = 250
LABEL_LIMIT = 80
ROW_LIMIT = 5
CHOICE_LIMIT = 100
CHOICES_LIMIT = 25

# The line break before a text and the marks of a title.
_AROUND = len("\n### ")

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


@dataclass(frozen=True, slots=True)
class Section:
    """A paragraph of a card with a button at its right, or without one. The text is Markdown."""

    text: str
    button: Button | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """A titled box: a text, sections and small print (Discord's components). All is Markdown."""

    title: str = ""
    text: str = ""
    footer: str = ""
    sections: tuple[Section, ...] = ()

    @property
    def head(self) -> str:
        """Return the title and the text below it."""
        return "\n".join(filter(None, (self.title and f"### {self.title}", self.text)))

    @property
    def length(self) -> int:
        """Return how many characters it says."""
        texts = [self.title, self.text, self.footer, *(section.text for section in self.sections)]
        return sum(len(text) + _AROUND for text in texts if text)


@dataclass(frozen=True, slots=True)
class Part:
    """One message: a text or a card, which Discord shows neither beside the other, and buttons."""

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


def as_texts(part: Part) -> list[Part]:
    """Return a card as plain messages, for where Discord does not take it."""
    card = part.card or Card(text=part.text)
    buttons = [section.button for section in card.sections if section.button is not None]
    said = [card.head, *(section.text for section in card.sections)]
    lines = "\n".join([*filter(None, said), *([f"-# {card.footer}"] if card.footer else [])])
    texts = [""]
    for line in lines.split("\n"):
        for start in range(0, len(line) or 1, MESSAGE_LIMIT):
            piece = line[start : start + MESSAGE_LIMIT]
            joined = f"{texts[-1]}\n{piece}" if texts[-1] else piece
            if len(joined) <= MESSAGE_LIMIT:
                texts[-1] = joined
            else:
                texts.append(piece)
    if len(buttons) > 1:
        buttons = [
            replace(button, label=f"{button.label} [{number}]")
            for number, button in enumerate(buttons, 1)
        ]
    rows = [*in_rows(buttons), *part.rows]
    return [*map(Part, texts[:-1]), Part(texts[-1]).with_rows(*rows[:ROW_LIMIT])]
