"""Access control: returns a service limited to what a user, or a whole channel, may read."""

from __future__ import annotations

import asyncio
import logging
import time
import unicodedata
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace

import aiohttp
import discord

from bot.core.ports import AnswerService
from bot.core.threads import run_in_thread
from bot.discord.permissions.decision import Known, public_in, readable_by
from bot.discord.permissions.guilds import channel_id_of, server_of
from bot.discord.permissions.place import Place
from bot.discord.permissions.servers import Channel, Reader, Server
from bot.storage.access import AccessRules, AccessUnusable, NotOurs, Rules
from bot.storage.access_shared import DatabaseAway
from bot.storage.home import Home, HomeUnusable
from index.scope import collection_of
from retrieval.errors import NoIndex
from retrieval.models import Answer, Scope, Summary

_log = logging.getLogger(__name__)
_ROLES_SECONDS, _PATIENCE_SECONDS = 60.0, 4.0
# A small machine that loads its models takes long to hear of all servers.
_READY_SECONDS = 30.0
# Discord waits three for the first response, and a form must be that one.
SECONDS_TO_RESPOND = 1.5
_MOST_REMEMBERED, _MOST_NAMED = 10_000, 8


class AccessControl:
    """Wraps the unrestricted service and returns only restricted ones.

    Use it on the bot's event loop. Everything raises AccessUnusable while the rules cannot be
    read: then nothing may be seen.
    """

    def __init__(
        self,
        client: discord.Client,
        service: AnswerService,
        rules: AccessRules,
        home: Home,
        admin_role_ids: Sequence[int],
    ) -> None:
        """Keep the service; it is returned unrestricted only if there is no rule."""
        self._client, self._service, self.rules, self._home = client, service, rules, home
        self._admin_role_ids = admin_role_ids
        # Until the rules were read once, there may be some.
        self.has_rules = True
        self._roles: OrderedDict[tuple[int, int], tuple[float, frozenset[int] | None]]
        self._roles = OrderedDict()

    def lacks_index(self) -> bool:
        """Return True if no index answers yet. Blocks."""
        try:
            self._service.status()
        except NoIndex:
            return True
        return False

    async def service_for(self, place: Place) -> AnswerService:
        """Return the service for a place, by the current rules.

        Every question and every look at a document passes here, and sees no more than it may.
        """
        rules = await run_in_thread(self._read)
        return self._service_over(await self._names(place, rules)) if rules else self._service

    async def wider_service_for(self, place: Place) -> AnswerService | None:
        """Return the user's own service if it sees more than the channel's, else None."""
        rules = await run_in_thread(self._read)
        if place.private or not rules:
            return None
        seen = await self._names(place, rules)
        own = await self._names(replace(place, private=True), rules)
        return self._service_over(own) if own != seen else None

    async def shows(self, place: Place, shown: Answer | Summary) -> bool:
        """Return True if every article behind an answer may still be read here."""
        return await run_in_thread(rests_within, await self.service_for(place), shown)

    async def closed_at(self, place: Place) -> set[str]:
        """Return the collections that are closed at a place, folded.

        If there are any, totals over the whole index are not shown.
        """
        return await self._closed(place, await run_in_thread(self._read))

    async def may_have_rules(self) -> bool:
        """Return True if there is any rule; True in doubt, and quickly enough for a first reply."""
        try:
            async with asyncio.timeout(SECONDS_TO_RESPOND):
                return bool(await run_in_thread(self._read))
        except (AccessUnusable, TimeoutError):
            return True

    def require_ours(self, guild_id: int | None, source: str) -> None:
        """Raise NotOurs if a document is in a collection that another server restricted.

        Blocks, so that it can be called right before a file is written.
        """
        collection = collection_of(source)
        for name, restriction in self._read().items():
            if folded(name) == folded(collection) and restriction.guild_id != guild_id:
                raise NotOurs("access.not_ours", collection=collection)

    async def home_servers(self) -> frozenset[int]:
        """Return the servers whose admins may write. Raises HomeUnusable."""
        try:
            if known := await run_in_thread(self._home.servers):
                return known
            # The first server is known only after Discord has sent all of them.
            async with asyncio.timeout(_READY_SECONDS):
                await self._client.wait_until_ready()
            return await self.settle_home()
        except TimeoutError:
            return frozenset()
        except HomeUnusable as error:
            _log.error("%s", error)
            raise HomeUnusable("access.home_unknown") from error

    async def settle_home(self) -> frozenset[int]:
        """Remember the server that was joined first, if none is known; return what is known."""
        joined = (
            [] if any(guild.unavailable for guild in self._client.guilds) else self._client.guilds
        )
        times = [(guild.me.joined_at, guild.id) for guild in joined]
        return await run_in_thread(
            self._home.settle, [(at, i) for at, i in times if at is not None]
        )

    async def collections_of(self, guild_id: int) -> list[str]:
        """Return the collections that the admins of a server may know of, restricted or open."""
        rules = await run_in_thread(self._read)
        foreign = {folded(name) for name, found in rules.items() if found.guild_id != guild_id}
        names = {*await run_in_thread(self._service.collections), *rules}
        return sorted(name for name in names if folded(name) not in foreign)

    async def indexed(self) -> list[str]:
        """Return the collections that hold an article now."""
        return await run_in_thread(self._service.collections)

    def _read(self) -> Rules:
        """Return the rules as they are now. Blocks."""
        try:
            rules = self.rules.current()
        except AccessUnusable as error:
            self.has_rules = True
            _log.error("%s", error)
            # Where the file lies and what is wrong with it is not for everyone.
            key = "access.away" if isinstance(error, DatabaseAway) else "access.unusable"
            raise AccessUnusable(key) from error
        self.has_rules = bool(rules)
        return rules

    def _service_over(self, names: frozenset[str]) -> AnswerService:
        return self._service.within(Scope(collections=names))

    async def _names(self, place: Place, rules: Rules) -> frozenset[str]:
        """Return the collections that may be seen at a place."""
        closed = await self._closed(place, rules)
        names = await run_in_thread(self._service.collections)
        return frozenset(name for name in names if folded(name) not in closed)

    async def _closed(self, place: Place, rules: Rules) -> set[str]:
        """Return the restricted collections that may not be seen at a place, folded."""
        given: set[str] = set()
        for guild_id in {restriction.guild_id for restriction in rules.values()}:
            # A collection is closed on every other server, to its own readers too.
            if place.guild_id in (None, guild_id):
                ours = {name: r for name, r in rules.items() if r.guild_id == guild_id}
                given |= await self._given(guild_id, place, ours)
        return {folded(name) for name in rules.keys() - given}

    async def _given(self, guild_id: int, place: Place, rules: Rules) -> set[str]:
        """Return which of a server's restricted collections may be seen at a place."""
        guild = self._client.get_guild(guild_id)
        if guild is None or self._client.user is None:
            return set()
        here = channel_id_of(guild, place.channel_id, place.parent_id)
        bound = {
            subject.id
            for restriction in rules.values()
            for subject in restriction.allowed | restriction.denied
            if subject.kind == "channel"
        }
        server = server_of(guild, {here, *bound}, self._client.user.id, self._admin_role_ids)
        if server is None:
            return set()
        if place.private:
            roles = place.roles if place.guild_id == guild_id else None
            if roles is None:
                roles = await self.roles_in(guild, place.user_id)
            return (
                set() if roles is None else readable_by(rules, server, Reader(place.user_id, roles))
            )
        channel = server.channels.get(here)
        return public_in(rules, server, channel, await self._named_in(guild, server, channel))

    async def _named_in(
        self, guild: discord.Guild, server: Server, channel: Channel | None
    ) -> Known:
        """Return the roles of the members whom a channel names, of the first few."""
        if channel is None:
            return {}
        apart = (server.owner_id, server.bot_id)
        named = [m for m, sees in channel.members.items() if sees and m not in apart]
        found = await asyncio.gather(*(self.roles_in(guild, m) for m in named[:_MOST_NAMED]))
        return dict(zip(named, found, strict=False))

    async def roles_in(self, guild: discord.Guild, user_id: int) -> frozenset[int] | None:
        """Return the roles of a member, cached for a minute; None for a non-member, or if Discord
        does not answer.
        """
        key, now = (guild.id, user_id), time.monotonic()
        known = self._roles.get(key)
        if known is not None and now - known[0] < _ROLES_SECONDS:
            return known[1]
        try:
            # discord.py alone would try for half a minute.
            async with asyncio.timeout(_PATIENCE_SECONDS):
                member = await guild.fetch_member(user_id)
            roles = frozenset(role.id for role in member.roles)
        except discord.NotFound:
            roles = None
        except (discord.HTTPException, aiohttp.ClientError, OSError, TimeoutError) as error:
            _log.warning("the roles of a member could not be had: %s", type(error).__name__)
            return None
        self._roles[key] = (now, roles)
        self._roles.move_to_end(key)
        while len(self._roles) > _MOST_REMEMBERED:
            self._roles.popitem(last=False)
        return roles


def rests_within(service: AnswerService, shown: Answer | Summary) -> bool:
    """Return True if a service sees every article that is shown. Blocks."""
    return all(_holds(service, article_id) for article_id in rests_on(shown))


def rests_on(shown: Answer | Summary) -> set[str]:
    """Return the ids of the articles that an answer or a summary quotes or offers to open."""
    found = {citation.article_id for citation in shown.citations}
    found |= {reprint for citation in shown.citations for reprint in citation.also_in}
    if isinstance(shown, Summary):
        return {*found, shown.article_id}
    if shown.nearest is not None:
        found.add(shown.nearest.article_id)
    if not shown.found or shown.mode == "generated":
        found |= {passage.article_id for passage in shown.passages}
    return found


def _holds(service: AnswerService, article_id: str) -> bool:
    return any(card.id == article_id for card in service.articles(article_id))


def lies_in(source: str, collections: set[str]) -> bool:
    """Return True if a document is in one of some folded collections."""
    return folded(collection_of(source)) in collections


def folded(collection: str) -> str:
    """Return the normal form of a collection's name, in which rules are compared."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", collection).casefold())
