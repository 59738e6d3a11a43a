"""A small server on a socket that speaks OpenAI's embeddings API, and fails as it is told."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

DIMENSIONS = 8
# A status with a body, and further headers.
Reply = tuple[int, str, dict[str, str]]


def vector(text: str) -> list[float]:
    """Return what the server gives for a text: not of unit length."""
    return [1.0 + zlib.crc32(f"{at}{text}".encode()) % 100 for at in range(DIMENSIONS)]


def reply(texts: list[str]) -> Reply:
    """Return the vectors of texts, the last one first: `index` tells their places."""
    rows = [
        {"object": "embedding", "index": i, "embedding": vector(t)} for i, t in enumerate(texts)
    ]
    return 200, json.dumps({"object": "list", "data": rows[::-1]}), {}


@dataclass
class EmbeddingServer:
    """What was asked, and what is answered; `failures` are used up before vectors are given."""

    url: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    failures: list[Reply] = field(default_factory=list)
    answer: Callable[[list[str]], Reply] = reply

    def respond(self, path: str, headers: dict[str, str], body: dict[str, Any]) -> Reply:
        self.headers.append(headers)
        if path != "/v1/embeddings":
            return 404, "no such page", {}
        self.asked.append(body)
        return self.failures.pop(0) if self.failures else self.answer(body["input"])


@contextmanager
def embedding_server() -> Iterator[EmbeddingServer]:
    """Serve on a free port of loopback."""
    told = EmbeddingServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status, text, headers = told.respond(self.path, dict(self.headers.items()), body)
            data = text.encode()
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(data))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    told.url = f"http://127.0.0.1:{server.server_port}/v1"
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
