"""The page of the numbers and of the health, fetched over a real socket."""

from __future__ import annotations

import asyncio
import logging
import re
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.core.exceptions import StartFailed
from bot.core.measured import Note, measured
from bot.discord.connection import ConnectionState
from retrieval.chat.tally import Tally
from retrieval.errors import NoIndex
from retrieval.models import AskRequest, Status
from tests.fakes_service import FakeService
from tests.monitor_page import fetch, free_port, value

pytest.importorskip("prometheus_client", reason="install the project anew: a dependency was added")

from bot.operations.metrics import Metrics
from bot.operations.monitor import Monitor

UP = ConnectionState(True, 2, {0: 0.25})
FERRY = "when does the ferry to Pine Island resume"


def serve(
    look: Callable[[int], object],
    *,
    metrics: Metrics | None = None,
    gateway: Callable[[], ConnectionState] = lambda: UP,
    probe: Callable[[], None] = lambda: None,
    **clocks: float,
) -> None:
    """Serve a page on a free port while `look(port)` looks at it."""

    async def run() -> None:
        port = free_port()
        async with Monitor(metrics or Metrics(), gateway, probe, **clocks) as monitor:
            await monitor.open("127.0.0.1", port)
            async with asyncio.timeout(20):
                await look(port)  # type: ignore[misc]

    asyncio.run(run())


def asked(question: str, note: Note | None = None) -> None:
    measured(lambda: FakeService().ask(AskRequest(question)), note)


def test_every_question_is_counted_by_how_it_ended() -> None:
    metrics, tally = Metrics(), Tally()
    metrics.watch(FakeService().status, tally.counts)
    tally.add(calls=3, tokens_read=700, tokens_written=50)
    tally.fail("timeout")
    for question in (FERRY, FERRY, "quantum chromodynamics of zebras"):
        asked(question, metrics.note)
    for question, error in (("", Exception), ("boom", RuntimeError)):
        with pytest.raises(error):
            asked(question, metrics.note)

    async def look(port: int) -> None:
        status, page = await fetch(port, "/metrics")
        assert status == 200
        for series, wanted in {
            "docent_questions_total": 5,
            'docent_answered_total{mode="extractive"}': 2,
            'docent_answered_total{mode="generated"}': 0,
            "docent_abstained_total": 1,
            'docent_failed_total{kind="QuestionUnusable"}': 1,
            'docent_failed_total{kind="RuntimeError"}': 1,
            'docent_stage_seconds_count{stage="whole"}': 5,
            "docent_gateway_connected": 1,
            "docent_gateway_reconnects_total": 2,
            'docent_gateway_latency_seconds{shard="0"}': 0.25,
            "docent_index_up": 1,
            "docent_index_passages": FakeService().status().passages,
            "docent_model_calls_total": 3,
            'docent_model_tokens_total{direction="read"}': 700,
            'docent_model_failures_total{cause="timeout"}': 1,
        }.items():
            assert value(page, series) == wanted, series
        # What was asked is nobody's business here.
        assert "ferry" not in page.lower() and "zebra" not in page

    serve(look, metrics=metrics)


def test_the_page_holds_every_metric_that_the_documentation_names(root: Path) -> None:
    from prometheus_client.parser import text_string_to_metric_families

    told = (root / "docs" / "operating.md").read_text(encoding="utf-8")
    names = set(re.findall(r"docent_[a-z_]+[a-z]", told.split("Suggested alerts")[0]))
    metrics, tally = Metrics(), Tally()
    metrics.watch(FakeService().status, tally.counts)
    asked(FERRY, metrics.note)
    page = metrics.page(UP).decode()
    families = [family.name for family in text_string_to_metric_families(page)]
    assert len(families) == len(set(families))
    held = {*families, *(f"{name}_total" for name in families)}
    # The share is there once a model has replied.
    assert len(names) > 15 and names - held <= {"docent_model_used_share"}


