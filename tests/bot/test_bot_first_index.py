"""With no index yet the bot connects at once, waits for another that builds one, or builds it."""

from __future__ import annotations

from tests.bot.conftest import RunningBot

SETTINGS = {"FAKE_NO_INDEX": 1, "FAKE_STEPS": 6, "FAKE_STEP_SECONDS": 0.5}
SETTINGS |= {"FAKE_REFUSALS": 3, "PACE_BETWEEN_TRIES": 2}
FERRY = "when does the ferry to Pine Island resume"


async def test_those_who_ask_meanwhile_are_told_and_later_answered(running_bot: RunningBot) -> None:
    # Another process builds it, and ends before it is there.
    await running_bot.bot.wait_log("has been writing to the index")
    assert "Another process is building" in (await running_bot.ask(FERRY)).text
    await running_bot.until(lambda: running_bot.bot.log.count("building it") == 4, 30)
    used = await running_bot.ask(FERRY)
    assert "being built for the first time (Encoding ·" in used.text
    chinese = await running_bot.ask(FERRY, by=running_bot.bo)
    assert "正在首次建立索引（编码 ·" in chinese.text
    said = running_bot.mention(FERRY)
    assert "being built" in (await running_bot.answer_to(said)).text
    assert "being built" in (await running_bot.slash("status")).text
    assert await running_bot.typed("ask", "article", "f") == []
    shown = await running_bot.slash("reindex", by=running_bot.boss)
    assert "under way already" in shown.text
    await running_bot.until(lambda: "is up to date" in shown.text, 20)
    assert "**3** May" in (await running_bot.ask(FERRY)).text
