"""What Discord tells of a server is read as discord.py reads it; no cog reaches past the rules."""

from __future__ import annotations

from typing import Any

import discord
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.discord.permissions.control import folded, rests_on
from bot.discord.permissions.guilds import channel_id_of, server_of
from bot.discord.permissions.servers import Reader, sees, sets_rules
from retrieval.models import Answer, Citation, Passage, Summary
from tests.local_discord.door import (
    ADMINISTRATOR,
    MANAGE_GUILD,
    TEXT,
    THREAD,
    VIEW_CHANNEL,
    Channel,
    Guild,
    Member,
    Role,
    User,
)

GUILD, OWNER, BOT, ADMIN_ROLE = 1, 2, 3, 12
ROLES, MEMBERS = (11, ADMIN_ROLE, 13), (OWNER, 21, 22)
bits = st.sampled_from((0, 0, VIEW_CHANNEL, MANAGE_GUILD, ADMINISTRATOR))
taken = st.sampled_from(((0, 0), (VIEW_CHANNEL, 0), (0, VIEW_CHANNEL), (VIEW_CHANNEL,) * 2))


@st.composite
def guilds(draw: st.DrawFn) -> Guild:
    everyone = Role(GUILD, "@everyone", draw(st.sampled_from((0, VIEW_CHANNEL))))
    guild = Guild(GUILD, "town", User(OWNER, "owner"), "en-US", everyone)
    guild.roles = [Role(number, f"role {number}", draw(bits)) for number in ROLES]
    bot = User(BOT, "docent", bot=True)
    guild.members[BOT] = Member(bot, guild)
    for number in MEMBERS:
        held = draw(st.lists(st.sampled_from(guild.roles), unique=True))
        guild.members[number] = Member(User(number, f"user {number}"), guild, held)
    room = Channel(30, TEXT, "room", guild)
    for kind, targets in ((0, (GUILD, *ROLES)), (1, MEMBERS)):
        for target in draw(st.lists(st.sampled_from(targets), unique=True, max_size=3)):
            room.overwrites[target] = (kind, *draw(taken))
    guild.channels = [room, Channel(31, THREAD, "thread", guild, room)]
    return guild


def town(*kinds: int, overwrites: dict[int, tuple[int, int, int]] | None = None) -> Guild:
    """Return a guild with a channel, if a kind is given, and a thread in it."""
    guild = Guild(GUILD, "town", User(OWNER, "owner"), "en-US", Role(GUILD, "@everyone"))
    for kind in kinds:
        room = Channel(30, kind, "room", guild, overwrites=overwrites or {})
        guild.channels = [room, Channel(31, THREAD, "thread", guild, room)]
    return guild


def told(guild: Guild) -> discord.Guild:
    """Return the guild as discord.py makes it of what the gateway says."""
    client = discord.Client(intents=discord.Intents(guilds=True))
    payload: Any = guild.payload(User(BOT, "docent", bot=True))
    return discord.Guild(data=payload, state=client._connection)


@settings(max_examples=150)
@given(guilds())
def test_a_server_is_read_as_discord_py_reads_it(guild: Guild) -> None:
    found = told(guild)
    server = server_of(found, {30, 404}, BOT, (ADMIN_ROLE,))
    assert server is not None and set(server.channels) == {30}
    room = found.get_channel(30)
    assert room is not None
    for number in MEMBERS:
        data: Any = guild.members[number].payload()
        member = discord.Member(data=data, guild=found, state=found._state)
        roles = frozenset(role.id for role in member.roles)
        reader = Reader(number, roles)
        assert (
            sees(server, server.channels[30], reader) == room.permissions_for(member).view_channel
        )
        rights = member.guild_permissions
        rules = rights.manage_guild or ADMIN_ROLE in roles
        assert sets_rules(server, reader) == rules


def test_a_thread_is_read_by_the_readers_of_its_channel() -> None:
    found = told(town(TEXT))
    assert channel_id_of(found, 30, None) == 30
    assert channel_id_of(found, 31, None) == channel_id_of(found, 77, 30) == 30
    # Of what is not known, nothing is said.
    assert channel_id_of(found, 77, None) == channel_id_of(found, None, None) == 0
    assert channel_id_of(found, 77, 78) == 0


@pytest.mark.parametrize("kind", [0, 2, 5, 13, 15, 16])
def test_channels_of_every_kind_have_readers(kind: int) -> None:
    """Text, voice, announcements, stages, forums and media."""
    found = told(town(kind, overwrites={GUILD: (0, 0, VIEW_CHANNEL)}))
    assert channel_id_of(found, 30, None) == channel_id_of(found, 31, None) == 30
    server = server_of(found, {30}, BOT, ())
    assert server is not None and server.channels[30].roles == {GUILD: False}


def test_the_role_that_discord_made_for_the_bot_reads_nothing() -> None:
    guild = town()
    guild.members[BOT] = Member(User(BOT, "docent", bot=True), guild)
    guild.roles = [Role(40, "docent", VIEW_CHANNEL, BOT), Role(41, "another bot", 0, 99)]
    server = server_of(told(guild), (), BOT, ())
    assert server is not None and set(server.roles) == {41}


def test_a_server_that_is_away_is_not_known() -> None:
    found = told(town())
    found.unavailable = True
    assert server_of(found, {30}, BOT, ()) is None


def test_an_answer_rests_on_every_article_that_it_names() -> None:
    cited = Citation(1, "a#1", "", "", "", "q", 0, 1, also_in=("b#1",))
    passage = Passage("c", "c#1", "", "", "", "t", 0.0, 0, 1)
    found = Answer("q", "en", True, "a", "extractive", (cited,), (passage,))
    assert rests_on(found) == {"a#1", "b#1"}
    for shown in (
        Answer("q", "en", False, "no", "extractive", (), (passage,)),
        Answer("q", "en", True, "a", "generated", (), (passage,)),
    ):
        assert rests_on(shown) == {"c#1"}
    assert rests_on(Summary("s#1", "", "", (cited,))) == {"s#1", "a#1", "b#1"}


def test_no_other_spelling_of_a_folder_slips_past_its_rules() -> None:
    assert folded("Café Board") == folded("cafe\u0301 board") == folded("CAFÉ BOARD")
    assert folded("ＢＯＡＲＤ") == folded("board") != folded("boards")
