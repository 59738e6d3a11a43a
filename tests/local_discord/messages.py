"""A message of the local Discord: what it shows, whom it would ping, how the API spells it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.local_discord.world import COMPONENTS_V2, DM, EPHEMERAL, LOADING, Channel, Person, User

if TYPE_CHECKING:
    from tests.local_discord.interactions import Interaction

PLAIN, REPLY, CHAT_INPUT, CONTEXT_MENU = 0, 19, 20, 23
BUTTON, TEXT_DISPLAY = 2, 10


@dataclass(eq=False)
class Message:
    """One message. `pinged` is whom it would notify; `versions` is every state it had."""

    id: int
    channel: Channel
    author: User
    content: str = ""
    embeds: list[dict[str, Any]] = field(default_factory=list)
    components: list[dict[str, Any]] = field(default_factory=list)
    attachments: list[dict[str, Any]] = field(default_factory=list)
    flags: int = 0
    kind: int = PLAIN
    reply_to: Message | None = None
    forwards: Message | None = None
    nonce: str | None = None
    interaction: Interaction | None = None
    mentions: list[Person] = field(default_factory=list)
    pinged: set[str] = field(default_factory=set)
    created: str = ""
    edited: str | None = None
    deleted: bool = False
    versions: list[dict[str, Any]] = field(default_factory=list)
    payloads: list[dict[str, Any]] = field(default_factory=list)

    @property
    def ephemeral(self) -> bool:
        return bool(self.flags & EPHEMERAL)

    @property
    def loading(self) -> bool:
        """Return True if it only says that the bot is thinking."""
        return bool(self.flags & LOADING)

    @property
    def text(self) -> str:
        """Return all that a reader sees: content, embeds and text displays, a line each."""
        lines = [self.content]
        for embed in self.embeds:
            lines += [embed.get("title", ""), embed.get("description", "")]
        lines += [c["content"] for c in walk(self.components) if c["type"] == TEXT_DISPLAY]
        return "\n".join(line for line in lines if line)

    @property
    def buttons(self) -> list[dict[str, Any]]:
        return [c for c in walk(self.components) if c["type"] == BUTTON]

    @property
    def labels(self) -> list[str]:
        """Return what each button shows: its label, or its emoji."""
        return [button_label(button) for button in self.buttons]

    def component(self, wanted: str) -> dict[str, Any]:
        """Return the one component with this custom_id, label or emoji, or a part of a label."""
        exact = [c for c in self.buttons if wanted in (c.get("custom_id"), button_label(c))]
        found = exact or [c for c in self.buttons if wanted in button_label(c)]
        if not found:
            raise LookupError(f"no component {wanted!r} among {self.labels}")
        return found[0]

    def payload(
        self, *, with_content: bool = True, reads_all: bool = True, depth: int = 1
    ) -> dict[str, Any]:
        """Return the API's message object; `with_content` off empties all that can be read.

        The message that it replies to can be read by whom it mentions, or who `reads_all`.
        """
        found: dict[str, Any] = {
            "id": str(self.id),
            "channel_id": str(self.channel.id),
            "type": self.kind,
            "author": self.author.payload(),
            "content": self.content if with_content else "",
            "embeds": [{"type": "rich", **e} for e in self.embeds] if with_content else [],
            "components": number(self.components) if with_content else [],
            "attachments": self.attachments if with_content else [],
            "timestamp": self.created,
            "edited_timestamp": self.edited,
            "flags": self.flags,
            "tts": False,
            "pinned": False,
            "mention_everyone": "@everyone" in self.pinged or "@here" in self.pinged,
            "mentions": [person.user.payload() for person in self.mentions],
            "mention_roles": re.findall(r"<@&(\d+)>", self.content),
        }
        if self.nonce is not None:
            found["nonce"] = self.nonce
        if self.reply_to is not None:
            found["message_reference"] = _reference(self.reply_to)
            if depth:
                quoted_to = (self.reply_to.author, *(p.user for p in self.reply_to.mentions))
                readable = reads_all or any(user.bot for user in quoted_to)
                quoted = self.reply_to.payload(with_content=readable, depth=0)
                found["referenced_message"] = None if self.reply_to.deleted else quoted
        if self.forwards is not None:
            found["message_reference"] = {**_reference(self.forwards), "type": 1}
            said = self.forwards.payload(with_content=with_content, depth=0)
            kept = ("type", "content", "embeds", "attachments", "timestamp", "edited_timestamp")
            snapshot = {key: said[key] for key in (*kept, "flags", "mentions", "mention_roles")}
            found["message_snapshots"] = [{"message": snapshot}]
        if self.interaction is not None:
            found |= self.interaction.metadata()
        return found

    def event(self, *, with_content: bool, reads_all: bool) -> dict[str, Any]:
        """Return what the gateway says of this message: the object, its guild and its author."""
        found = self.payload(with_content=with_content, reads_all=reads_all)
        found["channel_type"] = self.channel.kind
        if self.channel.guild is not None:
            found["guild_id"] = str(self.channel.guild.id)
            member = self.channel.guild.members.get(self.author.id)
            if member is not None:
                found["member"] = member.payload(with_user=False)
            for mention in found["mentions"]:
                mentioned = self.channel.guild.members.get(int(mention["id"]))
                if mentioned is not None:
                    mention["member"] = mentioned.payload(with_user=False)
        return found

    def remember(self, payload: dict[str, Any]) -> None:
        """Keep this state, and the body of the request that brought it, for assertions."""
        self.payloads.append(payload)
        self.versions.append(
            {"content": self.content, "embeds": self.embeds, "components": self.components}
        )


def _reference(message: Message) -> dict[str, Any]:
    where = message.channel
    found = {"type": 0, "message_id": str(message.id), "channel_id": str(where.id)}
    if where.kind != DM and where.guild is not None:
        found["guild_id"] = str(where.guild.id)
    return found


def walk(components: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield every component, the nested ones too, in the order they are shown."""
    for component in components:
        yield component
        yield from walk(component.get("components") or [])
        if component.get("accessory"):
            yield component["accessory"]
        if component.get("component"):
            yield from walk([component["component"]])


