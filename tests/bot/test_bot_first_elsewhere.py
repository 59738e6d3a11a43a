"""Where another process builds the first index, the bot waits for it, and builds where it ends."""

from __future__ import annotations

from tests.bot.conftest import RunningBot

SETTINGS = {"FAKE_NO_INDEX": 1, "FAKE_REFUSALS": 3, "PACE_BETWEEN_TRIES": 2}
FERRY = "when does the ferry to Pine Island resume"


async def test_those_who_ask_are_told_who_builds_and_another_run_follows(
    running_bot: RunningBot,
) -> None:
    await running_bot.bot.wait_log("has been writing to the index")
    assert "Another process is building" in (await running_bot.ask(FERRY)).text
    await running_bot.bot.wait_log("the first index is finished")
    assert "**3** May" in (await running_bot.ask(FERRY)).text
