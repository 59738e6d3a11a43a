"""Raw requests to the local Discord, without a bot; and the shapes of what is sent."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from tests.local_discord.interactions import COMMAND
from tests.local_discord.server import DiscordServer
from tests.local_discord.world import Channel


class Caller:
    """Raw requests to a server with one guild, one channel, one member and no bot."""

    def __init__(self, server: DiscordServer, session: aiohttp.ClientSession) -> None:
        self.server, self.session = server, session
        guild = server.guild()
        self.room: Channel = server.channel(guild)
        self.ann = server.member(guild, "ann")

    async def call(self, method: str, path: str, body: Any = None, **more: Any) -> tuple[int, Any]:
        headers = {"Authorization": more.pop("auth", f"Bot {self.server.token}")}
        url = self.server.rest_url + path
        async with self.session.request(method, url, json=body, headers=headers, **more) as got:
            assert got.headers["X-RateLimit-Remaining"]
            if got.status == 204:
                return 204, None
            assert got.headers["Content-Type"] == "application/json"
            return got.status, await got.json()

    async def send(self, body: Any) -> tuple[int, Any]:
        return await self.call("POST", f"/channels/{self.room.id}/messages", body)

    def interaction(self, kind: int = COMMAND, **more: Any) -> Any:
        data = {"id": "1", "name": "ask", "type": 1}
        return self.server._interact(kind, self.ann, self.room, data, name="/ask", **more)

    async def callback(self, used: Any, kind: int, data: Any = None) -> tuple[int, Any]:
        path = f"/interactions/{used.id}/{used.token}/callback?with_response=1"
        return await self.call("POST", path, {"type": kind, "data": data or {}}, auth="")

    async def hook(self, used: Any, method: str, rest: str = "", body: Any = None) -> Any:
        path = f"/webhooks/{self.server.application_id}/{used.token}{rest}"
        return await self.call(method, path + "?wait=1", body, auth="")


@asynccontextmanager
async def caller(**how: Any) -> AsyncIterator[Caller]:
    async with DiscordServer(**how) as server, aiohttp.ClientSession() as session:
        yield Caller(server, session)


def row(*children: dict[str, Any]) -> dict[str, Any]:
    return {"type": 1, "components": list(children)}


def button(custom_id: str = "a", label: str = "A", **more: Any) -> dict[str, Any]:
    return {"type": 2, "style": 1, "custom_id": custom_id, "label": label, **more}


def select(count: int) -> dict[str, Any]:
    options = [{"label": str(i), "value": str(i)} for i in range(count)]
    return {"type": 3, "custom_id": "s", "options": options}


def text(content: str) -> dict[str, Any]:
    return {"type": 10, "content": content}


def section(*children: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": 9, "components": list(children), "accessory": button(), **more}


LINE = {"type": 14}
