"""The web application of the local Discord: it reads bodies, checks tokens, and meddles."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING

from aiohttp import web

from tests.local_discord.attachments import serve
from tests.local_discord.faults import (
    API,
    BODY,
    FILES,
    Fault,
    Request,
    answer_json,
    cut,
    matches,
    read_body,
    too_many,
)
from tests.local_discord.limits import ApiError
from tests.local_discord.places import Places
from tests.local_discord.rest import Rest
from tests.local_discord.webhooks import Webhooks

if TYPE_CHECKING:
    from tests.local_discord.core import Core

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
PLENTY = {"X-RateLimit-Limit": "1000", "X-RateLimit-Remaining": "999"}


def application(core: Core) -> web.Application:
    """Return the application with every route, behind one gate that logs and meddles."""

    @web.middleware
    async def gate(request: web.Request, handler: Handler) -> web.StreamResponse:
        if not request.path.startswith(API):
            return await handler(request)
        entry = await _enter(core, request)
        fault = next((f for f in core.faults if f.takes(entry)), None)
        try:
            return await _answer(core, request, entry, handler, fault)
        finally:
            core.touch()

    app = web.Application(middlewares=[gate], client_max_size=30 * 1024**2)
    app.router.add_get("/attachments/{id}/{name}", partial(serve, core))
    app.router.add_get("/gateway", core.gateway.handle)
    # discord.py asks for the gateway with and without a closing slash.
    app.router.add_get("/gateway/", core.gateway.handle)
    rooms = (Rest(core), Places(core), Webhooks(core))
    for route in (route for room in rooms for route in room.routes()):
        app.router.add_route(route.method, API + route.path, route.handler)
    return app


async def _enter(core: Core, request: web.Request) -> Request:
    """Log a request, with its body read."""
    entry = Request(
        request.method,
        request.path.removeprefix(API),
        dict(request.query),
        None,
        [],
        request.headers.get("Authorization", ""),
        core.clock.now(),
    )
    core.requests.append(entry)
    try:
        entry.body, entry.files = await read_body(request)
    except ValueError:
        entry.code = 50109
    request[BODY], request[FILES] = entry.body, entry.files
    return entry


async def _answer(
    core: Core, request: web.Request, entry: Request, handler: Handler, fault: Fault | None
) -> web.StreamResponse:
    """Answer a request: by the rules, or as the fault has it."""
    if fault is not None:
        entry.fault = bool(fault.status or fault.drop)
        await asyncio.sleep(fault.delay)
    response: web.StreamResponse | None = None
    if fault is None or fault.perform or not entry.fault:
        response = await _perform(core, request, entry, handler)
        entry.performed = response.status < 400
    if fault is not None and fault.drop:
        cut(request.transport, reset=fault.drop == "reset")
        return web.Response(status=500)
    if response is None or (fault is not None and fault.status):
        assert fault is not None
        response = fault.answer()
    entry.status = response.status
    return response


async def _perform(
    core: Core, request: web.Request, entry: Request, handler: Handler
) -> web.StreamResponse:
    headers, refusal = _rate(core, entry)
    if refusal is not None:
        entry.fault = True
        return refusal
    try:
        if entry.code == 50109:
            raise ApiError(400, 50109, "The request body contains invalid JSON.")
        own_token = entry.path.startswith(("/webhooks/", "/interactions/"))
        if not own_token and entry.authorization != f"Bot {core.token}":
            raise ApiError(401, 0, "401: Unauthorized")
        response = await handler(request)
    except ApiError as error:
        entry.code, entry.error = error.code, str(error)
        response = answer_json(error.body(), error.status)
    except (web.HTTPNotFound, web.HTTPMethodNotAllowed):
        entry.error = "no such route"
        response = answer_json({"message": "404: Not Found", "code": 0}, 404)
    response.headers.update(headers)
    entry.status = response.status
    return response


def _rate(core: Core, entry: Request) -> tuple[dict[str, str], web.Response | None]:
    now = core.clock.now()
    for rate in core.rate_limits:
        if not matches(rate.method, rate.path, entry):
            continue
        remaining, after = rate.take(entry, now)
        if remaining < 0:
            return {}, too_many(after)
        headers = {"X-RateLimit-Limit": str(rate.limit), "X-RateLimit-Remaining": str(remaining)}
        return {**headers, **_reset(now, after), "X-RateLimit-Bucket": "limited"}, None
    bucket = "-".join([entry.method, *entry.path.strip("/").split("/")[0::2]])
    return {**PLENTY, **_reset(now, 1.0), "X-RateLimit-Bucket": bucket[:60]}, None


def _reset(now: float, after: float) -> dict[str, str]:
    return {"X-RateLimit-Reset": f"{now + after:.3f}", "X-RateLimit-Reset-After": f"{after:.3f}"}
