"""The access rule against brute force: never wider than the truth, and as wide in plain cases."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.discord.permissions.decision import is_public, may_read, public_in, readable_by
from bot.discord.permissions.servers import Channel, Reader, Role, Server, sees
from bot.storage.access import Restriction, Subject
from tests.access_servers import (
    CHANNELS,
    MEMBERS,
    OWNER,
    ROLES,
    SERVER,
    all_may_read,
    crowds,
    reads_channel,
    reads_collection,
    restrictions,
    servers,
)

BOARD, STAFF, EVERYONE = Subject("role", 101), Subject("role", 102), Subject("server", SERVER)
OFFICE, HALL = Subject("channel", 201), Subject("channel", 202)


@settings(max_examples=200)
@given(servers(), crowds())
def test_who_sees_a_channel_is_worked_out_as_discord_does(
    server: Server, members: list[Reader]
) -> None:
    for channel in server.channels.values():
        for who in members:
            assert sees(server, channel, who) == reads_channel(server, channel, who)


@settings(max_examples=200)
@given(servers(), crowds(), restrictions())
def test_who_may_read_is_what_the_rule_says(
    server: Server, members: list[Reader], rules: Restriction
) -> None:
    for who in members:
        assert may_read(rules, server, who) == reads_collection(server, rules, who)


@settings(max_examples=700)
@given(servers(), crowds(), restrictions(), st.frozensets(st.sampled_from(MEMBERS)))
def test_a_channel_is_never_shown_what_one_of_its_readers_may_not_read(
    server: Server, members: list[Reader], rules: Restriction, asked_about: frozenset[int]
) -> None:
    known = {who.id: who.roles for who in members if who.id in asked_about}
    for channel in server.channels.values():
        if is_public(rules, server, channel, known):
            assert all_may_read(server, rules, channel, members)
        if public_in({"k": rules}, server, None, known):
            assert all(reads_collection(server, rules, who) for who in members)


plain_channels = st.dictionaries(st.sampled_from((SERVER, *ROLES)), st.booleans(), max_size=4)


@settings(max_examples=500)
@given(
    servers(),
    plain_channels,
    st.frozensets(st.sampled_from((EVERYONE, BOARD, STAFF, OFFICE))),
)
def test_without_denials_and_names_nothing_is_held_back(
    server: Server, overwrites: dict[int, bool], allowed: frozenset[Subject]
) -> None:
    channel = Channel(201, overwrites)
    server = Server(server.id, OWNER, server.bot_id, server.everyone, server.roles, {201: channel})
    rules = Restriction(SERVER, allowed)
    # Each role has a member who holds nothing else, and somebody holds none.
    members = [Reader(50), *(Reader(50 + role, frozenset({role})) for role in ROLES)]
    assert is_public(rules, server, channel, {}) == all_may_read(server, rules, channel, members)


def server_with(**channels: dict[int, bool]) -> Server:
    """Return a server of a board (101), staff (102) and a boss's role (103)."""
    roles = {101: Role(101), 102: Role(102), 103: Role(103, rules=True)}
    places = {n: Channel(n, channels.get(f"c{n}", {})) for n in CHANNELS}
    return Server(SERVER, OWNER, 9, Role(SERVER, sees=True), roles, places)


def test_plain_cases() -> None:
    closed = {SERVER: False, 101: True}
    server = server_with(c201=closed, c202={SERVER: False, 101: True, 102: True})
    office, hall, square = (server.channels[n] for n in CHANNELS)
    board = Restriction(SERVER, frozenset({BOARD}))
    assert is_public(board, server, office, {})
    assert not is_public(board, server, hall, {})
    assert not is_public(board, server, square, {})
    # A channel that a rule names is answered in, and its readers may read elsewhere too.
    bound = Restriction(SERVER, frozenset({HALL}))
    assert is_public(bound, server, hall, {}) and is_public(bound, server, office, {})
    assert not is_public(bound, server, square, {})
    assert may_read(bound, server, Reader(50, frozenset({102})))
    assert not may_read(bound, server, Reader(50))
    # Denial wins, and nobody can tell that no staff sits on the board.
    mixed = Restriction(SERVER, frozenset({BOARD}), frozenset({STAFF}))
    assert not may_read(mixed, server, Reader(50, frozenset({101, 102})))
    assert not is_public(mixed, server, office, {})
    # A rule for the whole server opens every channel of it, the unknown too.
    whole = Restriction(SERVER, frozenset({EVERYONE}))
    assert public_in({"k": whole}, server, None, {}) == {"k"}


def test_a_channel_that_names_members_is_open_once_their_roles_are_known() -> None:
    server = server_with(c201={SERVER: False, 101: True})
    office = Channel(201, {SERVER: False, 101: True}, {50: True})
    board = Restriction(SERVER, frozenset({BOARD}))
    assert not is_public(board, server, office, {})
    assert not is_public(board, server, office, {50: frozenset({102})})
    assert is_public(board, server, office, {50: frozenset({101})})
    assert is_public(board, server, office, {50: frozenset({103})})


def test_another_servers_collection_is_closed_here() -> None:
    rules = {"k": Restriction(2, frozenset({Subject("server", 2), EVERYONE}))}
    server = server_with()
    assert readable_by(rules, server, Reader(OWNER)) == set()
    assert public_in(rules, server, server.channels[203], {}) == set()
