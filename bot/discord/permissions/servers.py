"""A Discord server as access rules see it: who sees which channel, by roles and overwrites."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Role:
    """A role: whether it lets one see channels, sees all of them, and may set the rules."""

    id: int
    sees: bool = False
    sees_all: bool = False
    rules: bool = False


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel's overwrites of the right to see it, by role and by member: True gives it."""

    id: int
    roles: Mapping[int, bool] = field(default_factory=dict)
    members: Mapping[int, bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Server:
    """A server. `everyone` is the role that all have, and its id is the server's own; `roles` are
    the others. `bot_id` reads no answers, so its overwrites count for nothing.
    """

    id: int
    owner_id: int
    bot_id: int
    everyone: Role
    roles: Mapping[int, Role]
    channels: Mapping[int, Channel]


@dataclass(frozen=True, slots=True)
class Reader:
    """A member of a server, with the ids of the roles that they hold."""

    id: int
    roles: frozenset[int] = frozenset()


def sets_rules(server: Server, reader: Reader) -> bool:
    """Return True if a member may set the rules, and so may read everything."""
    return reader.id == server.owner_id or any(r.rules for r in _held(server, reader.roles))


def sees(server: Server, channel: Channel, reader: Reader) -> bool:
    """Return True if a member sees a channel, as Discord works it out."""
    if reader.id == server.owner_id:
        return True
    by_roles = seen_with(server, channel, reader.roles)
    if any(role.sees_all for role in _held(server, reader.roles)):
        return True
    return channel.members.get(reader.id, by_roles)


def seen_with(server: Server, channel: Channel, roles: Set[int]) -> bool:
    """Return True if one who holds these roles sees a channel, if nothing names them."""
    held = _held(server, roles)
    if any(role.sees_all for role in held):
        return True
    seen = channel.roles.get(server.id, any(role.sees for role in held))
    said = [channel.roles[role.id] for role in held[1:] if role.id in channel.roles]
    # What one role gives, another does not take away.
    return any(said) or (seen and not said)


def _held(server: Server, roles: Set[int]) -> list[Role]:
    return [server.everyone, *(server.roles[i] for i in roles if i in server.roles)]
