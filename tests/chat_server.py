"""A local OpenAI-compatible server on a loopback socket: scripted, slow, broken or refusing."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Reply:
    """What the server does with one request.

    `size` is the length of the streamed pieces; `gap` the seconds before each of them, `delay`
    those before anything is sent. `cut` closes the stream after so many pieces, cleanly or (with
    `torn`) in the middle of the transfer.
    """

    text: str = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    error: Mapping[str, Any] | None = None
    size: int = 7
    delay: float = 0.0
    gap: float = 0.0
    cut: int | None = None
    torn: bool = False
    finish: str | None = "stop"
    refusal: str = ""
    raw: bytes | None = None
    usage: tuple[int, int] | None = (11, 7)


Script = Callable[[dict[str, Any]], Reply]


class ChatServer:
    """Answers by a list of replies, the last of which is repeated, or by a function.

    `requests` holds the bodies that came, `keys` the bearer tokens.
    """

    def __init__(self, replies: Sequence[Reply] | Script) -> None:
        self._script = replies if callable(replies) else None
        self._replies = [] if callable(replies) else list(replies)
        self.requests: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self._lock = threading.Lock()
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                _answer(self, server.reply_to(body, self.headers.get("authorization", "")), body)

            def handle(self) -> None:
                # A client that breaks its connection off is part of some tests.
                with suppress(ConnectionError):
                    super().handle()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self.base_url = f"http://127.0.0.1:{self._http.server_port}/v1"

    def reply_to(self, body: dict[str, Any], authorization: str) -> Reply:
        with self._lock:
            self.requests.append(body)
            self.keys.append(authorization.removeprefix("Bearer "))
            if self._script:
                return self._script(body)
            return self._replies.pop(0) if len(self._replies) > 1 else self._replies[0]

    def prompt(self, which: int = -1) -> str:
        """Return the text of all messages of a request."""
        return "\n".join(message["content"] for message in self.requests[which]["messages"])

    @contextmanager
    def running(self) -> Iterator[ChatServer]:
        thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._http.shutdown()
            self._http.server_close()
            thread.join()


def _answer(handler: BaseHTTPRequestHandler, reply: Reply, body: dict[str, Any]) -> None:
    """Send one reply; a client that has gone away is no fault."""
    try:
        time.sleep(reply.delay)
        if reply.status != 200 or reply.raw is not None:
            _send_whole(handler, reply)
        else:
            _send_stream(handler, reply, body)
    except OSError:
        handler.close_connection = True


def _send_whole(handler: BaseHTTPRequestHandler, reply: Reply) -> None:
    error = reply.error or {"message": "scripted failure", "type": "scripted", "code": None}
    body = reply.raw if reply.raw is not None else json.dumps({"error": error}).encode()
    handler.send_response(reply.status)
    for name, value in {"content-type": "application/json", **reply.headers}.items():
        handler.send_header(name, value)
    handler.send_header("content-length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def _send_stream(handler: BaseHTTPRequestHandler, reply: Reply, body: dict[str, Any]) -> None:
    handler.send_response(200)
    handler.send_header("content-type", "text/event-stream")
    handler.send_header("transfer-encoding", "chunked")
    handler.end_headers()
    events = list(_events(reply, bool(body.get("stream_options"))))
    for place, event in enumerate(events):
        if reply.cut is not None and place >= reply.cut:
            break
        time.sleep(reply.gap)
        _send_chunk(handler, f"data: {event}\n\n".encode())
    if reply.cut is not None and reply.torn:
        handler.connection.shutdown(socket.SHUT_RDWR)
        handler.close_connection = True
        return
    handler.wfile.write(b"0\r\n\r\n")


def _send_chunk(handler: BaseHTTPRequestHandler, data: bytes) -> None:
    handler.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
    handler.wfile.flush()


def _events(reply: Reply, with_usage: bool) -> Iterator[str]:
    """Yield the events of a stream as the protocol has them."""
    yield _event({"role": "assistant", "content": ""}, None)
    for start in range(0, len(reply.text), reply.size):
        yield _event({"content": reply.text[start : start + reply.size]}, None)
    if reply.refusal:
        yield _event({"refusal": reply.refusal}, None)
    if reply.finish is not None:
        yield _event({}, reply.finish)
    if with_usage and reply.usage:
        read, written = reply.usage
        usage = {
            "prompt_tokens": read,
            "completion_tokens": written,
            "total_tokens": read + written,
        }
        yield json.dumps({**_frame([]), "usage": usage})
    yield "[DONE]"


def _event(delta: Mapping[str, Any], finish: str | None) -> str:
    return json.dumps(_frame([{"index": 0, "delta": delta, "finish_reason": finish}]))


def _frame(choices: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 0,
        "model": "scripted",
        "choices": choices,
    }
