"""The command tree, and where the errors of commands, messages and clicks are reported."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

import discord
from discord import app_commands

from bot.discord.delivery import UNDELIVERABLE
from bot.discord.error_messages import sentence
from bot.discord.replies import Reply, reply_of

_log = logging.getLogger(__name__)


class Host(Protocol):
    """What the tree needs of the bot that it belongs to."""

    def track_task(self) -> None:
        """Make the shutdown wait for the current task."""

    def missing_index(self, language: str) -> str:
        """Return why there is no index."""


async def tell_error(
    reply: Reply, error: BaseException, missing_index: Callable[[str], str]
) -> None:
    """Send the error message of a failure; log it if that fails too."""
    told = sentence(error, reply.language, missing_index)
    try:
        await reply.tell(told)
    except UNDELIVERABLE:
        # Not the sentence: it may name what not everyone may know of.
        kind = type(error).__name__
        _log.warning("an error message could not be sent for %s", kind, exc_info=True)


async def guarded(host: Host, work: Awaitable[None], reply: Callable[[], Reply]) -> None:
    """Await the work of a message or a click, as the shutdown does; a failure is told."""
    host.track_task()
    try:
        await work
    except Exception as error:
        await tell_error(reply(), error, host.missing_index)


class DocentTree(app_commands.CommandTree[Any]):
    """The slash commands, whose errors reach `on_error` here and nowhere else."""

    def __init__(self, client: Any) -> None:
        """Start with no autocomplete running."""
        super().__init__(client)
        self._typing: dict[int, asyncio.Task[object]] = {}

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Make the shutdown wait for a command; serve only a user's latest autocomplete."""
        if interaction.type is discord.InteractionType.application_command:
            host: Host = interaction.client
            host.track_task()
        elif (task := asyncio.current_task()) is not None:
            self._offer_alone(interaction.user.id, task)
        return True

    def _offer_alone(self, user_id: int, task: asyncio.Task[object]) -> None:
        """Cancel a user's earlier autocomplete: Discord shows only the latest."""
        earlier = self._typing.get(user_id)
        if earlier is not None:
            earlier.cancel()
        self._typing[user_id] = task

        def forget(done: asyncio.Task[object]) -> None:
            if self._typing.get(user_id) is done:
                del self._typing[user_id]

        task.add_done_callback(forget)

    async def on_error(
        self, interaction: discord.Interaction[Any], error: app_commands.AppCommandError, /
    ) -> None:
        """Send the error message to the user of the command."""
        host: Host = interaction.client
        await tell_error(reply_of(interaction), error, host.missing_index)
