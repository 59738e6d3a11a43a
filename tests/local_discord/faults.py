"""Faults on demand, and the log of every request that the local Discord was sent."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from dataclasses import dataclass, field
from typing import Any, Literal

from aiohttp import web

API = "/api/v10"
# What the gate has read of a request, for its handler.
BODY: web.RequestKey[Any] = web.RequestKey("body", object)
FILES: web.RequestKey[list[tuple[str, bytes]]] = web.RequestKey("files", list)


@dataclass
class Request:
    """One request: what was asked, and how it was answered. `fault` says it was meddled with."""

    method: str
    path: str
    query: dict[str, str]
    body: Any
    files: list[tuple[str, bytes]]
    authorization: str
    at: float
    status: int = 0
    code: int = 0
    error: str = ""
    fault: bool = False
    performed: bool = False


@dataclass
class Fault:
    """What befalls the next `times` requests that match, after the first `skip` are let through.

    `perform`: the action is done first, and only its answer is replaced or lost.
    """

    method: str
    path: str
    times: int = 1
    status: int | None = None
    retry_after: float = 0.3
    everywhere: bool = False
    via: bool = True
    perform: bool = False
    drop: Literal["", "close", "reset"] = ""
    delay: float = 0.0
    skip: int = 0
    hits: list[Request] = field(default_factory=list)

    def takes(self, request: Request) -> bool:
        """Return True if this request is one to meddle with, counting it if so."""
        if len(self.hits) >= self.times or not matches(self.method, self.path, request):
            return False
        if self.skip:
            self.skip -= 1
            return False
        self.hits.append(request)
        return True

    def answer(self) -> web.Response:
        """Return the answer that takes the place of the real one."""
        if self.status == 429:
            return too_many(self.retry_after, everywhere=self.everywhere, via=self.via)
        page = f"<html><head><title>{self.status}</title></head><body>cloudflare</body></html>"
        return web.Response(status=self.status or 502, text=page, content_type="text/html")


@dataclass
class RateLimit:
    """A real limit: `limit` requests each `per` seconds for each channel, guild or webhook."""

    method: str
    path: str
    limit: int
    per: float
    used: dict[str, list[float]] = field(default_factory=dict)

    def take(self, request: Request, now: float) -> tuple[int, float]:
        """Count this request; return what remains (below 0: refused) and seconds to the reset."""
        parts = request.path.split("/")
        major = "/".join(parts[: 4 if parts[1] in ("webhooks", "interactions") else 3])
        times = self.used.setdefault(major, [])
        if times and now - times[0] >= self.per:
            times.clear()
        if len(times) >= self.limit:
            return -1, self.per - (now - times[0])
        times.append(now)
        return self.limit - len(times), self.per - (now - times[0])


def matches(method: str, path: str, request: Request) -> bool:
    """Return True if a request fits; `*` in the path stands for one segment, `**` for any rest."""
    if method not in ("*", request.method):
        return False
    wanted, got = path.strip("/").split("/"), request.path.strip("/").split("/")
    if wanted[-1] == "**":
        wanted, got = wanted[:-1], got[: len(wanted) - 1]
    return len(wanted) == len(got) and all(w in ("*", g) for w, g in zip(wanted, got, strict=True))


def too_many(retry_after: float, *, everywhere: bool = False, via: bool = True) -> web.Response:
    """Return a 429; without `via` discord.py takes it for a ban by Cloudflare."""
    headers = {"Retry-After": str(max(1, round(retry_after)))}
    headers["X-RateLimit-Scope"] = "global" if everywhere else "user"
    if everywhere:
        headers["X-RateLimit-Global"] = "true"
    if via:
        headers["Via"] = "1.1 google"
    body = {"message": "You are being rate limited.", "retry_after": retry_after}
    return answer_json({**body, "global": everywhere}, 429, headers)


def answer_json(
    body: Any, status: int = 200, headers: dict[str, str] | None = None
) -> web.Response:
    """Return JSON whose content type is exactly `application/json`, as discord.py demands."""
    data = json.dumps(body, ensure_ascii=False).encode()
    kept = {**(headers or {}), "Content-Type": "application/json"}
    return web.Response(body=data, status=status, headers=kept)


def cut(transport: asyncio.Transport | None, *, reset: bool) -> None:
    """Drop the connection: by a plain close, or by a TCP reset."""
    if transport is None:
        return
    raw = transport.get_extra_info("socket")
    if reset and raw is not None:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


async def read_body(request: web.Request) -> tuple[Any, list[tuple[str, bytes]]]:
    """Return the JSON body and the files of a request, whether JSON or multipart.

    Raises ValueError for a body that is no JSON.
    """
    if request.content_type.startswith("multipart/"):
        body, files = None, []
        async for part in await request.multipart():
            if part.name == "payload_json":
                body = json.loads(await part.text())
            else:
                files.append((part.filename or part.name, bytes(await part.read())))
        return body, files
    raw = await request.read()
    return (json.loads(raw) if raw else None), []
