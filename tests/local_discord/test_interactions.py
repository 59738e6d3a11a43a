"""The local Discord's interactions and commands, tried with raw requests."""

from __future__ import annotations

from typing import Any

import pytest

from tests.local_discord.door import (
    COMMAND,
    Upload,
    caller,
    row,
    scenario,
    select,
)


@scenario()
async def test_interactions_are_acknowledged_once_and_in_time() -> None:
    async with caller() as on:
        used = on.interaction()
        assert (await on.hook(used, "POST", "", {"content": "x"}))[1]["code"] == 10015
        assert (await on.callback(used, 4, {"content": "x" * 2001}))[1]["code"] == 50035
        assert (await on.callback(used, 8, {"choices": []}))[1]["code"] == 50035
        status, body = await on.callback(used, 4, {"content": "x", "flags": 64})
        assert status == 200 and body["resource"]["message"]["flags"] == 64
        assert (await on.callback(used, 4, {"content": "y"}))[1]["code"] == 40060
        late = on.interaction()
        on.server.clock.advance(3.1)
        assert (await on.callback(late, 5))[1]["code"] == 10062
        late.token = "guessed"
        assert (await on.hook(late, "GET", "/messages/@original"))[1]["code"] == 10015
        stranger = on.interaction()
        stranger.core.interactions.clear()
        assert (await on.hook(stranger, "POST", "", {"content": "x"}))[1]["code"] == 50027


@scenario()
async def test_a_deferral_is_filled_and_its_token_ends_after_fifteen_minutes() -> None:
    async with caller() as on:
        used = on.interaction()
        _, body = await on.callback(used, 5, {"flags": 64})
        assert body["interaction"]["response_message_loading"] and used.thinking
        await on.hook(used, "POST", "", {"content": "filled"})
        assert used.text == "filled" and used.messages[0].ephemeral and not used.thinking
        _, more = await on.hook(used, "POST", "", {"content": "more"})
        assert not used.messages[1].ephemeral
        await on.hook(used, "PATCH", "/messages/@original", {"content": "edited"})
        assert (await on.hook(used, "DELETE", f"/messages/{more['id']}"))[0] == 204
        assert (await on.hook(used, "GET", f"/messages/{more['id']}"))[1]["code"] == 10008
        assert used.text == "edited"
        path = f"/channels/{on.room.id}/messages/{used.messages[0].id}"
        assert (await on.call("PATCH", path, {"content": "x"}))[1]["code"] == 10008
        on.server.clock.advance(15 * 60)
        status, late = await on.hook(used, "POST", "", {"content": "too late"})
        assert (status, late["code"]) == (401, 50027)


def label(**field: Any) -> dict[str, Any]:
    return {"type": 18, "label": "L", "component": {"custom_id": "c", **field}}


FORM_BREAKS: list[dict[str, Any]] = [
    row({"type": 19, "custom_id": "c"}),
    label(type=19, max_values=11),
    label(type=19, min_values=3, max_values=2),
    label(type=19, min_values=0),
    label(type=19, custom_id="c" * 101),
    label(type=2, style=1, label="B"),
    label(**{**select(2), "disabled": True}),
    label(**select(26)),
    label(**{**select(2), "min_values": 0}),
    {**label(type=4, style=1), "description": "d" * 101},
    {**label(type=4, style=1), "label": "L" * 46},
]


@scenario()
async def test_forms_take_files_and_choices_within_limits() -> None:
    async with caller() as on:

        async def opened(*rows: dict[str, Any]) -> tuple[Any, int]:
            used = on.interaction(COMMAND)
            modal = {"title": "T", "custom_id": "m", "components": list(rows)}
            return used, (await on.callback(used, 9, modal))[0]

        for broken in FORM_BREAKS:
            assert (await opened(broken))[1] == 400, broken
        assert (await opened(label(type=19), label(type=19)))[1] == 400
        choice = {**select(2), "required": False, "min_values": 0}
        files = label(type=19, custom_id="files", min_values=1, max_values=2)
        form, status = await opened(files, label(**choice))
        assert status == 200
        one, two = Upload("a.md", b"a"), Upload("b.md", b"b")
        for amiss in ((), (one, two, one), ("text",)):
            with pytest.raises(ValueError, match="L "):
                await on.server.submit_modal(form, files=amiss)
        sent = await on.server.submit_modal(form, files=(one, two), s="1")
        values = [each["component"]["values"] for each in sent.data["components"]]
        assert values == [list(sent.data["resolved"]["attachments"]), ["1"]]
        # A form is no answer to a form.
        assert (await on.callback(sent, 9, form.modal))[1]["code"] == 50035


