"""`/reindex`: who may, live progress while questions are answered, cancelling, the report."""

from __future__ import annotations

from itertools import pairwise

from tests.bot.conftest import Hall
from tests.discord_interactions import Interaction

SETTINGS = {"FAKE_STEPS": 8, "FAKE_STEP_SECONDS": 0.4, "PACE_INTERACTION": 1.5}
FERRY = "when does the ferry to Pine Island resume"


async def over(hall: Hall, used: Interaction) -> None:
    """Wait until no run is shown as being under way."""

    def ended() -> bool:
        latest = hall.room.messages[-1].content
        return any(word in latest for word in ("is up to date", "索引已更新", "cancelled", "取消"))

    await hall.server.until(ended, 20)


async def test_a_member_is_refused_privately_and_told_which_right_is_missing(hall: Hall) -> None:
    for by, reason in ((hall.ann, "Manage Server"), (hall.bo, "“管理服务器”权限")):
        used = await hall.slash("reindex", by=by, force=True)
        (told,) = used.messages
        assert told.ephemeral and reason in told.text
    status = await hall.slash("status")
    assert "under way" not in status.text


async def test_live_progress_while_questions_are_answered(hall: Hall) -> None:
    used = await hall.slash("reindex", by=hall.boss)
    assert not used.messages[0].ephemeral
    for _ in range(3):
        assert "**3** May" in (await hall.ask(FERRY)).text
    again = await hall.slash("reindex", by=hall.librarian, full=True, force=True)
    assert "under way already" in again.text
    assert "A run is under way: Encoding" in (await hall.slash("status")).text
    (shown,) = used.messages
    await hall.server.until(lambda: "goes on in a message below" in shown.content, 10)
    await over(hall, used)
    await hall.server.settled(1.2)
    # The message that the progress moved to holds the report, and so does the other viewer's.
    reports = [m for m in hall.room.messages if "is up to date" in m.content]
    assert len(reports) == 2
    assert reports[0].content.split("\n")[1] == "1 added · 0 changed · 0 removed · 28 unchanged"
    assert "- broken.pdf — the file is encrypted" in reports[0].content
    assert not reports[0].buttons
    versions = [version["content"] for version in shown.versions]
    assert any("▰" in text and "/ 8" in text for text in versions)
    assert "1 added" in reports[0].text
    assert "**88** metres" in (await hall.ask("how long is the new bridge")).text


async def test_progress_is_edited_once_a_second_at_most(hall: Hall) -> None:
    before = len(hall.server.requests)
    used = await hall.slash("reindex", by=hall.boss)
    await over(hall, used)
    await hall.server.settled(1.2)
    edits = [r for r in hall.server.requests[before:] if r.method == "PATCH"]
    assert len(edits) >= 3
    # Loading the interaction's message with its link is beside the progress itself.
    progress = [r.at for r in edits if "goes on" not in r.body["content"]]
    assert all(later - sooner > 0.9 for sooner, later in pairwise(progress))


async def test_cancelling(hall: Hall) -> None:
    used = await hall.slash("reindex", by=hall.boss)
    (shown,) = used.messages
    refused = await hall.click(shown, "Cancel", by=hall.bo)
    assert refused.ephemeral and "管理服务器" in refused.text
    await hall.server.click(hall.librarian, shown, "Cancel")
    await hall.server.until(lambda: "cancelled after" in shown.content, 10)
    assert "Nothing was changed" in shown.content and not shown.buttons


async def test_cancel_of_a_run_that_is_over(hall: Hall) -> None:
    used = await hall.slash("reindex", by=hall.boss)
    (shown,) = used.messages
    components = shown.components
    await over(hall, used)
    shown.components = components
    told = await hall.click(shown, "Cancel", by=hall.boss)
    assert told.ephemeral and told.text == "No run is under way any more."


async def test_a_progress_message_that_is_deleted_stops_nothing(hall: Hall) -> None:
    used = await hall.slash("reindex", by=hall.boss)
    hall.server.delete_message(used.messages[0])
    assert "**3** May" in (await hall.ask(FERRY)).text
    again = await hall.slash("reindex", by=hall.boss)
    await over(hall, again)
    lost = [request for request in hall.server.refused if request.code == 10008]
    assert lost == hall.server.refused
    hall.server.requests = [r for r in hall.server.requests if r not in lost]
