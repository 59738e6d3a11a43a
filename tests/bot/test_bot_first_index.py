"""With no index yet the bot connects at once, builds one, and tells those who ask meanwhile."""

from __future__ import annotations

from tests.bot.conftest import RunningBot

SETTINGS = {"FAKE_NO_INDEX": 1, "FAKE_STEPS": 6, "FAKE_STEP_SECONDS": 0.5}
FERRY = "when does the ferry to Pine Island resume"


async def test_those_who_ask_meanwhile_are_told_and_later_answered(running_bot: RunningBot) -> None:
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