COMMAND_BREAKS: list[tuple[dict[str, Any], str]] = [
    ({"name": "Ask"}, "name"),
    ({"name": "a b"}, "name"),
    ({"description": ""}, "description"),
    ({"description": "d" * 101}, "description"),
    ({"description_localizations": {"zh": "x"}}, "description_localizations"),
    ({"description_localizations": {"zh-CN": "x" * 101}}, "description_localizations"),
    ({"options": [{"type": 3, "name": "q", "description": "d"}] * 2}, "options"),
    ({"options": [{"type": 3, "name": f"q{i}", "description": "d"} for i in range(26)]}, "options"),
    ({"contexts": [7]}, "contexts"),
    ({"type": 3, "name": "Find sources", "description": "d"}, "description"),
    ({"type": 9}, "type"),
]


@scenario()
async def test_commands_that_discord_would_not_register_are_refused() -> None:
    async with caller() as on:
        path = f"/applications/{on.server.application_id}/commands"
        good: dict[str, Any] = {"type": 1, "name": "问", "description": "d"}
        good["description_localizations"] = {"zh-CN": "问文档"}
        for change, place in COMMAND_BREAKS:
            status, refusal = await on.call("PUT", path, [good, {**good, "name": "ask", **change}])
            assert (status, refusal["code"]) == (400, 50035), change
            assert place in refusal["errors"]["1"], (change, refusal)
        required = {"type": 3, "name": "b", "description": "d", "required": True}
        optional = {**required, "name": "a", "required": False}
        body = [{**good, "options": [optional, required]}]
        assert (await on.call("PUT", path, body))[1]["code"] == 50035
        assert on.server.registered[0] == [] and on.server.syncs == 0
        first = (await on.call("PUT", path, [good]))[1][0]
        assert (await on.call("PUT", path, [good]))[1][0]["id"] == first["id"]
        assert "description_localizations" not in (await on.call("GET", path))[1][0]
        full = (await on.call("GET", path + "?with_localizations=true"))[1][0]
        assert full["description_localizations"] == good["description_localizations"]


@scenario()
async def test_a_client_cannot_send_what_discord_would_not_let_it() -> None:
    async with caller() as on:
        path = f"/applications/{on.server.application_id}/commands"
        text = {"type": 3, "name": "text", "description": "d", "required": True, "max_length": 50}
        echo = {"type": 1, "name": "echo", "description": "d", "options": [text]}
        hidden = {**echo, "name": "menu", "default_member_permissions": "32"}
        await on.call("PUT", path, [echo, hidden])
        for options in ({}, {"text": "x" * 51}, {"text": 3}, {"text": "x", "colour": "red"}):
            with pytest.raises(ValueError, match="/echo|option text"):
                await on.server.slash(on.ann, on.room, "echo", **options)
        with pytest.raises(PermissionError):
            await on.server.slash(on.ann, on.room, "menu", text="x")


@scenario()
async def test_autocomplete_offers_at_most_twenty_five_short_names() -> None:
    async with caller() as on:
        used = on.interaction(4)
        many = [{"name": str(i), "value": str(i)} for i in range(26)]
        for choices in (many, [{"name": "n" * 101, "value": "v"}], [{"name": "", "value": "v"}]):
            assert (await on.callback(used, 8, {"choices": choices}))[1]["code"] == 50035
        assert (await on.callback(used, 8, {"choices": many[:25]}))[0] == 200
        assert len(used.choices) == 25
