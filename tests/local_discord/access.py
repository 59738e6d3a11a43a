"""Who sees what on the local Discord: channels closed to some, messages, and options that name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.local_discord.attachments import with_attachments
from tests.local_discord.world import (
    ADMINISTRATOR,
    DM,
    VIEW_CHANNEL,
    Channel,
    Guild,
    Member,
    Person,
    Role,
)

if TYPE_CHECKING:
    from tests.local_discord.core import Core
    from tests.local_discord.interactions import Interaction
    from tests.local_discord.messages import Message

_ROLE, _MEMBER = 0, 1
CHAT_INPUT_KIND = 1
_SUBCOMMAND = 1


def can_see(person: Person, channel: Channel) -> bool:
    """Return True if a person sees a channel, as Discord's documentation works it out."""
    if channel.kind == DM:
        return channel.recipient is person.user or person.user.bot
    guild = channel.guild
    assert guild is not None
    member = guild.members.get(person.id)
    if member is None:
        return False
    if channel.parent is not None:
        return can_see(member, channel.parent)
    held = [guild.everyone, *member.roles]
    bits = 0
    for role in held:
        bits |= role.permissions
    if bits & ADMINISTRATOR or guild.owner is member.user:
        return True
    for group in ([guild.everyone.id], [r.id for r in member.roles], [member.id]):
        said = [channel.overwrites[i] for i in group if i in channel.overwrites]
        for _, _, deny in said:
            bits &= ~deny
        for _, allow, _ in said:
            bits |= allow
    return bool(bits & VIEW_CHANNEL)


def visible_to(person: Person, message: Message) -> bool:
    """Return True if a person can read a message that is, or was, on the screen."""
    if message.ephemeral:
        assert message.interaction is not None
        return message.interaction.person.user is person.user
    return can_see(person, message.channel)


def everything_seen_by(core: Core, person: Person) -> str:
    """Return all that was ever shown to a person: messages in every state, choices and forms."""
    texts: list[str] = []
    for channel in core.channels.values():
        for message in channel.log:
            if visible_to(person, message):
                texts += [repr(version) for version in message.versions]
    for used in core.interactions.values():
        if used.person.user is person.user:
            texts += [repr(used.choices), repr(used.modal)]
    return "\n".join(texts)


def shut(core: Core, channel: Channel, *admitted: Role | Member) -> None:
    """Close a channel to all but those admitted, and say so on the gateway."""
    guild = channel.guild
    assert guild is not None
    channel.overwrites = {guild.everyone.id: (_ROLE, 0, VIEW_CHANNEL)}
    # A bot that answers in a closed channel was let in.
    for one in (*admitted, guild.members[core.bot.id]):
        kind = _ROLE if isinstance(one, Role) else _MEMBER
        channel.overwrites[one.id] = (kind, VIEW_CHANNEL, 0)
    core.gateway.dispatch("CHANNEL_UPDATE", guild.id, 1, lambda _: channel.payload())


def unshut(core: Core, channel: Channel) -> None:
    """Open a channel to everyone again, and say so on the gateway."""
    assert channel.guild is not None
    channel.overwrites = {}
    core.gateway.dispatch("CHANNEL_UPDATE", channel.guild.id, 1, lambda _: channel.payload())


def remove_role(core: Core, guild: Guild, role: Role) -> None:
    """Delete a role, take it from all, and say so on the gateway."""
    guild.roles.remove(role)
    for member in guild.members.values():
        member.roles = [held for held in member.roles if held is not role]
    gone = {"guild_id": str(guild.id), "role_id": str(role.id)}
    core.gateway.dispatch("GUILD_ROLE_DELETE", guild.id, 1, lambda _: gone)


def leaves(command: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Return what can be used of a slash command, with its options; a menu gives nothing."""
    if command["type"] != CHAT_INPUT_KIND:
        return {}
    options = command.get("options") or []
    below = [option for option in options if option["type"] == _SUBCOMMAND]
    if not below:
        return {command["name"]: options}
    return {f"{command['name']} {sub['name']}": sub.get("options") or [] for sub in below}


def leaf(command: dict[str, Any], name: str) -> dict[str, Any]:
    """Return the subcommand that `group subcommand` names, or the command itself."""
    _, _, wanted = name.partition(" ")
    if not wanted:
        return command
    options = command.get("options") or []
    return next(o for o in options if o["name"] == wanted and o["type"] == _SUBCOMMAND)


def wrapped(name: str, options: list[Any]) -> list[Any]:
    """Return options as Discord sends them, below their subcommand if there is one."""
    _, _, subcommand = name.partition(" ")
    if not subcommand:
        return options
    return [{"name": subcommand, "type": _SUBCOMMAND, "options": options}]


def named_options(core: Core, data: dict[str, Any], options: dict[str, Any]) -> dict[str, Any]:
    """Put uploads, roles and channels into the data of an interaction; return the options."""
    named = with_attachments(core, data, options)
    for option, given in options.items():
        if isinstance(given, Role | Channel):
            kind = "roles" if isinstance(given, Role) else "channels"
            resolved = data.setdefault("resolved", {}).setdefault(kind, {})
            resolved[str(given.id)] = given.payload()
            named[option] = str(given.id)
    return named


def refuse_unseen(used: Interaction) -> None:
    """Raise PermissionError for one who acts where they see nothing."""
    if not can_see(used.person, used.channel):
        raise PermissionError(f"{used.person.user.name} does not see {used.channel.name}")
    if used.source is not None and not visible_to(used.person, used.source):
        raise PermissionError(f"{used.person.user.name} does not see that message")
