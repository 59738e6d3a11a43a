"""The local Gateway, tried with raw websockets: compression, closing codes, and replay."""

from __future__ import annotations

import json
import zlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from tests.local_discord.door import DiscordServer, scenario

GUILDS = 1


class Shard:
    """A raw websocket that reads frames as the compression has it."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, compress: str) -> None:
        self.socket = socket
        self._read = reader(compress)

    async def next(self, op: int = 0) -> dict[str, Any]:
        """Return the next frame of this op."""
        while True:
            message = await self.socket.receive(timeout=5)
            assert message.type in (aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY), message
            frame = json.loads(self._read(message.data))
            if frame["op"] == op:
                return frame

    async def send(self, op: int, data: Any) -> None:
        await self.socket.send_json({"op": op, "d": data})

    async def closed(self) -> int | None:
        """Return the code with which the server closes."""
        while not self.socket.closed:
            await self.socket.receive(timeout=5)
        return self.socket.close_code


def reader(compress: str) -> Callable[[Any], Any]:
    if compress == "zlib-stream":
        return zlib.decompressobj().decompress
    if compress == "zstd-stream":
        zstandard = pytest.importorskip("zstandard")
        return zstandard.ZstdDecompressor().decompressobj().decompress
    return lambda text: text


@asynccontextmanager
async def shard(server: DiscordServer, compress: str = "") -> AsyncIterator[Shard]:
    query = f"?v=10&encoding=json&compress={compress}" if compress else "?v=10&encoding=json"
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(server.gateway_url + query, max_msg_size=0) as socket,
    ):
        yield Shard(socket, compress)


def identify(server: DiscordServer, **more: Any) -> dict[str, Any]:
    return {"token": server.token, "intents": GUILDS, "properties": {}, **more}


@pytest.mark.parametrize("compress", ["", "zlib-stream", "zstd-stream"])
@scenario()
async def test_each_compression_carries_the_whole_stream(compress: str) -> None:
    async with DiscordServer() as server:
        guild = server.guild("图书馆")
        async with shard(server, compress) as client:
            assert (await client.next(10))["d"]["heartbeat_interval"] == 41_250
            await client.send(1, None)
            await client.next(11)
            await client.send(2, identify(server))
            assert (await client.next())["t"] == "READY"
            created = await client.next()
            assert created["d"]["name"] == "图书馆" and created["s"] == 2
            for i in range(50):
                server.channel(guild, f"频道{i}")
                assert (await client.next())["d"]["name"] == f"频道{i}"


@pytest.mark.parametrize(
    ("frames", "code"),
    [
        ([(8, {})], 4003),
        ([(2, {"token": "wrong"})], 4004),
        ([(2, {"shard": [3, 2]})], 4010),
        ([(2, {"intents": 1 << 40})], 4013),
        ([(2, {"intents": 1 << 1})], 4014),
        ([(2, {}), (2, {})], 4005),
        ([(2, {}), (77, {})], 4001),
        ([(6, {"token": "wrong"})], 4004),
    ],
)
@scenario()
async def test_a_wrong_frame_is_closed_with_its_code(
    frames: list[tuple[int, dict[str, Any]]], code: int
) -> None:
    async with DiscordServer() as server, shard(server) as client:
        for op, data in frames:
            await client.send(op, identify(server, **data) if op == 2 else data)
        assert await client.closed() == code


@scenario()
async def test_a_shard_is_told_of_its_own_guilds() -> None:
    async with DiscordServer(shards=2) as server:
        guilds = [server.guild(f"guild {i}", shard=i) for i in range(2)]
        for i, guild in enumerate(guilds):
            async with shard(server) as client:
                await client.send(2, identify(server, shard=[i, 2]))
                ready = await client.next()
                assert [each["id"] for each in ready["d"]["guilds"]] == [str(guild.id)]
