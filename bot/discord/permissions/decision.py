"""The rule: which restricted collections one member may read, and which a whole channel may.

Pure, and never wider than the truth. A member is covered by a rule for the server, for a role
that they hold, or for a channel that they see. They may read a collection if a rule allows it
and none denies it; who may set the rules reads everything. A channel may be answered in from a
collection if everyone who could see the channel may read it, whatever roles they combine.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.discord.permissions.servers import Channel, Reader, Server, seen_with, sees, sets_rules
from bot.storage.access import Restriction, Rules, Subject

# The roles of members whom a channel names; None for one of whom nothing is known.
Known = Mapping[int, frozenset[int] | None]


def readable_by(rules: Rules, server: Server, reader: Reader) -> set[str]:
    """Return the restricted collections of this server that a member may read."""
    return {
        name
        for name, restriction in rules.items()
        if restriction.guild_id == server.id and may_read(restriction, server, reader)
    }


def public_in(rules: Rules, server: Server, channel: Channel | None, known: Known) -> set[str]:
    """Return the restricted collections of this server that all readers of a channel may read.

    None is a channel of which nothing is known: everyone may see it.
    """
    seen = channel or Channel(0, {server.id: True}, {0: True})
    return {
        name
        for name, restriction in rules.items()
        if restriction.guild_id == server.id and is_public(restriction, server, seen, known)
    }


def may_read(restriction: Restriction, server: Server, reader: Reader) -> bool:
    """Return True if a member may read a restricted collection of their server."""
    if sets_rules(server, reader):
        return True
    # What a rule names and is gone covers everyone where it denies, and no one where it allows.
    if any(_covers(server, subject, reader) is not False for subject in restriction.denied):
        return False
    return any(_covers(server, subject, reader) is True for subject in restriction.allowed)


def _covers(server: Server, subject: Subject, reader: Reader) -> bool | None:
    """Return True if a rule's subject covers a member; None where it is gone."""
    if subject.kind == "server":
        return True
    if subject.kind == "role":
        return subject.id in reader.roles if subject.id in server.roles else None
    channel = server.channels.get(subject.id)
    return sees(server, channel, reader) if channel is not None else None


def is_public(restriction: Restriction, server: Server, channel: Channel, known: Known) -> bool:
    """Return True if everyone who could see a channel may read a restricted collection."""
    if server.everyone.rules:
        return True
    crowd = _Crowd(server, channel)
    named = [m for m in channel.members if m not in (server.owner_id, server.bot_id)]
    named = [m for m in named if channel.members[m]]
    if any(crowd.may_be_denied(subject) for subject in restriction.denied):
        return False
    if not all(crowd.is_covered(witness, restriction) for witness in crowd.witnesses):
        return False
    return all(_named_may_read(restriction, crowd, m, known.get(m)) for m in named)


def _named_may_read(
    restriction: Restriction, crowd: _Crowd, member: int, roles: frozenset[int] | None
) -> bool:
    """Return True if a member whom the channel names may read, whatever roles they may hold."""
    if roles is not None:
        return may_read(restriction, crowd.server, Reader(member, roles))
    return not restriction.denied and crowd.is_covered(frozenset(), restriction)


@dataclass(frozen=True)
class _Crowd:
    """Whoever could see a channel, without anybody's name.

    Nobody tells a bot who holds which roles, so any combination is reckoned with. One who sees
    the channel does so as everyone, or by one of their roles that lets them see it alone; these
    are the witnesses.
    """

    server: Server
    channel: Channel

    @property
    def witnesses(self) -> list[frozenset[int]]:
        """Return the smallest sets of roles that see the channel."""
        return _witnesses(self.server, self.channel)

    def is_covered(self, roles: frozenset[int], restriction: Restriction) -> bool:
        """Return True if a rule allows everyone who holds these roles, and any others."""
        for subject in restriction.allowed:
            if subject.kind == "server" or (subject.kind == "role" and subject.id in roles):
                return True
            bound = self.server.channels.get(subject.id) if subject.kind == "channel" else None
            if bound is None:
                continue
            if bound.id == self.channel.id or _surely_sees(self.server, bound, roles):
                return True
        return False

    def may_be_denied(self, subject: Subject) -> bool:
        """Return True if a rule that denies could cover one who sees the channel by their roles."""
        server, witnesses = self.server, self.witnesses
        if subject.kind == "role" and subject.id in server.roles:
            if server.roles[subject.id].rules:
                return False
            held = [w | {subject.id} for w in (frozenset[int](), *_alone(server))]
            return any(seen_with(server, self.channel, roles) for roles in held)
        bound = server.channels.get(subject.id)
        if subject.kind == "channel" and bound is not None:
            named = [m for m, seen in bound.members.items() if seen and m != server.bot_id]
            return bool(witnesses) and bool(_witnesses(server, bound) or named)
        return bool(witnesses)


def _alone(server: Server) -> list[frozenset[int]]:
    """Return each role by itself, without those that may set the rules."""
    return [frozenset({role.id}) for role in server.roles.values() if not role.rules]


def _witnesses(server: Server, channel: Channel) -> list[frozenset[int]]:
    every = (frozenset[int](), *_alone(server))
    return [roles for roles in every if seen_with(server, channel, roles)]


def _surely_sees(server: Server, channel: Channel, roles: frozenset[int]) -> bool:
    """Return True if all who hold these roles see a channel, whatever else they hold or are."""
    if not all(seen for member, seen in channel.members.items() if member != server.bot_id):
        return False
    if any(channel.roles.get(role) for role in roles):
        return True
    denied = [r for r, seen in channel.roles.items() if not seen and r != server.id]
    return not denied and seen_with(server, channel, roles)
