"""With no index yet the bot connects at once, builds one, and tells those who ask meanwhile."""

from __future__ import annotations

from tests.bot.conftest import Hall

SETTINGS = {"FAKE_NO_INDEX": 1, "FAKE_STEPS": 6, "FAKE_STEP_SECONDS": 0.5}
FERRY = "when does the ferry to Pine Island resume"


async def test_those_who_ask_meanwhile_are_told_and_later_answered(hall: Hall) -> None:
    used = await hall.ask(FERRY)
    assert "being built for the first time (Encoding ·" in used.text
    chinese = await hall.ask(FERRY, by=hall.bo)
    assert "正在首次建立索引（编码 ·" in chinese.text
    said = hall.mention(FERRY)
    assert "being built" in (await hall.server.answer_to(said)).text
    assert "being built" in (await hall.slash("status")).text
    assert await hall.server.autocomplete(hall.ann, hall.room, "ask", "article", "f") == []
    shown = await hall.slash("reindex", by=hall.boss)
    assert "under way already" in shown.text
    await hall.server.until(lambda: "is up to date" in shown.text, 20)
    assert "**3** May" in (await hall.ask(FERRY)).text
