"""The Gateway of the local Discord: sessions, heartbeats, resume, compression and its faults."""

from __future__ import annotations

import asyncio
import json
import secrets
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aiohttp import WSMsgType, web

from tests.local_discord.faults import cut

if TYPE_CHECKING:
    from tests.local_discord.core import Core

GUILDS, GUILD_MEMBERS, GUILD_PRESENCES, GUILD_MESSAGES = 1 << 0, 1 << 1, 1 << 8, 1 << 9
GUILD_REACTIONS, DIRECT_MESSAGES, MESSAGE_CONTENT = 1 << 10, 1 << 12, 1 << 15
ALL_INTENTS = (1 << 26) - 1
HEARTBEAT_SECONDS = 41.25
# What the gateway says on its own, by name: the closing codes a client must react to.
CLOSE_UNKNOWN, CLOSE_UNAUTHENTICATED, CLOSE_TOKEN, CLOSE_TWICE = 4001, 4003, 4004, 4005
CLOSE_SHARD, CLOSE_INTENTS, CLOSE_PRIVILEGED = 4010, 4013, 4014


@dataclass(eq=False)
class Session:
    """What a shard is told, kept so that it can be resumed."""

    shard: int
    count: int
    intents: int
    id: str = field(default_factory=lambda: secrets.token_hex(16))
    events: list[dict[str, Any]] = field(default_factory=list)
    connection: Connection | None = None

    def dispatch(self, name: str, data: dict[str, Any]) -> None:
        """Number an event, keep it, and send it if the shard is there."""
        event = {"op": 0, "t": name, "s": len(self.events) + 1, "d": data}
        self.events.append(event)
        if self.connection is not None:
            self.connection.send(event)


class Connection:
    """One websocket: frames go out in order, compressed as the client asked."""

    def __init__(self, socket: web.WebSocketResponse, request: web.Request, compress: str) -> None:
        self.socket, self.request = socket, request
        self.session: Session | None = None
        self._encode = encoder(compress)
        self._queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._writer = asyncio.create_task(self._write())

    def send(self, frame: dict[str, Any]) -> None:
        self._queue.put_nowait(frame)

    async def stop(self) -> None:
        self._writer.cancel()
        if self.session is not None and self.session.connection is self:
            self.session.connection = None

    async def _write(self) -> None:
        while True:
            frame = self._encode(json.dumps(await self._queue.get(), ensure_ascii=False).encode())
            try:
                if isinstance(frame, bytes):
                    await self.socket.send_bytes(frame)
                else:
                    await self.socket.send_str(frame)
            except ConnectionError:
                return


def encoder(compress: str) -> Callable[[bytes], bytes | str]:
    """Return what turns JSON into frames: `zlib-stream`, `zstd-stream`, or plain text."""
    if compress == "zlib-stream":
        deflate = zlib.compressobj()
        return lambda raw: deflate.compress(raw) + deflate.flush(zlib.Z_SYNC_FLUSH)
    if compress == "zstd-stream":
        import zstandard

        stream = zstandard.ZstdCompressor().compressobj()
        return lambda raw: stream.compress(raw) + stream.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK)
    return lambda raw: raw.decode()


