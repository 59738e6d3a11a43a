"""`/reindex`: who may, live progress while questions are answered, cancelling, the report."""

from __future__ import annotations

from itertools import pairwise

from tests.bot.conftest import RunningBot
from tests.local_discord.door import Interaction

SETTINGS = {"FAKE_STEPS": 8, "FAKE_STEP_SECONDS": 0.4, "PACE_INTERACTION": 1.5}
FERRY = "when does the ferry to Pine Island resume"


async def over(running_bot: RunningBot, used: Interaction) -> None:
    """Wait until no run is shown as being under way."""

    def ended() -> bool:
        latest = running_bot.room.messages[-1].content
        return any(word in latest for word in ("is up to date", "索引已更新", "cancelled", "取消"))

    await running_bot.until(ended, 20)


async def test_a_member_is_refused_privately_and_told_which_right_is_missing(
    running_bot: RunningBot,
) -> None:
    for by, reason in ((running_bot.ann, "Manage Server"), (running_bot.bo, "“管理服务器”权限")):
        used = await running_bot.slash("reindex", by=by, force=True)
        (told,) = used.messages
        assert told.ephemeral and reason in told.text
    status = await running_bot.slash("status")
    assert "under way" not in status.text


async def test_live_progress_while_questions_are_answered(running_bot: RunningBot) -> None:
    used = await running_bot.slash("reindex", by=running_bot.boss)
    assert not used.messages[0].ephemeral
    for _ in range(3):
        assert "**3** May" in (await running_bot.ask(FERRY)).text
    again = await running_bot.slash("reindex", by=running_bot.librarian, full=True, force=True)
    assert "under way already" in again.text
    assert "A run is under way: Encoding" in (await running_bot.slash("status")).text
    (shown,) = used.messages
    await running_bot.until(lambda: "goes on in a message below" in shown.content, 10)
    await over(running_bot, used)
    await running_bot.server.settled(1.2)
    # The message that the progress moved to holds the report, and so does the other viewer's.
    reports = [m for m in running_bot.room.messages if "is up to date" in m.content]
    assert len(reports) == 2
    assert reports[0].content.split("\n")[1] == "1 added · 0 changed · 0 removed · 28 unchanged"
    assert "- broken.pdf — the file is encrypted" in reports[0].content
    assert not reports[0].buttons
    versions = [version["content"] for version in shown.versions]
    assert any("▰" in text and "/ 8" in text for text in versions)
    assert "1 added" in reports[0].text
    assert "**88** metres" in (await running_bot.ask("how long is the new bridge")).text


async def test_progress_is_edited_once_a_second_at_most(running_bot: RunningBot) -> None:
    before = len(running_bot.server.requests)
    used = await running_bot.slash("reindex", by=running_bot.boss)
    await over(running_bot, used)
    await running_bot.server.settled(1.2)
    edits = [r for r in running_bot.server.requests[before:] if r.method == "PATCH"]
    assert len(edits) >= 3
    # Loading the interaction's message with its link is beside the progress itself.
    progress = [r.at for r in edits if "goes on" not in r.body["content"]]
    assert all(later - sooner > 0.9 for sooner, later in pairwise(progress))


async def test_cancelling(running_bot: RunningBot) -> None:
    used = await running_bot.slash("reindex", by=running_bot.boss)
    (shown,) = used.messages
    refused = await running_bot.click(shown, "Cancel", by=running_bot.bo)
    assert refused.ephemeral and "管理服务器" in refused.text
    await running_bot.server.click(running_bot.librarian, shown, "Cancel")
    await running_bot.until(lambda: "cancelled after" in shown.content, 10)
    assert "Nothing was changed" in shown.content and not shown.buttons


async def test_cancel_of_a_run_that_is_over(running_bot: RunningBot) -> None:
    used = await running_bot.slash("reindex", by=running_bot.boss)
    (shown,) = used.messages
    components = shown.components
    await over(running_bot, used)
    shown.components = components
    told = await running_bot.click(shown, "Cancel", by=running_bot.boss)
    assert told.ephemeral and told.text == "No run is under way any more."


async def test_a_progress_message_that_is_deleted_stops_nothing(running_bot: RunningBot) -> None:
    used = await running_bot.slash("reindex", by=running_bot.boss)
    running_bot.server.delete_message(used.messages[0])
    assert "**3** May" in (await running_bot.ask(FERRY)).text
    again = await running_bot.slash("reindex", by=running_bot.boss)
    await over(running_bot, again)
    assert running_bot.excuse(10008)
