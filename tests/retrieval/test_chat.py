"""Whatever goes wrong with a chat model, the reader gets the quoted answer and no secret."""

from __future__ import annotations

import logging
from contextlib import ExitStack
from dataclasses import replace

import pytest

from retrieval.chat.generator import build_generator
from retrieval.chat.model import check_chat_settings
from retrieval.chat.prompt import INSUFFICIENT
from retrieval.errors import ChatUnusable
from tests.chat_server import ChatServer, Reply
from tests.fakes_chat import EXTRACTIVE, KEY, ask, generator, serve, settings

OVERFLOW = {"message": "This model's maximum context length is 4096 tokens", "code": "x"}
FAILURES = {
    "timeout": (Reply("12辆消防车在岗[1]。", delay=1.5), "timeout"),
    "slow drip": (Reply("12辆消防车在岗[1]。" * 9, gap=0.15, size=4), "timeout"),
    "401": (Reply(status=401, error={"message": f"Incorrect API key provided: {KEY}"}), "auth"),
    "403": (Reply(status=403), "auth"),
    "404": (Reply(status=404), "no_model"),
    "429": (Reply(status=429, headers={"retry-after": "30"}), "busy"),
    "500": (Reply(status=500), "server"),
    "503": (Reply(status=503, raw=b"<html>down</html>"), "server"),
    "overflow": (Reply(status=400, error=OVERFLOW), "too_long"),
    "bad request": (Reply(status=400), "rejected"),
    "cut": (Reply("12辆消防车在岗[1]。队伍24小时待命[1]。", cut=1), "cut"),
    "torn": (Reply("12辆消防车在岗[1]。队伍24小时待命[1]。", cut=1, torn=True), "cut"),
    "refused": (Reply(refusal="I can't help with that."), "empty"),
    "filtered": (Reply("12辆消防车", finish="content_filter"), "refusal"),
    "refusal text": (Reply("抱歉，我无法回答这个问题。"), "unproved"),
    "apology": (Reply("I'm sorry, but I can't help with that."), "unproved"),
    "empty": (Reply(""), "empty"),
    "blank": (Reply(" \n \n"), "empty"),
    "insufficient": (Reply(INSUFFICIENT), "insufficient"),
    "not json": (Reply(raw=b"hello", headers={"content-type": "text/event-stream"}), "broken"),
    "no protocol": (
        Reply(raw=b'data: {"a": 1}\n\n', headers={"content-type": "text/event-stream"}),
        "cut",
    ),
    "wrong number": (Reply("13辆消防车在岗[1]。"), "unproved"),
    "no citation": (Reply("12辆消防车在岗。"), "unproved"),
}


def test_what_was_proved_before_the_stream_broke_is_kept(stack: ExitStack) -> None:
    made = generator(serve(stack, Reply("12辆消防车在岗[1]。队伍24小时待命[1]。", cut=4)))
    pieces: list[str] = []
    answer = ask(made, on_text=pieces.append)
    assert answer.mode == "generated"
    assert answer.answer == "".join(pieces)
    assert answer.note


@pytest.mark.parametrize("name", FAILURES)
def test_a_failure_gives_the_quoted_answer_and_a_note(
    stack: ExitStack, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    reply, cause = FAILURES[name]
    caplog.set_level(logging.DEBUG)
    made = generator(serve(stack, reply), chat_timeout=0.7)
    answer = ask(made)
    assert answer.mode == "extractive"
    assert answer.answer == EXTRACTIVE.answer
    assert answer.citations == EXTRACTIVE.citations
    assert answer.note and KEY not in answer.note
    assert dict(made.counts.failures) == {cause: 1}
    ours = [record for record in caplog.records if record.name.startswith("retrieval")]
    assert any(cause in record.getMessage() for record in ours)
    assert KEY not in caplog.text
    english = ask(made, extractive=replace(EXTRACTIVE, language="en"))
    assert english.note.isascii()


def test_a_server_that_is_not_there_gives_the_quoted_answer(stack: ExitStack) -> None:
    with ChatServer([Reply("x")]).running() as gone:
        pass
    made = generator(gone)
    assert ask(made).mode == "extractive"
    assert list(made.counts.failures) == ["unreachable"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"chat_model": "anthropic:claude"}, "pip install 'docent[anthropic]'"),
        ({"chat_model": "ollama:qwen3"}, "pip install 'docent[ollama]'"),
        ({"chat_model": "google:gemini-flash"}, "pip install 'docent[google]'"),
        ({"chat_api_key": ""}, "CHAT_API_KEY"),
    ],
)
def test_a_model_that_cannot_be_had_is_one_sentence(changes: dict[str, object], words: str) -> None:
    with pytest.raises(ChatUnusable) as caught:
        check_chat_settings(settings(None, **changes))
    assert words in str(caught.value)
    assert KEY not in str(caught.value)
    assert caught.value.localize("zh") != str(caught.value)


@pytest.mark.parametrize("name", ["nobody:model", "just-a-name"])
def test_an_unknown_provider_is_told_once_it_is_asked(name: str) -> None:
    made = build_generator(settings(None, chat_model=name))
    assert made is not None
    assert ask(made).mode == "extractive"


def test_no_chat_model_no_generator() -> None:
    assert build_generator(settings(None, chat_model="")) is None
