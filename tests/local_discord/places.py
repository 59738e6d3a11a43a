"""The REST API of the local Discord: channels, direct messages, threads and messages."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from tests.local_discord.core import Core
from tests.local_discord.faults import BODY, FILES, answer_json
from tests.local_discord.limits import ApiError, bad_length, invalid, unknown
from tests.local_discord.messages import PLAIN, REPLY, Message
from tests.local_discord.world import (
    CREATE_PUBLIC_THREADS,
    DM,
    MANAGE_THREADS,
    READ_MESSAGE_HISTORY,
    SEND_MESSAGES,
    THREAD,
    Channel,
    Person,
    User,
)

NO_CONTENT = 204


class Places:
    """What a bot does in channels with its token."""

    def __init__(self, core: Core) -> None:
        self.core = core

    def routes(self) -> list[web.RouteDef]:
        chan = "/channels/{channel}"
        msg = chan + "/messages/{message}"
        return [
            web.get(chan, self.channel),
            web.patch(chan, self.edit_channel),
            web.post(chan + "/typing", self.typing),
            web.post(chan + "/messages", self.send),
            web.get(msg, self.message),
            web.patch(msg, self.edit),
            web.delete(msg, self.delete),
            web.post(msg + "/threads", self.start_thread),
            web.post(chan + "/threads", self.start_thread),
        ]

    async def channel(self, request: web.Request) -> web.Response:
        return answer_json(self._channel(request).payload())

    async def edit_channel(self, request: web.Request) -> web.Response:
        channel = self._channel(request)
        body = request[BODY]
        if "applied_tags" in body:
            own = channel.owner is self.core.bot
            self._channel(request, 0 if own else MANAGE_THREADS)
            known = {str(tag.id) for tag in channel.parent.tags} if channel.parent else set()
            if len(body["applied_tags"]) > 5 or not set(body["applied_tags"]) <= known:
                raise invalid({"applied_tags": "BASE_TYPE_CHOICES: tags of the forum, 5 at most."})
            channel.applied = [int(tag) for tag in body["applied_tags"]]
        channel.name = request[BODY].get("name", channel.name)
        channel.archived = request[BODY].get("archived", channel.archived)
        return answer_json(channel.payload())

    async def typing(self, request: web.Request) -> web.Response:
        self._channel(request, SEND_MESSAGES).typings.append(self.core.clock.now())
        return web.Response(status=NO_CONTENT)

    async def send(self, request: web.Request) -> web.Response:
        core, body = self.core, request[BODY] or {}
        channel = self._channel(request, SEND_MESSAGES)
        if channel.kind == DM and channel.recipient and not channel.recipient.dms_open:
            raise ApiError(403, 50007, "Cannot send messages to this user")
        nonce = body.get("nonce")
        if nonce is not None and len(str(nonce)) > 25:
            raise invalid({"nonce": "BASE_TYPE_MAX_LENGTH: Must be 25 or fewer in length."})
        if nonce is not None and body.get("enforce_nonce"):
            for message in reversed(channel.log):
                if message.nonce == str(nonce) and message.author is core.bot:
                    return answer_json(message.payload())
        reply_to = self._referenced(channel, body.get("message_reference"))
        kind = REPLY if reply_to else PLAIN
        message = core.create_message(
            channel, core.bot, body, request[FILES], reply_to=reply_to, kind=kind
        )
        return answer_json(message.payload())

    def _referenced(self, channel: Channel, reference: dict[str, Any] | None) -> Message | None:
        if reference is None:
            return None
        found = channel.message(int(reference["message_id"]))
        if found is None and reference.get("fail_if_not_exists", True):
            raise invalid({"message_reference": "REPLIES_UNKNOWN_MESSAGE: Unknown message"})
        return found

    async def message(self, request: web.Request) -> web.Response:
        return answer_json(self._message(request, READ_MESSAGE_HISTORY).payload())

    async def edit(self, request: web.Request) -> web.Response:
        message = self._message(request)
        if message.author is not self.core.bot:
            raise ApiError(403, 50005, "Cannot edit a message authored by another user")
        self.core.edit_message(message, request[BODY] or {}, request[FILES])
        return answer_json(message.payload())

    async def delete(self, request: web.Request) -> web.Response:
        message = self._message(request)
        if message.author is not self.core.bot:
            raise ApiError(403, 50013, "Missing Permissions")
        self.core.delete_message(message)
        return web.Response(status=NO_CONTENT)

    async def start_thread(self, request: web.Request) -> web.Response:
        parent, name = self._channel(request, CREATE_PUBLIC_THREADS), request[BODY].get("name", "")
        if not 1 <= len(name) <= 100:
            raise invalid({"name": bad_length(1, 100)})
        number = self._message(request).id if "message" in request.match_info else 0
        if number in self.core.channels:
            raise ApiError(400, 160004, "A thread has already been created for this message")
        thread = new_thread(self.core, parent, name, owner=self.core.bot, number=number)
        return answer_json(thread.payload(), 201)

    def _channel(self, request: web.Request, needed: int = 0) -> Channel:
        return self.core.channel_of(path_id(request, "channel"), needed)

    def _message(self, request: web.Request, needed: int = 0) -> Message:
        found = self._channel(request, needed).message(path_id(request, "message"))
        if found is None:
            raise unknown("Message", 10008)
        return found


def dm_channel(core: Core, recipient: Person) -> Channel:
    """Return the direct messages with an account, opening them if need be."""
    for channel in core.channels.values():
        if channel.kind == DM and channel.recipient is recipient.user:
            return channel
    channel = Channel(core.clock.snowflake(), DM, recipient=recipient.user)
    core.channels[channel.id] = channel
    return channel


def new_thread(
    core: Core, parent: Channel, name: str, *, owner: User | None = None, number: int = 0
) -> Channel:
    guild = parent.guild
    assert guild is not None
    thread = Channel(number or core.clock.snowflake(), THREAD, name, guild, parent)
    thread.owner = owner
    thread.bot_permissions = parent.bot_permissions
    core.channels[thread.id] = thread
    guild.channels.append(thread)
    opened = {**thread.payload(), "newly_created": True}
    core.gateway.dispatch("THREAD_CREATE", guild.id, 1, lambda _: opened)
    return thread


def path_id(request: web.Request, key: str) -> int:
    text = request.match_info[key]
    if not text.isdigit():
        raise invalid({key: f'NUMBER_TYPE_COERCE: Value "{text}" is not snowflake.'})
    return int(text)
