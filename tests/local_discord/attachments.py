"""Attachments of slash commands: what a person uploads, and the CDN that a bot fetches it from."""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from aiohttp import web

if TYPE_CHECKING:
    from tests.local_discord.core import Core


@dataclass
class Upload:
    """A file as a person chooses it; Discord takes from its name what is not plain ASCII.

    `size` is what Discord says of it, in truth unless a test says otherwise; `status` is what the
    CDN answers.
    """

    name: str
    content: bytes
    size: int | None = None
    status: int = 200
    fetched: int = 0

    def payload(self, number: int, root: str) -> dict[str, Any]:
        stem, dot, suffix = self.name.rpartition(".")
        kept = "".join(c for c in stem if c.isascii() and (c.isalnum() or c in "-_.")) or "file"
        filename = f"{kept}{dot}{suffix}"
        found = {
            "id": str(number),
            "filename": filename,
            "size": len(self.content) if self.size is None else self.size,
            "url": f"{root}/attachments/{number}/{quote(filename, safe='')}?ex=1&is=1&hm=1",
            "proxy_url": f"{root}/attachments/{number}/{quote(filename, safe='')}",
            "content_type": mimetypes.guess_type(self.name)[0] or "application/octet-stream",
            "ephemeral": True,
        }
        return found | ({"title": stem} if kept != stem else {})


def with_attachments(core: Core, data: dict[str, Any], options: dict[str, Any]) -> dict[str, Any]:
    """Put uploads into the data of an interaction; return the options that name them."""
    named = dict(options)
    for option, given in options.items():
        if isinstance(given, Upload):
            number = core.clock.snowflake()
            core.uploads[number] = given
            payload = given.payload(number, core.rest_url.removesuffix("/api/v10"))
            attachments = data.setdefault("resolved", {}).setdefault("attachments", {})
            attachments[str(number)] = payload
            named[option] = str(number)
    return named


async def serve(core: Core, request: web.Request) -> web.Response:
    number = request.match_info["id"]
    upload = core.uploads.get(int(number) if number.isdecimal() else 0)
    if upload is None:
        return web.Response(status=404)
    upload.fetched += 1
    if upload.status != 200:
        return web.Response(status=upload.status)
    return web.Response(body=upload.content, content_type="application/octet-stream")
