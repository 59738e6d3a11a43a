"""Dates and a source bound a question in Discord; what is no date is told in one sentence."""

from __future__ import annotations

import pytest

from tests.bot.conftest import RunningBot

FERRY = "when does the ferry to Pine Island resume"


async def test_a_source_bounds_what_is_asked(running_bot: RunningBot) -> None:
    (found,) = (await running_bot.ask(FERRY, source="FERRY")).messages
    assert "> The ferry to Pine Island resumes on **3** May" in found.text
    (other,) = (await running_bot.ask(FERRY, source="water")).messages
    assert "Pine Island resumes on" not in other.text.split("\n", 1)[1]


@pytest.mark.parametrize(
    "bound", [{"after": "2026-11"}, {"before": "yesterday"}, {"after": "上周", "before": "今天"}]
)
async def test_days_bound_what_is_asked(running_bot: RunningBot, bound: dict[str, str]) -> None:
    (reply,) = (await running_bot.ask(FERRY, **bound)).messages
    assert "Pine Island resumes on" not in reply.text.split("\n", 1)[1]


async def test_what_is_no_date_is_told_to_the_asker(running_bot: RunningBot) -> None:
    (reply,) = (await running_bot.ask(FERRY, after="soonish")).messages
    assert "“soonish” is no date" in reply.content
    (reply,) = (await running_bot.ask("渡轮几时恢复", by=running_bot.bo, before="以后")).messages
    assert "“以后”不是日期" in reply.content
