"""Log lines: one JSON object each, numbered by question, and without secrets."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Iterator

import pytest

from bot.gateway.gate import off_loop
from config.logs import begin_question, configure_logging
from config.settings import Settings

TOKEN = "MTIzNDU2.Gabcde.a-secret-token"


@pytest.fixture
def restored() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def configure(form: str = "json") -> logging.Logger:
    configure_logging(Settings(_env_file=None, discord_token=TOKEN, log_format=form))
    return logging.getLogger("tried")


def test_a_secret_is_struck_out(restored: None, capsys: pytest.CaptureFixture[str]) -> None:
    for form in ("json", "text"):
        log = configure(form)
        log.info("sent %s", TOKEN)
        try:
            raise ValueError(f"refused {TOKEN}")
        except ValueError:
            log.exception("it failed")
        written = capsys.readouterr().err
        assert TOKEN not in written and written.count("***") >= 2


def test_a_question_keeps_its_number_in_every_thread(
    restored: None, capsys: pytest.CaptureFixture[str]
) -> None:
    log = configure()

    async def answer(name: str) -> str:
        number = begin_question()
        log.info("%s begins", name)
        await off_loop(log.info, "%s in a thread", name, extra={"facts": {"ms": 1}})
        log.info("%s ends", name)
        return number

    async def both() -> list[str]:
        return await asyncio.gather(*(asyncio.create_task(answer(n)) for n in ("one", "two")))

    numbers = asyncio.run(both())
    log.info("nobody asks")
    found = lines(capsys)
    for name, number in zip(("one", "two"), numbers, strict=True):
        own = [line for line in found if str(line["message"]).startswith(name)]
        assert [line["question"] for line in own] == [number] * 3
        assert own[1]["ms"] == 1
    assert "question" not in found[-1]
    assert numbers[0] != numbers[1]
    configure("text").info("plain")
    assert " INFO tried: plain" in capsys.readouterr().err
