"""`docent run` with METRICS_PORT: what an operator sees while people ask and Discord goes away."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.bot_stage import REAL, stage
from tests.docent import FERRY, MARKET
from tests.local_discord.door import DiscordServer, scenario
from tests.monitor_page import fetch, free_port, value

pytest.importorskip("prometheus_client", reason="install the project anew: a dependency was added")
ASKED = "how many passengers does the Heron carry"


async def health(server: DiscordServer, port: int, wanted: int) -> None:
    """Wait until the health check says so."""
    for _ in range(300):
        if (await fetch(port, "/healthz"))[0] == wanted:
            return
        await server.settled(0.1)
    raise AssertionError(f"/healthz never said {wanted}: {await fetch(port, '/healthz')}")


@scenario(120)
async def test_metrics_health_and_logs_of_a_running_bot(tmp_path: Path) -> None:
    documents = tmp_path / "articles"
    documents.mkdir()
    (documents / "ferry.md").write_text(FERRY, encoding="utf-8")
    (documents / "market.md").write_text(MARKET, encoding="utf-8")
    port = free_port()
    async with stage(tmp_path, program=REAL, METRICS_PORT=port, LOG_FORMAT="json") as on:
        server, bot = on.server, on.bot
        await health(server, port, 200)
        await (await on.slash(ASKED, private=True)).wait_reply()
        _, page = await fetch(port, "/metrics")
        assert value(page, "docent_questions_total") == 1
        answered = value(page, 'docent_answered_total{mode="extractive"}') or 0
        # Whether it is answered is the reader's to know; it is one of the two.
        assert answered + (value(page, "docent_abstained_total") or 0) == 1
        assert value(page, "docent_index_articles") == 2
        assert value(page, "docent_gateway_reconnects_total") == 0
        server.gateway.down = True
        server.gateway.abort()
        await health(server, port, 503)
        server.gateway.down = False
        await health(server, port, 200)
        _, page = await fetch(port, "/metrics")
        assert value(page, "docent_gateway_reconnects_total") == 1
    lines = [json.loads(line) for line in bot.lines]
    numbered = [line for line in lines if "question" in line]
    assert len({line["question"] for line in numbered}) == 1
    assert [line["message"].split()[0] for line in numbered] == ["asked", "answered", "sent"]
    assert "Heron" not in bot.log and server.token not in bot.log
    assert numbered[1]["stages_ms"]["search"] > 0
