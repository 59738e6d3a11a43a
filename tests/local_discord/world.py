"""The people, places and messages of the local Discord, and how the API spells each of them."""

from __future__ import annotations

import itertools
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.local_discord.forums import Tag
    from tests.local_discord.messages import Message

EPOCH_MS = 1_420_070_400_000
EPHEMERAL, LOADING, COMPONENTS_V2 = 1 << 6, 1 << 7, 1 << 15
TEXT, DM, THREAD, FORUM, VOICE = 0, 1, 11, 15, (2, 13)
ADMINISTRATOR, MANAGE_GUILD = 1 << 3, 1 << 5
VIEW_CHANNEL, SEND_MESSAGES, EMBED_LINKS = 1 << 10, 1 << 11, 1 << 14
READ_MESSAGE_HISTORY, SEND_IN_THREADS, USE_COMMANDS = 1 << 16, 1 << 38, 1 << 31
MANAGE_THREADS, CREATE_PUBLIC_THREADS = 1 << 34, 1 << 35
ATTACH_FILES, ADD_REACTIONS, MENTION_EVERYONE = 1 << 15, 1 << 6, 1 << 17
EVERYTHING = (1 << 53) - 1
USUAL = (
    VIEW_CHANNEL
    | SEND_MESSAGES
    | EMBED_LINKS
    | (READ_MESSAGE_HISTORY | SEND_IN_THREADS | USE_COMMANDS)
    | (ATTACH_FILES | ADD_REACTIONS | CREATE_PUBLIC_THREADS)
)


class Clock:
    """The server's time: the real one, moved forward by `advance`."""

    def __init__(self) -> None:
        self.offset = 0.0
        self._count = itertools.count()

    def now(self) -> float:
        return time.time() + self.offset

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass at once, for tokens that expire."""
        self.offset += seconds

    def iso(self) -> str:
        return datetime.fromtimestamp(self.now(), UTC).isoformat()

    def snowflake(self) -> int:
        """Return a new id; ids grow, and carry their time as Discord's do."""
        return (int(self.now() * 1000) - EPOCH_MS << 22) + next(self._count) % (1 << 22)


@dataclass(eq=False)
class User:
    """An account. `locale` is the language of the person's client."""

    id: int
    name: str
    locale: str = "en-US"
    bot: bool = False
    dms_open: bool = True

    @property
    def mention(self) -> str:
        return f"<@{self.id}>"

    @property
    def user(self) -> User:
        """Return the account itself, so that members and users read alike."""
        return self

    def payload(self) -> dict[str, Any]:
        return {
            "id": str(self.id),
            "username": self.name,
            "discriminator": "0",
            "global_name": self.name.title(),
            "avatar": None,
            "bot": self.bot,
            "public_flags": 0,
        }


@dataclass(eq=False)
class Role:
    """A role of a guild, with its permission bits."""

    id: int
    name: str
    permissions: int = 0
    # The bot whose own role it is: Discord makes one, which nobody else can hold.
    bot_id: int | None = None

    @property
    def mention(self) -> str:
        return f"<@&{self.id}>"

    def payload(self) -> dict[str, Any]:
        return {
            "id": str(self.id),
            "name": self.name,
            "permissions": str(self.permissions),
            "position": 0 if self.name == "@everyone" else 1,
            "color": 0,
            "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
            "hoist": False,
            "managed": self.bot_id is not None,
            "tags": {"bot_id": str(self.bot_id)} if self.bot_id else {},
            "mentionable": False,
            "flags": 0,
        }


@dataclass(eq=False)
class Member:
    """An account in a guild."""

    user: User
    guild: Guild
    roles: list[Role] = field(default_factory=list)

    id = property(lambda self: self.user.id)
    mention = property(lambda self: self.user.mention)
    locale = property(lambda self: self.user.locale)

    def permissions(self) -> int:
        """Return the guild-wide permission bits."""
        if self.guild.owner is self.user:
            return EVERYTHING
        bits = self.guild.everyone.permissions
        for role in self.roles:
            bits |= role.permissions
        return EVERYTHING if bits & ADMINISTRATOR else bits

    def payload(self, *, with_user: bool = True, permissions: bool = False) -> dict[str, Any]:
        """Return the API's member object; interactions carry the permissions too."""
        found: dict[str, Any] = {
            "roles": [str(role.id) for role in self.roles],
            "nick": None,
            "avatar": None,
            "joined_at": "2024-01-01T00:00:00+00:00",
            "premium_since": None,
            "deaf": False,
            "mute": False,
            "pending": False,
            "flags": 0,
        }
        if with_user:
            found["user"] = self.user.payload()
        if permissions:
            found["permissions"] = str(self.permissions())
        return found


Person = Member | User


