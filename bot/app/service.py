"""Run the Discord bot over a context until it is told to stop."""

from __future__ import annotations

import asyncio

from bot.app.context import AppContext
from bot.discord.client import DocentBot
from bot.discord.lifecycle import run_bot
from config.settings import SettingsError


def serve(context: AppContext, *, watch: bool = False) -> None:
    """Connect and answer until SIGTERM or SIGINT; with `watch`, reindex documents that change.

    Raises SettingsError without a token, StoreLocked where another bot answers from the same
    data folder, StartFailed where Discord refuses or the port of the metrics is taken.
    """
    settings = context.settings
    token = settings.discord_token.get_secret_value()
    if not token:
        raise SettingsError("errors.token_missing")
    context.library.resident("docent run")
    if settings.metrics_port:
        asyncio.run(_run_measured(context, token, watch))
    else:
        asyncio.run(run_bot(_bot(context, watch), token))


def _bot(context: AppContext, watch: bool) -> DocentBot:
    bot = DocentBot(context.settings, context.service, context.reindex, context.settings.data_dir)
    if watch:
        from bot.discord.watching import Watcher

        bot.background_work.append(Watcher(bot.runs, context.watch).work)
    bot.intake = context.intake
    return bot


async def _run_measured(context: AppContext, token: str, watch: bool) -> None:
    """Run the bot beside the page of its metrics and its health."""
    from bot.discord.connection import Connection
    from bot.operations.metrics import Metrics
    from bot.operations.monitor import Monitor  # all three only where they are asked for

    metrics = Metrics()
    generator = context.generator
    metrics.watch(context.service.status, (lambda: generator.counts) if generator else None)
    bot = _bot(context, watch)
    bot.note_outcome = metrics.note
    async with Monitor(metrics, Connection(bot).state, context.probe) as monitor:
        await monitor.open(context.settings.metrics_host, context.settings.metrics_port)
        await run_bot(bot, token)
