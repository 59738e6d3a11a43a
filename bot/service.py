"""Run the Discord bot over a workshop until it is told to stop."""

from __future__ import annotations

import asyncio

from bot.client import build_bot, run_bot
from bot.workshop import Workshop
from config.settings import SettingsError


def serve(workshop: Workshop) -> None:
    """Connect and answer until SIGTERM or SIGINT.

    Raises SettingsError without a token, StoreLocked where another bot answers from the same
    data folder, StartFailed where Discord refuses.
    """
    settings = workshop.settings
    token = settings.discord_token.get_secret_value()
    if not token:
        raise SettingsError("errors.token_missing")
    workshop.library.resident("docent run")
    bot = build_bot(settings, workshop.desk, workshop.reindex, settings.data_dir)
    asyncio.run(run_bot(bot, token))
