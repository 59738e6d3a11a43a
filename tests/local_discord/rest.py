"""The REST API of the local Discord: accounts, guilds and the registered commands."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from tests.local_discord.core import Core
from tests.local_discord.faults import BODY, answer_json
from tests.local_discord.forms import CHAT_INPUT, check_commands
from tests.local_discord.limits import ApiError, invalid, unknown
from tests.local_discord.places import dm_channel, path_id


class Rest:
    """What a bot asks about itself, its guilds and its commands."""

    def __init__(self, core: Core) -> None:
        self.core = core

    def routes(self) -> list[web.RouteDef]:
        app = "/applications/{app}"
        return [
            web.get("/users/@me", self.me),
            web.post("/users/@me/channels", self.open_dm),
            web.get("/oauth2/applications/@me", self.application),
            web.get("/applications/@me", self.application),
            web.get("/gateway/bot", self.gateway_bot),
            web.get(app + "/commands", self.commands),
            web.put(app + "/commands", self.overwrite_commands),
            web.get(app + "/guilds/{guild}/commands", self.commands),
            web.put(app + "/guilds/{guild}/commands", self.overwrite_commands),
            web.get("/guilds/{guild}/members/{user}", self.member),
        ]

    async def me(self, request: web.Request) -> web.Response:
        return answer_json({**self.core.bot.payload(), "verified": True, "flags": 0})

    async def application(self, request: web.Request) -> web.Response:
        core = self.core
        return answer_json(
            {
                "id": str(core.application_id),
                "name": core.bot.name,
                "description": "",
                "icon": None,
                "bot_public": True,
                "bot_require_code_grant": False,
                "verify_key": "0" * 64,
                "flags": core.application_flags,
                "owner": next(iter(core.users.values())).payload(),
                "team": None,
                "bot": core.bot.payload(),
                "approximate_guild_count": len(core.guilds),
            }
        )

    async def gateway_bot(self, request: web.Request) -> web.Response:
        core = self.core
        limit = {"total": 1000, "remaining": 999, "reset_after": 14_400_000}
        limit["max_concurrency"] = 1
        body = {"url": core.gateway_url, "shards": core.shards, "session_start_limit": limit}
        return answer_json(body)

    async def commands(self, request: web.Request) -> web.Response:
        found = self.core.registered.get(self._scope(request), [])
        if request.query.get("with_localizations", "").lower() in ("true", "1"):
            return answer_json(found)
        return answer_json([_without_localisations(command) for command in found])

    async def overwrite_commands(self, request: web.Request) -> web.Response:
        body, scope = request[BODY], self._scope(request)
        if not isinstance(body, list):
            raise invalid({"": "BASE_TYPE_BAD_TYPE: Only iterables may be used in a ListType"})
        check_commands(body)
        known = {(c["type"], c["name"]): c["id"] for c in self.core.registered.get(scope, [])}
        found = []
        for command in body:
            kind = command.get("type", CHAT_INPUT)
            entry = {
                **{"default_member_permissions": None, "description": "", "nsfw": False},
                **{key: value for key, value in command.items() if value is not None},
                "type": kind,
                "id": known.get((kind, command["name"])) or str(self.core.clock.snowflake()),
                "application_id": str(self.core.application_id),
                "version": str(self.core.clock.snowflake()),
            }
            found.append(entry | ({"guild_id": str(scope)} if scope else {}))
        self.core.registered[scope] = found
        self.core.syncs += 1
        return answer_json(found)

    async def member(self, request: web.Request) -> web.Response:
        found = self.core.guilds[self._scope(request)].members.get(path_id(request, "user"))
        if found is None:
            raise unknown("Member", 10007)
        return answer_json(found.payload())

    async def open_dm(self, request: web.Request) -> web.Response:
        recipient = self.core.users.get(int(request[BODY].get("recipient_id") or 0))
        if recipient is None:
            raise invalid({"recipient_id": "USER_NOT_FOUND: no such account"})
        return answer_json(dm_channel(self.core, recipient).payload())

    def _scope(self, request: web.Request) -> int:
        scope = int(request.match_info.get("guild", 0))
        if scope and scope not in self.core.guilds:
            raise ApiError(403, 50001, "Missing Access")
        return scope


def _without_localisations(item: dict[str, Any]) -> dict[str, Any]:
    found = {key: value for key, value in item.items() if not key.endswith("_localizations")}
    for key in ("options", "choices"):
        if found.get(key):
            found[key] = [_without_localisations(child) for child in found[key]]
    return found
