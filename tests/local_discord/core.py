"""The state of the local Discord, and the few actions that both its doors share."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from tests.local_discord.attachments import Upload
from tests.local_discord.faults import Fault, RateLimit, Request
from tests.local_discord.forms import check_allowed_mentions
from tests.local_discord.gateway import (
    DIRECT_MESSAGES,
    GUILD_MESSAGES,
    HEARTBEAT_SECONDS,
    MESSAGE_CONTENT,
    Gateway,
    Session,
)
from tests.local_discord.interactions import ACKNOWLEDGE_SECONDS, Interaction
from tests.local_discord.limits import ApiError, check_message, unknown
from tests.local_discord.messages import PLAIN, Message, would_ping
from tests.local_discord.world import (
    DM,
    EMBED_LINKS,
    EPHEMERAL,
    LOADING,
    SEND_IN_THREADS,
    SEND_MESSAGES,
    THREAD,
    VIEW_CHANNEL,
    Channel,
    Clock,
    Guild,
    User,
)

Found = TypeVar("Found")
# A sender may set these: suppress embeds, ephemeral, silent, components v2.
SETTABLE_FLAGS = 1 << 2 | EPHEMERAL | 1 << 12 | 1 << 15


class Core:
    """Everything there is: accounts, guilds, channels, commands, interactions, and the log."""

    def __init__(self, *, token: str, shards: int, message_content: bool):
        self.clock = Clock()
        self.token, self.shards, self.message_content = token, shards, message_content
        self.heartbeat = HEARTBEAT_SECONDS
        self.acknowledge_seconds = ACKNOWLEDGE_SECONDS
        self.gateway_url = self.rest_url = ""
        self.bot = User(self.clock.snowflake(), "docent", bot=True)
        self.application_id = self.bot.id
        self.guilds: dict[int, Guild] = {}
        self.users: dict[int, User] = {self.bot.id: self.bot}
        self.channels: dict[int, Channel] = {}
        self.interactions: dict[int, Interaction] = {}
        self.uploads: dict[int, Upload] = {}
        # Guild id (0: everywhere) to what is registered there.
        self.registered: dict[int, list[dict[str, Any]]] = {0: []}
        self.syncs = 0
        self.requests: list[Request] = []
        self.faults: list[Fault] = []
        self.rate_limits: list[RateLimit] = []
        self.gateway = Gateway(self)
        self._waiting: set[asyncio.Future[None]] = set()

    @property
    def application_flags(self) -> int:
        """Return the flags that show whether the message content intent is switched on."""
        return 1 << 19 if self.message_content else 0

    def touch(self) -> None:
        """Wake whoever waits for something to have changed."""
        for future in self._waiting:
            if not future.done():
                future.set_result(None)

    async def until(
        self, found: Callable[[], Found | None], timeout: float = 10.0, what: str = "it"
    ) -> Found:
        """Wait until `found()` is true, and return it. Raises TimeoutError with the latest log."""
        loop = asyncio.get_running_loop()
        end = loop.time() + timeout
        while not (value := found()):
            future = loop.create_future()
            self._waiting.add(future)
            try:
                await asyncio.wait_for(future, max(0.0, end - loop.time()))
            except TimeoutError:
                raise TimeoutError(f"waited {timeout} s for {what}\n{self.recent()}") from None
            finally:
                self._waiting.discard(future)
        return value

    def recent(self, count: int = 12) -> str:
        """Return the latest requests, a line each."""
        lines = [
            f"  {r.method} {r.path[:90]} -> {r.status} {r.code or ''} {r.error[:200]}"
            for r in self.requests[-count:]
        ]
        return "\n".join(["latest requests:", *lines])

    def channel_of(self, channel_id: int, needed: int = VIEW_CHANNEL) -> Channel:
        """Return a channel that the bot may use so. Raises 10003, 50001 or 50013."""
        channel = self.channels.get(channel_id)
        if channel is None:
            raise unknown("Channel", 10003)
        if channel.kind == DM:
            return channel
        if not channel.bot_permissions & VIEW_CHANNEL:
            raise ApiError(403, 50001, "Missing Access")
        if needed == SEND_MESSAGES and channel.kind == THREAD:
            needed = SEND_IN_THREADS
        if channel.bot_permissions & needed != needed:
            raise ApiError(403, 50013, "Missing Permissions")
        return channel

    def create_message(
        self,
        channel: Channel,
        author: User,
        body: dict[str, Any],
        files: list[tuple[str, bytes]],
        *,
        interaction: Interaction | None = None,
        reply_to: Message | None = None,
        kind: int = PLAIN,
    ) -> Message:
        """Check, keep and announce a message. Raises ApiError where a limit is broken."""
        flags = int(body.get("flags") or 0) & SETTABLE_FLAGS
        if interaction is None:
            flags &= ~EPHEMERAL
        message = Message(
            self.clock.snowflake(),
            channel,
            author,
            flags=flags,
            kind=kind,
            reply_to=reply_to,
            interaction=interaction,
            created=self.clock.iso(),
            nonce=None if body.get("nonce") is None else str(body["nonce"]),
        )
        self._fill(message, body, files)
        channel.log.append(message)
        self.announce("MESSAGE_CREATE", message)
        return message

    def edit_message(
        self, message: Message, body: dict[str, Any], files: list[tuple[str, bytes]]
    ) -> None:
        """Check and announce an edit. Raises ApiError where a limit is broken."""
        was = message.flags
        message.flags = was & ~LOADING | int(body.get("flags") or 0) & (1 << 2 | 1 << 15)
        try:
            self._fill(message, body, files)
        except ApiError:
            message.flags = was
            raise
        if not was & LOADING:
            message.edited = self.clock.iso()
        self.announce("MESSAGE_UPDATE", message)

    def delete_message(self, message: Message) -> None:
        message.deleted = True
        guild = message.channel.guild
        gone = {"id": str(message.id), "channel_id": str(message.channel.id)}
        if guild:
            gone["guild_id"] = str(guild.id)
        if not message.ephemeral:
            intent = GUILD_MESSAGES if guild else DIRECT_MESSAGES
            self.gateway.dispatch("MESSAGE_DELETE", guild and guild.id, intent, lambda _: gone)
        self.touch()

    def placeholder(self, channel: Channel, interaction: Interaction, flags: int) -> Message:
        message = Message(
            self.clock.snowflake(),
            channel,
            self.bot,
            flags=flags & EPHEMERAL | LOADING,
            interaction=interaction,
            kind=20,
            created=self.clock.iso(),
        )
        channel.log.append(message)
        self.announce("MESSAGE_CREATE", message)
        return message

    def announce(self, name: str, message: Message) -> None:
        """Tell the gateway of a message; what it says is kept from who lacks the content intent."""
        guild = message.channel.guild
        if not message.ephemeral:
            intent = GUILD_MESSAGES if guild else DIRECT_MESSAGES
            open_to_all = guild is None or message.author is self.bot or self.bot in _users(message)

            def event(session: Session) -> dict[str, Any]:
                reads_all = guild is None or bool(session.intents & MESSAGE_CONTENT)
                return message.event(with_content=open_to_all or reads_all, reads_all=reads_all)

            self.gateway.dispatch(name, guild and guild.id, intent, event)
        self.touch()

    def _fill(self, message: Message, body: dict[str, Any], files: list[tuple[str, bytes]]) -> None:
        """Give a message what the body names, after checking what it would then be."""
        content, embeds = message.content, message.embeds
        components, attachments = message.components, message.attachments
        if "content" in body:
            content = (body["content"] or "").strip()
        if body.get("embed") is not None or "embeds" in body:
            embeds = list(body.get("embeds") or ([body["embed"]] if body.get("embed") else []))
        if "components" in body:
            components = list(body["components"] or [])
        if "attachments" in body or files:
            kept = {str(a.get("id")) for a in body.get("attachments") or []}
            attachments = [a for a in attachments if a["id"] in kept]
            attachments += [self._attachment(name, data) for name, data in files]
        check_allowed_mentions(body.get("allowed_mentions"))
        check_message(content, embeds, components, attachments, message.flags)
        if message.channel.kind != DM and not message.channel.bot_permissions & EMBED_LINKS:
            embeds = embeds if message.author is not self.bot else []
        message.content, message.embeds = content, embeds
        message.components, message.attachments = components, attachments
        allowed = body.get("allowed_mentions")
        message.pinged |= would_ping(content, components, allowed, message.reply_to)
        message.remember(body)

    def _attachment(self, name: str, data: bytes) -> dict[str, Any]:
        url = f"{self.rest_url}/attachments/{name}"
        found = {"id": str(self.clock.snowflake()), "filename": name, "size": len(data)}
        return {**found, "url": url, "proxy_url": url}


def _users(message: Message) -> list[User]:
    return [person.user for person in message.mentions]
