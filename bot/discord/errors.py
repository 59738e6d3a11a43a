"""Every failure becomes one sentence in the reader's language; nobody sees an exception's text."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import discord
from discord import app_commands

from bot.discord.render.markdown import shorten
from bot.discord.replies import UNDELIVERABLE, Reply, reply_of
from config.errors import DocentError
from config.phrases import localize
from retrieval.errors import ArticleNotFound, NoIndex

if TYPE_CHECKING:
    from bot.discord.client import DocentBot

_log = logging.getLogger(__name__)
# What somebody typed may be thousands of characters, and must not make the sentence unsendable.
_LONGEST_VALUE = 500


class StartFailed(DocentError):
    """The bot cannot go on running; the message says why and what to do."""


class NotAdmin(DocentError):
    """A person lacks the right that a command takes."""


class Restarting(DocentError):
    """The bot is going down, so nothing new is begun."""


class Gone(DocentError):
    """What a button refers to is no longer kept, or no longer in the documents."""


def sentence(error: BaseException, language: str, missing_index: Callable[[str], str]) -> str:
    """Return what a person is told. `missing_index` says why there is no index, by language.

    An error that nobody foresaw is logged under a number, and only the number is told.
    """
    if isinstance(error, app_commands.CommandInvokeError):
        error = error.original
    if isinstance(error, NoIndex):
        return missing_index(language)
    if isinstance(error, DocentError):
        return known_sentence(error, language)
    if isinstance(error, app_commands.NoPrivateMessage):
        return localize("discord.server_only", language)
    if isinstance(error, app_commands.CommandNotFound | app_commands.CommandSignatureMismatch):
        return localize("discord.commands_changed", language)
    reference = secrets.token_hex(4)
    _log.error("unexpected error, told as %s", reference, exc_info=error)
    return localize("discord.unexpected", language, reference=reference)


def known_sentence(error: DocentError, language: str) -> str:
    """Return the sentence of an error of ours, what it names escaped."""
    # The terminal's sentence names the terminal's command.
    key = "discord.article_not_found" if isinstance(error, ArticleNotFound) else error.key
    return localize(key, language, **{n: _value(v, language) for n, v in error.values.items()})


def _value(value: object, language: str) -> object:
    if isinstance(value, DocentError):
        return shorten(value.localize(language), _LONGEST_VALUE)
    return value if isinstance(value, int | float) else shorten(str(value), _LONGEST_VALUE)


async def tell_error(reply: Reply, error: BaseException, bot: DocentBot) -> None:
    """Tell the one who waits what went wrong; where even that fails, the log has it."""
    told = sentence(error, reply.language, bot.missing_index)
    try:
        await reply.tell(told)
    except UNDELIVERABLE:
        # Not the sentence: it may name what not everyone may know of.
        kind = type(error).__name__
        _log.warning("nobody could be told of %s", kind, exc_info=True)


async def guarded(work: Awaitable[None], reply: Callable[[], Reply], bot: DocentBot) -> None:
    """Do the work of a message or a click; whatever happens, the one who waits is told."""
    try:
        await work
    except Exception as error:
        await tell_error(reply(), error, bot)


class DocentTree(app_commands.CommandTree["DocentBot"]):
    """The slash commands, whose errors reach `on_error` here and nowhere else."""

    def __init__(self, client: DocentBot) -> None:
        """Remember nobody who types."""
        super().__init__(client)
        self._typing: dict[int, asyncio.Task[object]] = {}

    async def interaction_check(self, interaction: discord.Interaction[DocentBot], /) -> bool:
        """Count a command among what a shutdown waits for; offer a person the latest choices."""
        if interaction.type is discord.InteractionType.application_command:
            interaction.client.under_way()
        elif (task := asyncio.current_task()) is not None:
            self._offer_alone(interaction.user.id, task)
        return True

    def _offer_alone(self, user_id: int, task: asyncio.Task[object]) -> None:
        """Give up the choices for what a person typed before: Discord shows the latest alone."""
        earlier = self._typing.get(user_id)
        if earlier is not None:
            earlier.cancel()
        self._typing[user_id] = task

        def forget(done: asyncio.Task[object]) -> None:
            if self._typing.get(user_id) is done:
                del self._typing[user_id]

        task.add_done_callback(forget)

    async def on_error(
        self, interaction: discord.Interaction[DocentBot], error: app_commands.AppCommandError, /
    ) -> None:
        """Tell the person who used the command."""
        await tell_error(reply_of(interaction), error, interaction.client)