class Gateway:
    """All sessions, and what a test may do to them."""

    def __init__(self, core: Core) -> None:
        self.core = core
        self.sessions: dict[str, Session] = {}
        self.connections: list[Connection] = []
        self.identifies: list[dict[str, Any]] = []
        self.resumes: list[str] = []
        self.closed: list[int | None] = []
        self.heartbeats = 0
        self.down = False

    @property
    def live(self) -> list[Session]:
        """Return the sessions that have a connection."""
        return [s for s in self.sessions.values() if s.connection is not None]

    def dispatch(
        self,
        name: str,
        guild_id: int | None,
        intent: int,
        data: Callable[[Session], dict[str, Any]],
    ) -> None:
        """Tell the shard that the guild belongs to (a direct message: shard 0), by its intents."""
        for session in self.sessions.values():
            mine = (guild_id >> 22) % session.count if guild_id else 0
            if mine == session.shard and (not intent or session.intents & intent):
                session.dispatch(name, data(session))

    async def handle(self, request: web.Request) -> web.WebSocketResponse:
        if self.down:
            raise web.HTTPServiceUnavailable
        socket = web.WebSocketResponse(autoping=True, max_msg_size=0)
        await socket.prepare(request)
        connection = Connection(socket, request, request.query.get("compress", ""))
        self.connections.append(connection)
        interval = round(self.core.heartbeat * 1000)
        connection.send({"op": 10, "d": {"heartbeat_interval": interval}, "t": None, "s": None})
        try:
            async for message in socket:
                if message.type == WSMsgType.TEXT:
                    await self._receive(connection, json.loads(message.data))
        finally:
            self.connections.remove(connection)
            await connection.stop()
            self.closed.append(socket.close_code)
            if socket.close_code in (1000, 1001) and connection.session is not None:
                # A clean close ends the session, as Discord has it.
                self.sessions.pop(connection.session.id, None)
            self.core.touch()
        return socket

    async def _receive(self, connection: Connection, frame: dict[str, Any]) -> None:
        op, data = frame.get("op"), frame.get("d")
        if op == 1:
            self.heartbeats += 1
            ack = {"op": 11, "d": None, "t": None, "s": None}
            # discord.py notes the time of a heartbeat after sending it: an answer that is there
            # at once, as no real one is, would be measured from the heartbeat before.
            asyncio.get_running_loop().call_later(0.02, connection.send, ack)
        elif op == 2 and connection.session is None:
            await self._identify(connection, data)
        elif op == 6 and connection.session is None:
            await self._resume(connection, data)
        elif op in (2, 6):
            await connection.socket.close(code=CLOSE_TWICE, message=b"Already authenticated.")
        elif connection.session is None:
            await connection.socket.close(code=CLOSE_UNAUTHENTICATED, message=b"Not authenticated.")
        elif op not in (3, 4):
            await connection.socket.close(code=CLOSE_UNKNOWN, message=b"Unknown opcode.")
        self.core.touch()

    async def _identify(self, connection: Connection, data: dict[str, Any]) -> None:
        self.identifies.append(data)
        shard, count = data.get("shard") or (0, 1)
        intents = data.get("intents", 0)
        refusal = self._refusal(data.get("token"), intents, shard, count)
        if refusal:
            code, reason = refusal
            await connection.socket.close(code=code, message=reason.encode())
            return
        # A shard that identifies anew takes the place of its earlier session.
        for old in [s for s in self.sessions.values() if s.shard == shard and not s.connection]:
            del self.sessions[old.id]
        session = Session(shard, count, intents)
        session.connection, connection.session = connection, session
        self.sessions[session.id] = session
        self._greet(session)

    def _refusal(self, token: Any, intents: int, shard: int, count: int) -> tuple[int, str] | None:
        core = self.core
        if token != core.token:
            return CLOSE_TOKEN, "Authentication failed."
        if not 0 <= shard < count:
            return CLOSE_SHARD, "Invalid shard."
        if not 0 <= intents <= ALL_INTENTS:
            return CLOSE_INTENTS, "Invalid intent(s)."
        granted = MESSAGE_CONTENT if core.message_content else 0
        if intents & (GUILD_MEMBERS | GUILD_PRESENCES | MESSAGE_CONTENT) & ~granted:
            return CLOSE_PRIVILEGED, "Disallowed intent(s)."
        return None

    def _greet(self, session: Session) -> None:
        core = self.core
        guilds = [g for g in core.guilds.values() if (g.id >> 22) % session.count == session.shard]
        ready = {
            "v": 10,
            "user": {**core.bot.payload(), "verified": True, "mfa_enabled": True, "flags": 0},
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
            "session_id": session.id,
            "resume_gateway_url": core.gateway_url,
            "shard": [session.shard, session.count],
            "private_channels": [],
            "application": {"id": str(core.application_id), "flags": core.application_flags},
        }
        session.dispatch("READY", ready)
        if session.intents & GUILDS:
            for guild in guilds:
                everyone = bool(session.intents & GUILD_MEMBERS)
                session.dispatch("GUILD_CREATE", guild.payload(core.bot, all_members=everyone))

    async def _resume(self, connection: Connection, data: dict[str, Any]) -> None:
        session = self.sessions.get(data.get("session_id", ""))
        if data.get("token") != self.core.token:
            await connection.socket.close(code=CLOSE_TOKEN, message=b"Authentication failed.")
            return
        if session is None or data.get("seq") is None or data["seq"] > len(session.events):
            connection.send({"op": 9, "d": False, "t": None, "s": None})
            return
        self.resumes.append(session.id)
        session.connection, connection.session = connection, session
        for event in session.events[data["seq"] :]:
            connection.send(event)
        session.dispatch("RESUMED", {})

    # What a test may do.

    def reconnect(self) -> None:
        """Ask every shard to reconnect (op 7)."""
        self._say({"op": 7, "d": None, "t": None, "s": None})

    def invalidate(self, *, resumable: bool = False) -> None:
        """Tell every shard that its session is invalid (op 9)."""
        for session in self.live:
            if not resumable:
                self.sessions.pop(session.id)
            assert session.connection is not None
            session.connection.send({"op": 9, "d": resumable, "t": None, "s": None})

    def abort(self) -> None:
        """Cut every connection without a word (TCP reset)."""
        for connection in list(self.connections):
            cut(connection.request.transport, reset=True)

    def _say(self, frame: dict[str, Any]) -> None:
        for session in self.live:
            assert session.connection is not None
            session.connection.send(frame)