@dataclass(eq=False)
class Guild:
    """A Discord server ("guild" in the API), as the bot is told of it."""

    id: int
    name: str
    owner: User
    locale: str
    everyone: Role
    roles: list[Role] = field(default_factory=list)
    members: dict[int, Member] = field(default_factory=dict)
    channels: list[Channel] = field(default_factory=list)

    def payload(self, bot: User, *, all_members: bool = False) -> dict[str, Any]:
        """Return GUILD_CREATE; without the members intent only the bot itself is listed."""
        members = self.members.values()
        return {
            "id": str(self.id),
            "name": self.name,
            "owner_id": str(self.owner.id),
            "preferred_locale": self.locale,
            "features": ["COMMUNITY"],
            "roles": [role.payload() for role in (self.everyone, *self.roles)],
            "channels": [c.payload() for c in self.channels if c.kind != THREAD],
            "threads": [c.payload() for c in self.channels if c.kind == THREAD],
            "members": [m.payload() for m in members if all_members or m.user is bot],
            "member_count": len(self.members),
            "large": False,
            "unavailable": False,
            "joined_at": "2024-01-01T00:00:00+00:00",
            "emojis": [],
            "stickers": [],
            "voice_states": [],
            "presences": [],
            "stage_instances": [],
            "guild_scheduled_events": [],
            "soundboard_sounds": [],
            "icon": None,
            "premium_tier": 0,
            "verification_level": 0,
            "default_message_notifications": 1,
            "explicit_content_filter": 0,
            "mfa_level": 0,
            "nsfw_level": 0,
            "system_channel_flags": 0,
        }


@dataclass(eq=False)
class Channel:
    """A text channel, a thread, or a direct message with `recipient`."""

    id: int
    kind: int
    name: str = ""
    guild: Guild | None = None
    parent: Channel | None = None
    recipient: User | None = None
    bot_permissions: int = USUAL
    # Target to (0: role, 1: member; bits given; bits taken).
    overwrites: dict[int, tuple[int, int, int]] = field(default_factory=dict)
    archived: bool = False
    owner: User | None = None
    tags: list[Tag] = field(default_factory=list)
    applied: list[int] = field(default_factory=list)
    typings: list[float] = field(default_factory=list)
    log: list[Message] = field(default_factory=list)

    @property
    def mention(self) -> str:
        return f"<#{self.id}>"

    @property
    def messages(self) -> list[Message]:
        """Return the messages that everyone in the channel sees, oldest first."""
        return [m for m in self.log if not m.deleted and not m.ephemeral]

    def message(self, message_id: int) -> Message | None:
        """Return a message that everyone sees, or None."""
        return next((m for m in self.messages if m.id == message_id), None)

    def payload(self) -> dict[str, Any]:
        found: dict[str, Any] = {"id": str(self.id), "type": self.kind, "last_message_id": None}
        if self.kind == DM:
            found["recipients"] = [self.recipient.payload()] if self.recipient else []
            return found
        assert self.guild is not None
        found |= {
            "guild_id": str(self.guild.id),
            "name": self.name,
            "position": 0,
            "nsfw": False,
            "topic": None,
            "rate_limit_per_user": 0,
            "permission_overwrites": self._overwrites(),
            "parent_id": str(self.parent.id) if self.parent else None,
            "flags": 0,
            "permissions": str(self.bot_permissions),
        }
        if self.kind in VOICE:
            found |= {"bitrate": 64_000, "user_limit": 0, "rtc_region": None}
        if self.kind == FORUM:
            found |= {"available_tags": [tag.payload() for tag in self.tags]}
        if self.kind == THREAD:
            found |= {
                "applied_tags": [str(tag) for tag in self.applied],
                "owner_id": str((self.owner or self.guild.owner).id),
                "message_count": len(self.messages),
                "member_count": 1,
                "total_message_sent": len(self.log),
                "thread_metadata": {
                    "archived": self.archived,
                    "auto_archive_duration": 1440,
                    "archive_timestamp": "2024-01-01T00:00:00+00:00",
                    "locked": False,
                },
            }
        return found

    def _overwrites(self) -> list[dict[str, Any]]:
        """Return who is let in and who is not, and what takes from the bot what it may not do."""
        denied = USUAL & ~self.bot_permissions
        bots = [m for m in self.guild.members.values() if m.user.bot] if self.guild else []
        found = {
            target: dict(zip(("type", "allow", "deny"), said, strict=True))
            for target, said in self.overwrites.items()
        }
        for bot in bots if denied else ():
            found[bot.id] = {"type": 1, "allow": 0, "deny": denied}
        return [
            {"id": str(target), "type": o["type"], "allow": str(o["allow"]), "deny": str(o["deny"])}
            for target, o in found.items()
        ]
