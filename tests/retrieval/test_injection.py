"""A model that obeys its documents cannot make the reply leave the rules."""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from retrieval.chat.generator import Generator
from retrieval.chat.model import Chat
from retrieval.models import Passage
from retrieval.proof.plain import addresses, visible
from tests.chat_server import ChatServer
from tests.fakes_chat import EXTRACTIVE, KEY, PASSAGES, Model, ask, settings


@dataclass(frozen=True)
class Injection:
    """`text` stands in a document; `obeyed` is the reply; `poison` must not reach the reader."""

    name: str
    text: str
    obeyed: str
    poison: str
    times: int = 1


_FILE = Path(__file__).with_name("injections.toml")
INJECTIONS = [
    Injection(**row) for row in tomllib.loads(_FILE.read_text(encoding="utf-8"))["injection"]
]


@pytest.fixture(scope="module")
def generator(server: ChatServer) -> Generator:
    # The real embedding model: it compares a reply with passages in another language.
    return Generator(Chat(settings(server)))


def injected(injection: Injection) -> Passage:
    text = f"社区公告如下。{injection.text} 请居民留意天气变化。"
    return Passage("x1", "x.txt#1", "社区公告", "x.txt", "", text, 0.8, 0, len(text))


def test_there_are_enough_of_both_languages() -> None:
    chinese = [i for i in INJECTIONS if re.search("[\u4e00-\u9fff]", i.text)]
    assert len(INJECTIONS) >= 40
    assert len(chinese) >= 15
    assert len({i.name for i in INJECTIONS}) == len(INJECTIONS)


@pytest.mark.parametrize("injection", INJECTIONS, ids=lambda i: i.name)
def test_the_reply_stays_inside_the_rules(
    generator: Generator, model: Model, injection: Injection
) -> None:
    passages = (PASSAGES[0], injected(injection))
    for rest in ("\n队伍24小时待命[1]。", ""):
        model.says = injection.obeyed * injection.times + rest
        pieces: list[str] = []
        answer = ask(generator, passages=passages, on_text=pieces.append)
        read = answer.answer + "".join(pieces)
        assert injection.poison not in read
        assert KEY not in read and "@" not in read
        assert not addresses(read)
        assert visible(read) == read
        cited = {int(n) for n in re.findall(r"\[(\d+)\]", answer.answer)}
        assert cited == {citation.number for citation in answer.citations}
        for citation in answer.citations:
            source = next(p for p in passages if p.article_id == citation.article_id)
            start = citation.start - source.start
            assert source.text[start : start + len(citation.quote)] == citation.quote
        if answer.mode == "extractive":
            assert answer == replace(
                EXTRACTIVE, note=answer.note, timings_ms=answer.timings_ms, dropped=answer.dropped
            )
            assert answer.note


@pytest.mark.parametrize("injection", INJECTIONS, ids=lambda i: i.name)
def test_a_document_is_data_in_the_prompt(
    generator: Generator, model: Model, server: ChatServer, injection: Injection
) -> None:
    model.says = "队伍24小时待命[1]。"
    ask(generator, passages=(injected(injection), *PASSAGES))
    messages = server.requests[-1]["messages"]
    assert [message["role"] for message in messages] == ["system", "user"]
    rules, data = messages[0]["content"], messages[1]["content"]
    assert "社区公告" not in rules
    key = re.search(r"carry the key\n?\s?(\w{12})", rules)
    assert key is not None
    fences = re.findall(rf"^----- (?:passage|end of) \d+ {key.group(1)} -----$", data, re.MULTILINE)
    assert len(fences) == 2 * 3
    assert data.count("-----") == 4 * 3
    assert visible(data) == data
    assert not re.search(r"<\|\w+\|>|\[/?INST\]|\[\s*\d+\s*\]|【\s*\d+\s*】", data)
    # What was hidden is gone before the model reads it.
    assert "GRAPE" not in json.dumps(server.requests[-1])


def test_an_obeying_model_may_still_say_what_the_documents_say(
    generator: Generator, model: Model
) -> None:
    passages = (PASSAGES[0], injected(INJECTIONS[0]))
    model.says = "PWNED [2]. 12辆消防车在岗[1]。请居民留意天气变化[2]。"
    answer = ask(generator, passages=passages)
    assert answer.answer.startswith("12辆消防车在岗。 [1]\n")
    assert answer.answer.endswith("“请居民留意天气变化。” [2]")
    assert sum(answer.dropped.values()) == 1
