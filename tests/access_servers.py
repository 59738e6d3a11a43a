"""Random servers, rules and readers, and the rule by brute force over all who are there."""

from __future__ import annotations

from collections.abc import Iterable

from hypothesis import strategies as st

from bot.discord.permissions.servers import Channel, Reader, Role, Server
from bot.storage.access import Restriction, Subject

SERVER, BOT, OWNER = 1, 9, 10
ROLES, CHANNELS, MEMBERS = (101, 102, 103, 104), (201, 202, 203), tuple(range(10, 17))
GONE_ROLE, GONE_CHANNEL = 199, 299


def _role(number: int) -> st.SearchStrategy[Role]:
    kinds = ((False, False), (False, False), (False, True), (True, True))
    return st.builds(
        lambda sees, kind: Role(number, sees, *kind), st.booleans(), st.sampled_from(kinds)
    )


def _channel(number: int) -> st.SearchStrategy[Channel]:
    roles = st.dictionaries(st.sampled_from((SERVER, *ROLES)), st.booleans(), max_size=3)
    members = st.dictionaries(st.sampled_from((BOT, *MEMBERS)), st.booleans(), max_size=2)
    return st.builds(Channel, st.just(number), roles, members)


def servers() -> st.SearchStrategy[Server]:
    """Return servers with an owner, a bot, some roles and some channels."""
    everyone = st.builds(lambda sees: Role(SERVER, sees), st.booleans())
    roles = st.tuples(*map(_role, ROLES)).map(lambda found: {r.id: r for r in found})
    channels = st.tuples(*map(_channel, CHANNELS)).map(lambda found: {c.id: c for c in found})
    return st.builds(
        Server, st.just(SERVER), st.just(OWNER), st.just(BOT), everyone, roles, channels
    )


def crowds() -> st.SearchStrategy[list[Reader]]:
    """Return the members of a server with the roles they hold."""
    held = st.frozensets(st.sampled_from(ROLES), max_size=3)
    return st.tuples(*(held for _ in MEMBERS)).map(
        lambda found: [Reader(m, roles) for m, roles in zip(MEMBERS, found, strict=True)]
    )


def subjects() -> st.SearchStrategy[Subject]:
    """Return what rules may name, things that are gone among them."""
    return st.one_of(
        st.just(Subject("server", SERVER)),
        st.sampled_from((*ROLES, GONE_ROLE)).map(lambda i: Subject("role", i)),
        st.sampled_from((*CHANNELS, GONE_CHANNEL)).map(lambda i: Subject("channel", i)),
    )


def restrictions() -> st.SearchStrategy[Restriction]:
    """Return the rules of one collection."""
    allowed = st.frozensets(subjects(), max_size=3)
    denied = st.one_of(st.just(frozenset[Subject]()), st.frozensets(subjects(), max_size=2))
    return st.builds(lambda a, d: Restriction(SERVER, a, d - a), allowed, denied)


def reads_channel(server: Server, channel: Channel, who: Reader) -> bool:
    """Tell it as Discord's documentation does, step by step: base, everyone, roles, member."""
    if who.id == server.owner_id:
        return True
    held = [server.roles[i] for i in who.roles if i in server.roles]
    if any(role.sees_all for role in (server.everyone, *held)):
        return True
    seen = server.everyone.sees or any(role.sees for role in held)
    if server.id in channel.roles:
        seen = channel.roles[server.id]
    verdicts = [channel.roles[role.id] for role in held if role.id in channel.roles]
    if False in verdicts:
        seen = False
    if True in verdicts:
        seen = True
    return channel.members.get(who.id, seen)


def reads_collection(server: Server, rules: Restriction, who: Reader) -> bool:
    """Tell the rule by its words, for one member."""
    held = [server.roles[i] for i in who.roles if i in server.roles]
    if who.id == server.owner_id or any(role.rules for role in (server.everyone, *held)):
        return True

    def covers(subject: Subject, gone: bool) -> bool:
        if subject.kind == "server":
            return True
        if subject.kind == "role":
            return gone if subject.id not in server.roles else subject.id in who.roles
        if subject.id not in server.channels:
            return gone
        return reads_channel(server, server.channels[subject.id], who)

    allowed = any(covers(subject, False) for subject in rules.allowed)
    return allowed and not any(covers(subject, True) for subject in rules.denied)


def all_may_read(
    server: Server, rules: Restriction, channel: Channel, members: Iterable[Reader]
) -> bool:
    """Return True if each member who can read the channel may read the collection."""
    reading = [who for who in members if reads_channel(server, channel, who)]
    return all(reads_collection(server, rules, who) for who in reading)
