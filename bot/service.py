"""Run the Discord bot over a workshop until it is told to stop."""

from __future__ import annotations

import asyncio

from bot.gateway.client import DocentBot, build_bot, run_bot
from bot.health.measured import MeasuredDesk
from bot.workshop import Workshop
from config.settings import SettingsError


def serve(workshop: Workshop, *, watch: bool = False) -> None:
    """Connect and answer until SIGTERM or SIGINT; with `watch`, reindex documents that change.

    Raises SettingsError without a token, StoreLocked where another bot answers from the same
    data folder, StartFailed where Discord refuses or the port of the metrics is taken.
    """
    settings = workshop.settings
    token = settings.discord_token.get_secret_value()
    if not token:
        raise SettingsError("errors.token_missing")
    workshop.library.resident("docent run")
    if settings.metrics_port:
        asyncio.run(_run_measured(workshop, token, watch))
    else:
        asyncio.run(run_bot(_bot(workshop, MeasuredDesk(workshop.desk), watch), token))


def _bot(workshop: Workshop, desk: MeasuredDesk, watch: bool) -> DocentBot:
    bot = build_bot(workshop.settings, desk, workshop.reindex, workshop.settings.data_dir)
    if watch:
        from bot.gateway.watching import Watcher

        bot.beside.append(Watcher(bot.runs, workshop.watch).work)
    bot.intake = workshop.intake
    return bot


async def _run_measured(workshop: Workshop, token: str, watch: bool) -> None:
    """Run the bot beside the page of its metrics and its health."""
    from bot.gateway.connection import Connection
    from bot.health.metrics import Metrics
    from bot.health.monitor import Monitor  # all three only where they are asked for

    metrics = Metrics()
    desk = MeasuredDesk(workshop.desk, metrics.note)
    generator = workshop.generator
    metrics.watch(desk.status, (lambda: generator.counts) if generator else None)
    bot = _bot(workshop, desk, watch)
    async with Monitor(metrics, Connection(bot).state, workshop.probe) as monitor:
        await monitor.open(workshop.settings.metrics_host, workshop.settings.metrics_port)
        await run_bot(bot, token)