def number(components: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return a copy in which every component has its `id`, as the API hands them out."""
    count = 0

    def numbered(component: dict[str, Any]) -> dict[str, Any]:
        nonlocal count
        count += 1
        copy = {"id": count, **component}
        if "components" in copy:
            copy["components"] = [numbered(child) for child in copy["components"]]
        for key in ("accessory", "component"):
            if copy.get(key):
                copy[key] = numbered(copy[key])
        return copy

    return [numbered(component) for component in components]


def button_label(component: dict[str, Any]) -> str:
    """Return what a button shows: its label, or its emoji."""
    return component.get("label") or (component.get("emoji") or {}).get("name") or ""


def would_ping(
    content: str,
    components: list[dict[str, Any]],
    allowed: dict[str, Any] | None,
    reply_to: Message | None,
) -> set[str]:
    """Return whom the text would notify: `@everyone`, `@here`, `<@id>`, `<@&id>`.

    Stricter than Discord: a mention inside a code block or after a backslash counts too.
    """
    text = "\n".join([content, *(c["content"] for c in walk(components) if c.get("type") == 10)])
    everyone = {name for name in ("@everyone", "@here") if name in text}
    users = set(re.findall(r"<@!?(\d+)>", text))
    roles = set(re.findall(r"<@&(\d+)>", text))
    replied = f"<@{reply_to.author.id}>" if reply_to is not None else ""
    if allowed is None:
        found = everyone | {f"<@{i}>" for i in users} | {f"<@&{i}>" for i in roles}
        return found | ({replied} if replied else set())
    parse = allowed.get("parse") or []
    if "users" not in parse:
        users &= {str(i) for i in allowed.get("users") or []}
    if "roles" not in parse:
        roles &= {str(i) for i in allowed.get("roles") or []}
    found = {f"<@{i}>" for i in users} | {f"<@&{i}>" for i in roles}
    if "everyone" in parse:
        found |= everyone
    if replied and allowed.get("replied_user"):
        found.add(replied)
    return found


def is_v2(flags: int) -> bool:
    """Return True if a message is made of components alone."""
    return bool(flags & COMPONENTS_V2)
