"""The local Discord's limits, tried with raw requests: each is refused with Discord's own code."""

from __future__ import annotations

from typing import Any

from tests.local_discord.door import (
    COMPONENTS_V2,
    LINE,
    button,
    caller,
    row,
    scenario,
    section,
    select,
    text,
    would_ping,
)


def v2(*components: dict[str, Any]) -> dict[str, Any]:
    return {"flags": COMPONENTS_V2, "components": list(components)}


FITS = [
    {"content": "字" * 2000},
    {"content": "x", "components": [row(*[button(f"{i}{j}") for j in range(5)]) for i in range(5)]},
    {"content": "x", "components": [row(select(25))]},
    {"content": "x", "components": [row(button("c" * 100, "l" * 80))]},
    {"content": "x", "components": [row(button("e", "", emoji={"name": "👍"}))]},
    v2({"type": 17, "components": [text("t" * 4000)]}),
    v2({"type": 17, "components": [text("t"), LINE, section(text("s")), row(button("b"))]}),
]

BREAKS = [
    ({"content": "字" * 2001}, "content"),
    ({"embeds": [{"description": "d"}] * 11}, "embeds"),
    ({"content": "x", "components": [row(button(str(i))) for i in range(6)]}, "components"),
    ({"components": [row(*[button(str(i)) for i in range(6)])]}, "components.0.components"),
    ({"components": [row(button("a"), button("a"))]}, "components"),
    ({"components": [row(button("c" * 101))]}, "components.0.components.0.custom_id"),
    ({"components": [row(button(""))]}, "components.0.components.0.custom_id"),
    ({"components": [row(button("a", "l" * 81))]}, "components.0.components.0.label"),
    ({"components": [row(button("a", ""))]}, "components.0.components.0"),
    ({"components": [row(button(style=9))]}, "components.0.components.0.style"),
    ({"components": [row({"type": 2, "style": 5, "label": "x", "url": "x"})]}, "components.0"),
    ({"components": [row(button(emoji={"name": "smile"}))]}, "components.0.components.0.emoji"),
    ({"components": [row(select(26))]}, "components.0.components.0.options"),
    ({"components": [row(select(0))]}, "components.0.components.0.options"),
    ({"components": [row(select(2), button())]}, "components.0.components"),
    ({"components": [text("v2 without its flag")]}, "components.0"),
    ({"content": "x", "flags": COMPONENTS_V2, "components": [text("x")]}, "content"),
    (v2(text("t" * 4001)), "components"),
    (v2(text("t" * 2000), section(text("s" * 2001))), "components"),
    (v2(*[text("t")] * 41), "components"),
    (v2(*[section(text("s"), accessory=button(str(i))) for i in range(14)]), "components"),
    (v2(section(text("s")), row(button("a"))), "components"),
    (v2(section(text("s"), accessory=None)), "components.0.accessory"),
    (v2(section(text("s"), accessory=text("t"))), "components.0.accessory"),
    (v2(section(text("s"), accessory=button("a", ""))), "components.0.accessory"),
    (v2(section()), "components.0.components"),
    (v2(section(button("b"))), "components.0.components.0"),
    (v2(section(*[text("s")] * 4)), "components.0.components"),
    (v2({"type": 17, "components": []}), "components.0.components"),
    (v2({"type": 17, "components": [{"type": 17, "components": [text("t")]}]}), "components.0"),
    (v2(button()), "components.0"),
    (v2({"type": 99}), "components.0"),
    (v2(text(" ")), "components.0.content"),
    ({**v2(text("t")), "embeds": [{"description": "d"}]}, "content"),
    ({"content": "x", "nonce": "n" * 26}, "nonce"),
    (
        {"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}},
        "allowed_mentions",
    ),
    ({"content": "x", "message_reference": {"message_id": "1"}}, "message_reference"),
]


@scenario()
async def test_messages_at_the_limits_are_taken() -> None:
    async with caller() as on:
        for body in FITS:
            assert (await on.send(body))[0] == 200, body
        assert len(on.room.messages) == len(FITS)


@scenario()
async def test_messages_beyond_a_limit_are_refused_as_50035() -> None:
    async with caller() as on:
        for body, place in BREAKS:
            status, refusal = await on.send(body)
            assert (status, refusal["code"]) == (400, 50035), body
            found = refusal["errors"]
            for key in place.split("."):
                assert key in found, (body, refusal)
                found = found[key]
        for empty in ({}, {"content": " \n"}, {"content": "", "embeds": [{}]}):
            status, refusal = await on.send(empty)
            assert (status, refusal["code"]) == (400, 50006)
        assert on.room.messages == [] and len(on.server.refused) == len(BREAKS) + 3


@scenario()
async def test_edits_are_held_to_the_limits_and_leave_the_message_when_refused() -> None:
    async with caller() as on:
        _, sent = await on.send({"content": "before"})
        path = f"/channels/{on.room.id}/messages/{sent['id']}"
        for body, code in (({"content": "x" * 2001}, 50035), ({"content": ""}, 50006)):
            assert (await on.call("PATCH", path, body))[1]["code"] == code
        assert on.room.messages[0].content == "before"
        assert (await on.call("PATCH", path, {"content": "after"}))[1]["edited_timestamp"]
        other = on.server.say(on.ann, on.room, "hers")
        path = f"/channels/{on.room.id}/messages/{other.id}"
        assert (await on.call("PATCH", path, {"content": "mine"}))[1]["code"] == 50005
        assert (await on.call("GET", path))[1]["content"] == "hers"
        assert (await on.call("GET", path[:-1]))[1]["code"] == 10008
        assert (await on.call("GET", "/channels/1/messages/1"))[1]["code"] == 10003


def test_pings_are_what_allowed_mentions_lets_through() -> None:
    said = "@everyone <@1> <@!2> <@&3> @here"
    every = {"@everyone", "@here", "<@1>", "<@2>", "<@&3>"}
    assert would_ping(said, [], None, None) == every
    assert would_ping(said, [], {"parse": []}, None) == set()
    assert would_ping(said, [], {"parse": ["everyone"]}, None) == {"@everyone", "@here"}
    assert would_ping(said, [], {"parse": [], "users": ["2"], "roles": ["3"]}, None) == {
        *("<@2>", "<@&3>")
    }
    assert would_ping("", [text("@here")], {"parse": ["everyone"]}, None) == {"@here"}
