"""An article, its quoted answer, and a chat model on a local socket that writes about it."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace

from config.settings import Settings
from retrieval.chat.generator import Generator, build_generator
from retrieval.citations import cite, quote_from, written
from retrieval.models import Answer, AskRequest, Passage
from tests.chat_server import ChatServer, Reply, Script

KEY = "sk-very-secret-0123456789"
ARTICLE = (
    "防汛值守有序进行。目前，全市共有12辆消防车、三十二名队员在岗。队伍24小时待命。"
    "下游的石桥已于8月3日封闭，预计8月中旬恢复通行。"
)


def passage(start: int, end: int, number: int = 1) -> Passage:
    text = ARTICLE[start:end]
    return Passage(
        f"c{number}", "a.txt#1", "防汛值守", "a.txt", "8月4日", text, 0.9, start, end, number
    )


CUT = ARTICLE.index("下游")
PASSAGES = (passage(0, CUT, 1), passage(CUT, len(ARTICLE), 2))
QUOTED = cite([quote_from(PASSAGES[0], 9, 34)])
EXTRACTIVE = Answer(
    "有多少消防车在岗？", "zh", True, written(QUOTED), "extractive", QUOTED, PASSAGES
)


class Model:
    """A chat model that says what the test wants: first what stands in `before`."""

    def __init__(self) -> None:
        self.says = ""
        self.before: list[str] = []

    def __call__(self, body: dict[str, object]) -> Reply:
        return Reply(self.before.pop(0) if self.before else self.says, size=9)


def serve(stack: ExitStack, *replies: Reply, script: Script | None = None) -> ChatServer:
    return stack.enter_context(ChatServer(script or replies).running())


def settings(server: ChatServer | None = None, **changes: object) -> Settings:
    values: dict[str, object] = {
        "chat_model": "openai:scripted",
        "chat_base_url": server.base_url if server else "",
        "chat_api_key": KEY,
        "chat_timeout": 5.0,
    }
    return Settings(_env_file=None, **(values | changes))


def generator(server: ChatServer, **changes: object) -> Generator:
    made = build_generator(settings(server, **changes))
    assert made is not None
    return made


def ask(made: Generator, **changes: object) -> Answer:
    asked = {name: changes.pop(name) for name in ("question", "user", "earlier") if name in changes}
    request = replace(AskRequest(EXTRACTIVE.question), **asked)  # type: ignore[arg-type]
    values = {"passages": PASSAGES, "extractive": EXTRACTIVE}
    return made.generate(request, **(values | changes))  # type: ignore[arg-type]
