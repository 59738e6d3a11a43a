"""What people write on the local Discord besides plain messages: edits, forwards, files, roles."""

from __future__ import annotations

from tests.local_discord.attachments import Upload
from tests.local_discord.core import Core
from tests.local_discord.messages import Message
from tests.local_discord.world import Channel, Guild, Person, Role


def own_role(core: Core, guild: Guild) -> Role:
    """Give the bot the role that Discord makes for it when it is invited."""
    role = Role(core.clock.snowflake(), core.bot.name, bot_id=core.bot.id)
    guild.roles.append(role)
    guild.members[core.bot.id].roles.append(role)
    told = {"guild_id": str(guild.id), "role": role.payload()}
    core.gateway.dispatch("GUILD_ROLE_CREATE", guild.id, 1, lambda _: told)
    return role


def edit(core: Core, message: Message, text: str) -> None:
    named = [user for user in core.users.values() if user.mention in text]
    if message.reply_to is not None and message.reply_to.author in message.mentions:
        named.append(message.reply_to.author)
    message.content, message.mentions = text, list(named)
    message.edited = core.clock.iso()
    core.announce("MESSAGE_UPDATE", message)


def unfurl(core: Core, message: Message) -> None:
    """Show what a link in a message leads to, as Discord does by itself a moment later."""
    message.embeds = [{"type": "link", "description": "What the link leads to."}]
    core.announce("MESSAGE_UPDATE", message)


def forward(core: Core, person: Person, channel: Channel, message: Message) -> Message:
    sent = Message(
        core.clock.snowflake(), channel, person.user, forwards=message, created=core.clock.iso()
    )
    channel.log.append(sent)
    core.announce("MESSAGE_CREATE", sent)
    return sent


def say_with_file(
    core: Core,
    person: Person,
    channel: Channel,
    file: Upload,
    text: str = "",
    reply_to: Message | None = None,
) -> Message:
    """Write a message with a file; Discord makes `message.txt` of a text that is too long."""
    number = core.clock.snowflake()
    core.uploads[number] = file
    named: list[Person] = [user for user in core.users.values() if user.mention in text]
    sent = Message(
        core.clock.snowflake(),
        channel,
        person.user,
        content=text,
        attachments=[file.payload(number, core.rest_url.removesuffix("/api/v10"))],
        mentions=named,
        kind=19 if reply_to else 0,
        reply_to=reply_to,
        created=core.clock.iso(),
    )
    channel.log.append(sent)
    core.announce("MESSAGE_CREATE", sent)
    return sent
