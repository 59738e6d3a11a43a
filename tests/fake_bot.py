"""The bot as a process of its own with the fake service: `BotProcess(..., program=PROGRAM)`.

`FAKE_DELAY` slows every question, `FAKE_NO_INDEX` starts without an index, `FAKE_STEPS` and
`FAKE_STEP_SECONDS` shape a run, which is refused so often as `FAKE_REFUSALS` says; settings that
begin with `PACE_` hurry the bot's clocks. `FAKE_INTAKE` lets documents come and go by hand; a run
then reads them too.
"""

from __future__ import annotations

import asyncio
import os
import sys

from bot.discord.client import DocentBot
from bot.discord.lifecycle import run_bot
from bot.discord.progress import Timeouts
from config.errors import DocentError
from config.logs import configure_logging
from config.settings import load_settings
from index.intake import Intake
from tests.fakes_reindex import FakeReindex
from tests.fakes_service import FakeService

PROGRAM = "tests.fake_bot:main"


def main() -> int:
    given = os.environ.get
    delay, indexed = float(given("FAKE_DELAY", "0")), not given("FAKE_NO_INDEX")
    return run(FakeService(delay=delay, indexed=indexed))


def run(service: FakeService) -> int:
    """Run it as `docent run` does: a failure is one sentence, and exit status 1."""
    settings = load_settings()
    configure_logging(settings)
    given = os.environ.get
    reindex = FakeReindex(
        service,
        steps=int(given("FAKE_STEPS", "5")),
        step_seconds=float(given("FAKE_STEP_SECONDS", "0")),
        refusals=int(given("FAKE_REFUSALS", "0")),
    )
    pace = Timeouts(
        interaction=float(given("PACE_INTERACTION", "840")),
        shutdown=float(given("PACE_SHUTDOWN", "9")),
        housekeeping=float(given("PACE_HOUSEKEEPING", "3600")),
        between_tries=float(given("PACE_BETWEEN_TRIES", "30")),
    )
    try:
        bot = DocentBot(settings, service, reindex, settings.data_dir, pace=pace)
        if given("FAKE_INTAKE"):
            reindex.documents = settings.documents_dir
            bot.intake = Intake(settings.documents_dir, settings.data_dir)
        asyncio.run(run_bot(bot, settings.discord_token.get_secret_value()))
    except DocentError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stderr.write(f"left cleanly; most at once {service.most_at_once}\n")
    return 0
