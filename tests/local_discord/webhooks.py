"""The REST API of the local Discord: interaction callbacks and the follow-ups after them."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from tests.local_discord.core import Core
from tests.local_discord.faults import BODY, FILES, answer_json
from tests.local_discord.forms import check_choices, check_modal
from tests.local_discord.interactions import AUTOCOMPLETE, COMMAND, COMPONENT, MODAL, Interaction
from tests.local_discord.limits import ApiError, invalid, unknown
from tests.local_discord.messages import CHAT_INPUT, PLAIN, REPLY, Message

NO_CONTENT = 204
SAY, DEFER, DEFER_UPDATE, UPDATE, CHOICES, OPEN_MODAL = 4, 5, 6, 7, 8, 9


class Webhooks:
    """The routes that need no bot token: an interaction's own token opens them."""

    def __init__(self, core: Core) -> None:
        self.core = core

    def routes(self) -> list[web.RouteDef]:
        hook = "/webhooks/{app}/{token}"
        message = hook + "/messages/{message}"
        return [
            web.post("/interactions/{interaction}/{token}/callback", self.callback),
            web.post(hook, self.follow_up),
            web.get(message, self.message),
            web.patch(message, self.edit),
            web.delete(message, self.delete),
        ]

    async def callback(self, request: web.Request) -> web.Response:
        number = request.match_info["interaction"]
        interaction = self.core.interactions.get(int(number) if number.isdigit() else 0)
        if interaction is None or interaction.token != request.match_info["token"]:
            raise unknown("interaction", 10062)
        body = request[BODY] or {}
        kind, data = body.get("type"), body.get("data") or {}
        self._check_kind(interaction, kind)
        interaction.check_callback()
        # A body that is refused acknowledges nothing: the bot may try again.
        self._act(interaction, kind, data, request[FILES])
        interaction.acknowledged(kind)
        self.core.touch()
        if request.query.get("with_response", "").lower() not in ("1", "true"):
            return web.Response(status=NO_CONTENT)
        return answer_json(_callback_body(interaction, kind))

    def _check_kind(self, interaction: Interaction, kind: Any) -> None:
        allowed = {
            COMMAND: {SAY, DEFER, OPEN_MODAL},
            COMPONENT: {SAY, DEFER, DEFER_UPDATE, UPDATE, OPEN_MODAL},
            AUTOCOMPLETE: {CHOICES},
            MODAL: {SAY, DEFER, DEFER_UPDATE, UPDATE},
        }[interaction.kind]
        if interaction.kind == MODAL and interaction.source is None:
            allowed = {SAY, DEFER}
        if kind not in allowed:
            reason = f"BASE_TYPE_CHOICES: Value must be one of {sorted(allowed)}."
            raise invalid({"type": reason})

    def _act(
        self, interaction: Interaction, kind: int, data: dict[str, Any], files: list[Any]
    ) -> None:
        core, source = self.core, interaction.source
        if kind == SAY:
            reply_to = source if interaction.kind == COMPONENT else None
            shape = CHAT_INPUT if interaction.kind == COMMAND else REPLY if reply_to else PLAIN
            interaction.original = core.create_message(
                interaction.channel,
                core.bot,
                data,
                files,
                interaction=interaction,
                reply_to=reply_to,
                kind=shape,
            )
            interaction.replies.append(interaction.original)
        elif kind == DEFER:
            flags = int(data.get("flags") or 0)
            interaction.original = core.placeholder(interaction.channel, interaction, flags)
        elif kind == CHOICES:
            check_choices(data.get("choices") or [])
            interaction.choices = data.get("choices") or []
        elif kind == OPEN_MODAL:
            check_modal(data)
            interaction.modal = data
        else:
            assert source is not None
            interaction.original = source
            if kind == UPDATE:
                core.edit_message(source, data, files)
                interaction.replies.append(source)

    async def follow_up(self, request: web.Request) -> web.Response:
        interaction, body = self._interaction(request), request[BODY] or {}
        if interaction.thinking and interaction.original is not None:
            message = interaction.original
            self.core.edit_message(message, body, request[FILES])
        else:
            message = self.core.create_message(
                interaction.channel,
                self.core.bot,
                body,
                request[FILES],
                interaction=interaction,
                reply_to=interaction.original,
                kind=REPLY if interaction.original else PLAIN,
            )
            interaction.followups.append(message)
        interaction.replies.append(message)
        self.core.touch()
        if request.query.get("wait", "").lower() not in ("1", "true"):
            return web.Response(status=NO_CONTENT)
        return answer_json(message.payload())

    async def message(self, request: web.Request) -> web.Response:
        return answer_json(self._message(request).payload())

    async def edit(self, request: web.Request) -> web.Response:
        interaction, message = self._interaction(request), self._message(request)
        self.core.edit_message(message, request[BODY] or {}, request[FILES])
        interaction.replies.append(message)
        self.core.touch()
        return answer_json(message.payload())

    async def delete(self, request: web.Request) -> web.Response:
        self.core.delete_message(self._message(request))
        return web.Response(status=NO_CONTENT)

    def _interaction(self, request: web.Request) -> Interaction:
        token = request.match_info["token"]
        for interaction in self.core.interactions.values():
            if interaction.token == token:
                interaction.check_token()
                return interaction
        raise ApiError(401, 50027, "Invalid Webhook Token")

    def _message(self, request: web.Request) -> Message:
        interaction, wanted = self._interaction(request), request.match_info["message"]
        own = [m for m in (interaction.original, *interaction.followups) if m and not m.deleted]
        if wanted == "@original":
            own = own[:1] if own and own[0] is interaction.original else []
        else:
            own = [message for message in own if str(message.id) == wanted]
        if not own:
            raise unknown("Message", 10008)
        return own[0]


def _callback_body(interaction: Interaction, kind: int) -> dict[str, Any]:
    """Return what `with_response` asks for: the interaction, and the message it made."""
    about: dict[str, Any] = {"id": str(interaction.id), "type": interaction.kind}
    body: dict[str, Any] = {"interaction": about}
    message = interaction.original
    if message is not None and kind in (SAY, DEFER, DEFER_UPDATE, UPDATE):
        about["response_message_id"] = str(message.id)
        about["response_message_loading"] = message.loading
        about["response_message_ephemeral"] = message.ephemeral
        body["resource"] = {"type": kind}
        if kind != DEFER_UPDATE:
            body["resource"]["message"] = message.payload()
    return body