def test_stages_are_measured_in_seconds() -> None:
    metrics = Metrics()
    answer = FakeService().ask(AskRequest(FERRY))
    object.__setattr__(answer, "timings_ms", {"search": 20.0})
    metrics.note(answer, 0.5)

    async def look(port: int) -> None:
        _, page = await fetch(port, "/metrics")
        assert value(page, 'docent_stage_seconds_sum{stage="search"}') == pytest.approx(0.02)
        assert value(page, 'docent_stage_seconds_bucket{le="0.01",stage="search"}') == 0
        assert value(page, 'docent_stage_seconds_bucket{le="0.025",stage="search"}') == 1

    serve(look, metrics=metrics)


def test_the_age_of_the_index_is_told_and_a_missing_index_too() -> None:
    dated = Status(1, 2, 3, "m", 4, "2024-01-01T00:00:00+00:00", "embedded", 5)

    def missing() -> Status:
        raise NoIndex("errors.no_index")

    async def look_dated(port: int) -> None:
        _, page = await fetch(port, "/metrics")
        assert value(page, "docent_index_age_seconds") > 3e7  # type: ignore[operator]
        assert value(page, "docent_index_generation") == 4

    async def look_missing(port: int) -> None:
        _, page = await fetch(port, "/metrics")
        assert value(page, "docent_index_up") == 0
        assert value(page, "docent_index_passages") is None

    for status, look in ((lambda: dated, look_dated), (missing, look_missing)):
        metrics = Metrics()
        metrics.watch(status, None)
        serve(look, metrics=metrics)


def test_ready_needs_the_gateway_and_an_answer() -> None:
    states = {"connected": True, "answers": True}
    asked = []

    def probe() -> None:
        asked.append(1)
        if not states["answers"]:
            raise NoIndex("errors.no_index")

    async def look(port: int) -> None:
        assert (await fetch(port, "/healthz"))[0] == 200
        states["connected"] = False
        status, body = await fetch(port, "/healthz")
        assert status == 503 and '"gateway": false, "answers": true' in body
        states.update(connected=True, answers=False)
        status, body = await fetch(port, "/healthz")
        assert status == 503 and '"gateway": true, "answers": false' in body
        states["answers"] = True
        assert (await fetch(port, "/healthz"))[0] == 200
        assert len(asked) == 4

    serve(
        look,
        gateway=lambda: ConnectionState(states["connected"]),
        probe=probe,
        kept_seconds=0,
    )


def test_a_probe_that_hangs_is_not_ready_and_asked_once() -> None:
    release, asked = threading.Event(), []

    def probe() -> None:
        asked.append(1)
        release.wait(20)

    async def look(port: int) -> None:
        found = await asyncio.gather(*(fetch(port, "/healthz") for _ in range(3)))
        assert [status for status, _ in found] == [503, 503, 503]
        release.set()
        while (await fetch(port, "/healthz"))[0] != 200:
            await asyncio.sleep(0.02)
        assert asked == [1]

    serve(look, probe=probe, probe_seconds=0.1, kept_seconds=60)


def test_a_port_that_is_taken_is_one_sentence() -> None:
    async def look(port: int) -> None:
        async with Monitor(Metrics(), lambda: UP, lambda: None) as second:
            with pytest.raises(StartFailed, match="METRICS_PORT"):
                await second.open("127.0.0.1", port)
        assert (await fetch(port, "/nothing"))[0] == 404

    serve(look)


def test_the_log_tells_how_a_question_ended_and_not_what_it_was(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.INFO):
        asked(FERRY)
        asked("quantum chromodynamics of zebras")
        with pytest.raises(RuntimeError):
            asked("boom, says the cannon")
    said = [record.getMessage() for record in caplog.records]
    assert "answered (extractive)" in said[0] and "(abstained)" in said[1]
    assert "RuntimeError" in said[2]
    assert not re.search("ferry|zebra|cannon", " ".join(said), re.IGNORECASE)
    assert caplog.records[0].facts["outcome"] == "extractive"  # type: ignore[attr-defined]
