"""Log lines: one JSON object each, numbered by question, and without secrets."""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections.abc import Iterator
from contextvars import Context
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.core.threads import run_in_thread
from config.logs import begin_question, configure_logging
from config.phrases import localize
from config.printable import printable, printable_lines
from config.settings import Settings, SettingsError, load_settings

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


def configure(form: str = "json", token: str = TOKEN) -> logging.Logger:
    configure_logging(Settings(_env_file=None, discord_token=token, log_format=form))
    return logging.getLogger("tried")


def test_a_question_keeps_its_number_in_every_thread(
    restored: None, capsys: pytest.CaptureFixture[str]
) -> None:
    log = configure()

    async def answer(name: str) -> str:
        number = begin_question()
        log.info("%s begins", name)
        await run_in_thread(log.info, "%s in a thread", name, extra={"facts": {"ms": 1}})
        log.info("%s ends", name)
        return number

    async def both() -> list[str]:
        return await asyncio.gather(*(asyncio.create_task(answer(n)) for n in ("one", "two")))

    # A context of its own: another test may have asked a question in this thread's.
    context = Context()
    numbers = context.run(asyncio.run, both())
    context.run(log.info, "nobody asks")
    found = lines(capsys)
    for name, number in zip(("one", "two"), numbers, strict=True):
        own = [line for line in found if str(line["message"]).startswith(name)]
        assert [line["question"] for line in own] == [number] * 3
        assert own[1]["ms"] == 1
    assert "question" not in found[-1]
    assert numbers[0] != numbers[1]
    configure("text").info("plain")
    assert " INFO tried: plain" in capsys.readouterr().err


def test_every_secret_of_the_settings_is_struck_out(
    restored: None, capsys: pytest.CaptureFixture[str]
) -> None:
    fields = Settings.model_fields.items()
    secret = [name for name, field in fields if field.annotation is SecretStr]
    keys = {name: f"a-key-of-{name}" for name in secret if name != "database_url"}
    addresses = {
        "database_url": "postgresql://docent:pass-database@host/docent",
        "chat_base_url": "http://docent:pass-chat@host/v1",
        "embedding_base_url": "http://docent:pass%2Fembedding@host/v1",
    }
    configure_logging(Settings(_env_file=None, log_format="text", **keys, **addresses))
    hidden = [*keys.values(), "pass-database", "pass-chat", "pass/embedding", "pass%2Fembedding"]
    for one in hidden:
        logging.getLogger("tried").info("sent <%s>", one)
    written = capsys.readouterr().err
    assert written.count("<***>") == len(hidden)
    assert {"discord_token", "embedding_api_key"} <= keys.keys()


@pytest.mark.parametrize(
    "secret", [TOKEN, 'pass"word\\n1', "ключ-secret", "a b/c?d&e=f", "it's-a-key'\""]
)
@pytest.mark.parametrize("form", ["json", "text"])
def test_a_secret_is_struck_out_however_it_is_written(
    restored: None, capsys: pytest.CaptureFixture[str], secret: str, form: str
) -> None:
    log = configure(form, secret)
    log.info("sent %s to http://x/?key=%s", secret, quote(secret, safe=""))
    log.info("given %r and %s", secret, json.dumps({"key": secret}), extra={"facts": {"k": secret}})
    try:
        raise ValueError(f"refused {secret}")
    except ValueError:
        log.exception("it failed")
    written = capsys.readouterr().err
    for way in (secret, json.dumps(secret)[1:-1], repr(secret)[1:-1], quote(secret, safe="")):
        assert way not in written
    assert written.count("***") >= 5


FORGED = "a\n2026-01-01 00:00:00,000 INFO bot.forged: all is well\x1b[2J\x07\u202e\x9b.pdf"


@pytest.mark.parametrize("form", ["json", "text"])
def test_no_file_name_forges_a_line_or_moves_the_cursor(
    restored: None, capsys: pytest.CaptureFixture[str], form: str
) -> None:
    log = configure(form)
    log.warning("not read: %s: %s", FORGED, "no reason")
    try:
        raise ValueError(FORGED)
    except ValueError:
        log.exception("it failed")
    lines = capsys.readouterr().err.splitlines()
    assert not any(line.startswith("2026-01-01") for line in lines)
    assert not any(set(line) & set("\x1b\x07\u202e\x9b") for line in lines)
    assert len(lines) == 2 or form == "text"


@given(st.text())
def test_what_is_printable_is_one_line_and_shows_all_of_it(text: str) -> None:
    shown = printable(text)
    assert len(shown.splitlines()) <= 1 and len(shown) == len(text)
    assert printable("👩\u200d🚒\u200b@a") == "👩\u200d🚒\u200b@a"
    assert printable(shown) == shown
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f]", printable_lines(text))


def test_a_path_in_a_sentence_stays_in_its_line() -> None:
    sentence = localize("terminal.failed", source=FORGED, reason="it is\x1b[2J broken")
    assert "\n" not in sentence and "\x1b" not in sentence
    assert "all is well" in sentence


@pytest.mark.parametrize("name", ["ASK_COOLDOWN", "LOG_LEVEL", "CHROMA_PORT", "ADMIN_ROLE_IDS"])
def test_a_key_in_the_line_of_another_setting_is_not_printed(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for secret in ("sk-proj-4f9a8b7c6d", "hunter2", TOKEN, "abcdefghijklmnopqrstuvwxyz"):
        monkeypatch.setenv(name, secret)
        with pytest.raises(SettingsError) as caught:
            load_settings(_env_file=None)
        assert name in str(caught.value) and secret not in str(caught.value)
    monkeypatch.setenv(name, "lots")
    with pytest.raises(SettingsError, match="(?i)lots" if name != "ADMIN_ROLE_IDS" else name):
        load_settings(_env_file=None)
