"""`/access`: which collections are restricted, and who may read them; for admins alone."""

from __future__ import annotations

import time
import unicodedata

import discord
from discord import app_commands
from discord.ext import commands

from bot.core.exceptions import Gone
from bot.core.threads import run_in_thread
from bot.discord.client import DocentBot
from bot.discord.localisation import language_of_locale, phrase
from bot.discord.render.markdown import cut
from bot.discord.render.parts import CHOICE_LIMIT, CHOICES_LIMIT, Part
from bot.discord.render.render_access import collection_name, render_collection, render_rules
from bot.discord.replies import InteractionReply
from bot.discord.rights import require_admin, require_writer
from bot.storage.access import Change, Effect, Rules, Subject
from config.errors import DocentError
from config.phrases import localize

_Interaction = discord.Interaction[DocentBot]
_Channel = discord.TextChannel | discord.ForumChannel
_Collection = app_commands.Range[str, 1, CHOICE_LIMIT]
# No folder can be called so.
_TOP = "/"
_ALL = Subject("all", 0)


_whom = app_commands.describe(
    collection=phrase("access.option_collection"),
    role=phrase("access.option_role"),
    channel=phrase("access.option_channel"),
    server=phrase("access.option_server"),
)


@app_commands.guild_only()
@app_commands.default_permissions(manage_guild=True)
class AccessCog(
    commands.GroupCog,
    group_name="access",
    group_description=phrase("access.description"),
):
    """Shows and changes the access rules of a server. Every reply is seen by the admin alone."""

    def __init__(self, bot: DocentBot) -> None:
        """Change the rules that the bot keeps."""
        self.bot = bot

    @app_commands.command(name="show", description=phrase("access.show_description"))
    @app_commands.describe(collection=phrase("access.option_collection"))
    async def show(self, interaction: _Interaction, collection: _Collection = "") -> None:
        """Show the rules of one collection, or of all."""
        reply = self._begun(interaction)
        async with reply:
            name = None if not collection else await self._meant(interaction, collection)
            await reply.send([await self._shown(interaction, name, reply.language)])

    @app_commands.command(name="allow", description=phrase("access.allow_description"))
    @_whom
    async def allow(
        self,
        interaction: _Interaction,
        collection: _Collection,
        role: discord.Role | None = None,
        channel: _Channel | None = None,
        server: bool = False,
    ) -> None:
        """Let somebody read a collection."""
        await self._change(
            interaction, "allow", collection, _subject(interaction, role, channel, server)
        )

    @app_commands.command(name="deny", description=phrase("access.deny_description"))
    @_whom
    async def deny(
        self,
        interaction: _Interaction,
        collection: _Collection,
        role: discord.Role | None = None,
        channel: _Channel | None = None,
        server: bool = False,
    ) -> None:
        """Keep somebody from a collection, whatever else allows it."""
        await self._change(
            interaction, "deny", collection, _subject(interaction, role, channel, server)
        )

    @app_commands.command(name="lift", description=phrase("access.lift_description"))
    @_whom
    async def lift(
        self,
        interaction: _Interaction,
        collection: _Collection,
        role: discord.Role | None = None,
        channel: _Channel | None = None,
        server: bool = False,
    ) -> None:
        """Take one rule back; without a name, those whose role or channel is gone."""
        await self._change(
            interaction, "lift", collection, _subject(interaction, role, channel, server)
        )

    @app_commands.command(name="open", description=phrase("access.open_description"))
    @app_commands.describe(collection=phrase("access.option_collection"))
    async def open(self, interaction: _Interaction, collection: _Collection) -> None:
        """Lift all rules of a collection."""
        await self._change(interaction, "open", collection, _ALL)

    @show.autocomplete("collection")
    @allow.autocomplete("collection")
    @deny.autocomplete("collection")
    @lift.autocomplete("collection")
    @open.autocomplete("collection")
    async def offer(
        self, interaction: _Interaction, current: str
    ) -> list[app_commands.Choice[str]]:
        """Offer the collections that admins of this server may know of."""
        language = language_of_locale(interaction.locale)
        try:
            require_admin(interaction)
            names = await self.bot.access.collections_of(interaction.guild_id or 0)
        except DocentError:
            # There is no way to say a sentence while somebody types; the command itself will.
            return []
        typed = _plain(current)
        fitting = [n for n in names if typed in _plain(collection_name(n, language))]
        return [
            app_commands.Choice(
                name=cut(collection_name(n, language), CHOICE_LIMIT), value=n or _TOP
            )
            for n in fitting
            if len(n) <= CHOICE_LIMIT
        ][:CHOICES_LIMIT]

    def _begun(self, interaction: _Interaction) -> InteractionReply:
        """Check the right, and return the reply. Raises NotAdmin."""
        require_admin(interaction)
        self.bot.refuse_while_ending()
        return InteractionReply(interaction, private=True)

    async def _change(
        self, interaction: _Interaction, effect: Effect, collection: str, subject: Subject | None
    ) -> None:
        """Keep a change, and show what holds now."""
        reply = self._begun(interaction)
        if subject is None and effect != "lift":
            await reply.tell(localize("access.one_subject", reply.language))
            return
        async with reply:
            await require_writer(interaction)
            name = await self._meant(interaction, collection)
            subjects = [subject] if subject is not None else await self._gone(interaction, name)
            if effect in ("lift", "open"):
                await self._require_rule(interaction, name, subjects)
            now, by, where = int(time.time()), interaction.user.id, interaction.guild_id or 0
            for one in subjects:
                change = Change(now, by, where, name, one, effect)
                await run_in_thread(self.bot.access.rules.make, change)
            await reply.send([await self._shown(interaction, name, reply.language)])

    async def _gone(self, interaction: _Interaction, name: str) -> list[Subject]:
        """Return what the rules of a collection name and is no longer there."""
        found = (await run_in_thread(self.bot.access.rules.current)).get(name)
        named = found.allowed | found.denied if found is not None else frozenset()
        return [subject for subject in named if not _is_there(interaction.guild, subject)]

    async def _meant(self, interaction: _Interaction, typed: str) -> str:
        """Return the collection that a chosen or typed name means, spelled as its folder is.

        Raises Gone for a path into a folder.
        """
        names = await self.bot.access.collections_of(interaction.guild_id or 0)
        if typed in names:
            return typed
        if typed == _TOP or typed in {
            localize("access.top", language) for language in ("en", "zh")
        }:
            return ""
        if "/" in typed.strip("/"):
            raise Gone("access.no_folder", collection=typed)
        wanted = typed.strip("/").strip()
        same = [name for name in names if _plain(name) == _plain(wanted)]
        return same[0] if len(same) == 1 else wanted

    async def _require_rule(
        self, interaction: _Interaction, name: str, subjects: list[Subject]
    ) -> None:
        """Raise Gone where there is no such rule to lift."""
        found = (await run_in_thread(self.bot.access.rules.current)).get(name)
        if found is not None and found.guild_id != interaction.guild_id:
            # The store says whose it is.
            return
        rules = found.allowed | found.denied | {_ALL} if found is not None else set()
        if not subjects or set(subjects) - rules:
            raise Gone("access.no_rule", collection=collection_name(name, "en"))

    async def _shown(self, interaction: _Interaction, name: str | None, language: str) -> Part:
        """Return the rules of one collection, or of all that this server may know of."""
        access, guild_id = self.bot.access, interaction.guild_id or 0
        names = await access.collections_of(guild_id)
        rules: Rules = await run_in_thread(access.rules.current)

        def alive(subject: Subject) -> bool:
            return _is_there(interaction.guild, subject)

        if name is None:
            return render_rules(names, rules, alive, language)
        changes = [c for c in await run_in_thread(access.rules.changes) if c.collection == name]
        ours = [change for change in changes if change.guild_id == guild_id]
        # What another server has restricted looks as if it were not there.
        found = rules.get(name)
        shown = found if found is not None and found.guild_id == guild_id else None
        absent = name not in names or name not in await access.indexed()
        return render_collection(name, shown, ours, alive, language, absent=absent)


def _subject(
    interaction: _Interaction,
    role: discord.Role | None,
    channel: _Channel | None,
    server: bool,
) -> Subject | None:
    """Return whom a rule names; None unless it is exactly one."""
    if sum((role is not None, channel is not None, server)) != 1:
        return None
    if role is not None and not role.is_default():
        return Subject("role", role.id)
    if channel is not None:
        return Subject("channel", channel.id)
    # @everyone is the whole server.
    return Subject("server", interaction.guild_id or 0)


def _is_there(guild: discord.Guild | None, subject: Subject) -> bool:
    """Return True if what a rule names is still there; in doubt it is."""
    if guild is None or subject.kind not in ("role", "channel"):
        return True
    found = guild.get_role if subject.kind == "role" else guild.get_channel
    return found(subject.id) is not None


def _plain(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold().strip()


async def setup(bot: DocentBot) -> None:
    """Add the cog."""
    await bot.add_cog(AccessCog(bot))
