"""What people do on the local Discord, as tests call it: write, ask, click, submit."""

from __future__ import annotations

from typing import Any

from tests.local_discord.access import leaf, named_options, wrapped
from tests.local_discord.core import Core
from tests.local_discord.filling import filled_fields
from tests.local_discord.forms import CHAT_INPUT, MESSAGE_MENU, modal_fields
from tests.local_discord.interactions import (
    AUTOCOMPLETE,
    COMMAND,
    COMPONENT,
    MODAL,
    Interaction,
    command_options,
    may_use,
    modal_components,
)
from tests.local_discord.messages import PLAIN, REPLY, Message
from tests.local_discord.places import dm_channel, new_thread
from tests.local_discord.world import TEXT, USUAL, Channel, Guild, Member, Person, Role, User


class Driver(Core):
    """The hands of the people on the server."""

    def user(self, name: str, *, locale: str = "en-US", dms_open: bool = True) -> User:
        """Open an account that is in no guild."""
        user = User(self.clock.snowflake(), name, locale, dms_open=dms_open)
        self.users[user.id] = user
        return user

    def guild(self, name: str = "Library", *, locale: str = "en-US", shard: int = 0) -> Guild:
        """Make a guild with the bot in it, on the shard given."""
        number = self.clock.snowflake()
        while (number >> 22) % self.shards != shard:
            number += 1 << 22
        everyone = Role(number, "@everyone", USUAL)
        guild = Guild(number, name, self.user(f"owner of {name}"), locale, everyone)
        guild.members[self.bot.id] = Member(self.bot, guild)
        guild.members[guild.owner.id] = Member(guild.owner, guild)
        self.guilds[guild.id] = guild
        self.registered[guild.id] = []
        self.gateway.dispatch("GUILD_CREATE", guild.id, 1, lambda _: guild.payload(self.bot))
        return guild

    def role(self, guild: Guild, name: str, permissions: int = 0) -> Role:
        role = Role(self.clock.snowflake(), name, permissions)
        guild.roles.append(role)
        told = {"guild_id": str(guild.id), "role": role.payload()}
        self.gateway.dispatch("GUILD_ROLE_CREATE", guild.id, 1, lambda _: told)
        return role

    def member(
        self,
        guild: Guild,
        name: str = "ann",
        *,
        permissions: int = 0,
        roles: tuple[Role, ...] = (),
        locale: str = "en-US",
        dms_open: bool = True,
    ) -> Member:
        """Let a person join a guild; `permissions` come through a role of their own."""
        held = list(roles)
        if permissions:
            held.append(self.role(guild, f"role of {name}", permissions))
        member = Member(self.user(name, locale=locale, dms_open=dms_open), guild, held)
        guild.members[member.id] = member
        return member

    def channel(
        self, guild: Guild, name: str = "general", *, bot_permissions: int = USUAL
    ) -> Channel:
        """Make a text channel; the bot may do there what `bot_permissions` says."""
        channel = Channel(self.clock.snowflake(), TEXT, name, guild, None, None, bot_permissions)
        self.channels[channel.id] = channel
        guild.channels.append(channel)
        self.gateway.dispatch("CHANNEL_CREATE", guild.id, 1, lambda _: channel.payload())
        return channel

    def thread(self, parent: Channel, name: str = "thread") -> Channel:
        return new_thread(self, parent, name)

    def dm_with(self, person: Person) -> Channel:
        return dm_channel(self, person)

    def say(
        self,
        person: Person,
        channel: Channel,
        text: str,
        *,
        reply_to: Message | None = None,
        ping: bool = True,
    ) -> Message:
        """Write a message; a reply also mentions its author unless `ping` is off."""
        mentioned = [user for user in self.users.values() if user.mention in text]
        if reply_to is not None and ping and reply_to.author not in mentioned:
            mentioned.append(reply_to.author)
        message = Message(
            self.clock.snowflake(),
            channel,
            person.user,
            content=text,
            kind=REPLY if reply_to else PLAIN,
            reply_to=reply_to,
            mentions=list(mentioned),
            created=self.clock.iso(),
        )
        channel.log.append(message)
        self.announce("MESSAGE_CREATE", message)
        return message

    def dm(self, person: Person, text: str, *, reply_to: Message | None = None) -> Message:
        return self.say(person.user, self.dm_with(person), text, reply_to=reply_to)

    def answers_to(self, message: Message) -> list[Message]:
        """Return the bot's messages that reply to this one."""
        return [m for m in message.channel.messages if m.reply_to is message and self._own(m)]

    async def answer_to(self, message: Message, timeout: float = 15.0) -> Message:
        """Wait for the bot's reply to this message, or its next one that replies to nothing."""

        def later() -> Message | None:
            after = [m for m in message.channel.messages if m.id > message.id and self._own(m)]
            loose = [m for m in after if m.reply_to is None and m.interaction is None]
            return next(iter([*self.answers_to(message), *loose]), None)

        return await self.until(later, timeout, f"an answer to {message.content!r}")

    async def typing_in(self, channel: Channel, timeout: float = 5.0) -> None:
        """Wait until the bot has shown the typing indicator within the last ten seconds."""

        def shown() -> bool:
            return bool(channel.typings) and self.clock.now() - channel.typings[-1] < 10

        await self.until(shown, timeout, f"typing in {channel.name}")

    async def slash(
        self,
        person: Person,
        channel: Channel,
        command: str,
        /,
        *,
        locale: str = "",
        force: bool = False,
        **options: Any,
    ) -> Interaction:
        """Use a slash command, once it is registered. Returns as soon as it is sent.

        Raises PermissionError where Discord would hide the command; `force` uses it all the same,
        as a guild's settings may allow. Raises ValueError for options its client would refuse.
        """
        found = await self._command(channel, command.split()[0], CHAT_INPUT)
        reason = may_use(found, person, channel)
        if reason and not force:
            raise PermissionError(reason)
        data = self._command_data(found, channel)
        given = command_options(leaf(found, command), named_options(self, data, options))
        data["options"] = wrapped(command, given)
        return self._interact(COMMAND, person, channel, data, name=f"/{command}", locale=locale)

    async def autocomplete(
        self,
        person: Person,
        channel: Channel,
        command: str,
        option: str,
        typed: str,
        *,
        locale: str = "",
        timeout: float = 3.0,
        **others: Any,
    ) -> list[dict[str, Any]]:
        """Type into an option; return the choices that the bot offers."""
        found = await self._command(channel, command.split()[0], CHAT_INPUT)
        wanted = next(o for o in leaf(found, command)["options"] if o["name"] == option)
        if not wanted.get("autocomplete"):
            raise ValueError(f"option {option} of /{command} has no autocomplete")
        data = self._command_data(found, channel)
        given = command_options(leaf(found, command), {**others, option: typed}, option)
        data["options"] = wrapped(command, given)
        used = self._interact(AUTOCOMPLETE, person, channel, data, name=command, locale=locale)
        await self.until(lambda: used.response_type, timeout, f"choices for {used}")
        return used.choices or []

    async def context_menu(
        self, person: Person, message: Message, command: str, *, locale: str = ""
    ) -> Interaction:
        found = await self._command(message.channel, command, MESSAGE_MENU)
        data = self._command_data(found, message.channel)
        data["target_id"] = str(message.id)
        data["resolved"] = {"messages": {str(message.id): message.payload()}}
        return self._interact(COMMAND, person, message.channel, data, name=command, locale=locale)

    async def click(
        self,
        person: Person,
        message: Message,
        wanted: str,
        *,
        locale: str = "",
    ) -> Interaction:
        """Press a button, found by label, emoji or custom_id."""
        component = message.component(wanted)
        if component.get("disabled"):
            raise PermissionError(f"{wanted!r} is greyed out")
        if not component.get("custom_id"):
            raise ValueError(f"{wanted!r} is a link")
        data = {"custom_id": component["custom_id"], "component_type": component["type"]}
        channel = message.channel
        return self._interact(
            COMPONENT, person, channel, data, name=wanted, source=message, locale=locale
        )

    async def submit_modal(
        self, interaction: Interaction, *values: Any, locale: str = "", **named: Any
    ) -> Interaction:
        """Fill the modal that an interaction opened and send it.

        The fields are filled in order, or by label or custom_id: text, the value chosen of a
        select, or an `Upload`.
        """
        modal = await interaction.wait_modal()
        data: dict[str, Any] = {"custom_id": modal["custom_id"]}
        filled = filled_fields(self, data, modal_fields(modal), values, named)
        data["components"] = modal_components(modal, filled)
        return self._interact(
            MODAL,
            interaction.person,
            interaction.channel,
            data,
            name=modal["title"],
            source=interaction.source,
            locale=locale,
        )

    async def _command(self, channel: Channel, name: str, kind: int) -> dict[str, Any]:
        """Return a registered command, waiting a while for the bot to register it."""
        guild = channel.guild.id if channel.guild else 0

        def found() -> dict[str, Any] | None:
            every = [*self.registered.get(guild, []), *self.registered[0]]
            return next((c for c in every if c["name"] == name and c["type"] == kind), None)

        return await self.until(found, 15.0, f"the command {name!r} to be registered")

    def _command_data(self, command: dict[str, Any], channel: Channel) -> dict[str, Any]:
        data = {key: command[key] for key in ("id", "name", "type")}
        if "guild_id" in command:
            data["guild_id"] = command["guild_id"]
        return data

    def _interact(
        self,
        kind: int,
        person: Person,
        channel: Channel,
        data: dict[str, Any],
        *,
        name: str,
        source: Message | None = None,
        locale: str = "",
    ) -> Interaction:
        if channel.guild is None:
            person = person.user
        used = Interaction(
            self,
            self.clock.snowflake(),
            kind,
            person,
            channel,
            data,
            self.clock.now(),
            name,
            source,
        )
        self.interactions[used.id] = used
        payload = used.payload() | ({"locale": locale} if locale else {})
        guild = channel.guild
        self.gateway.dispatch("INTERACTION_CREATE", guild and guild.id, 0, lambda _: payload)
        return used

    def _own(self, message: Message) -> bool:
        return message.author is self.bot
