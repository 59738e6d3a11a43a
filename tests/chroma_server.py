"""A real `chroma run` on a free loopback port, and a door before it that can refuse and stall."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx

from index.store.vectors import ChromaAddress


class ChromaServer:
    """A server process that can be stopped and started again over the same files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> ChromaAddress:
        return ChromaAddress("127.0.0.1", self.port)

    def start(self) -> None:
        command = [str(Path(sys.executable).with_name("chroma")), "run", "--host", "127.0.0.1"]
        command += ["--port", str(self.port), "--path", str(self._folder)]
        self._process = subprocess.Popen(
            command, cwd=self._folder.parent, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        for _ in range(600):
            try:
                httpx.get(f"http://127.0.0.1:{self.port}/api/v2/heartbeat", trust_env=False)
                return
            except httpx.HTTPError:
                assert self._process.poll() is None, "chroma run has ended"
                time.sleep(0.05)
        raise AssertionError("chroma run does not answer")

    def stop(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None

    def __enter__(self) -> ChromaServer:
        """Start it."""
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop it."""
        self.stop()


class Door(ThreadingHTTPServer):
    """Passes requests on to a server, unless it is told to do something else.

    `token` is the key that callers must show; `status` is answered instead of passing on;
    `delay` is waited before each answer; `calls` lists what was asked for.
    """

    daemon_threads = True

    def __init__(self, behind: ChromaAddress) -> None:
        super().__init__(("127.0.0.1", 0), _Passage)
        self.behind = behind
        self.token = ""
        self.status = 0
        self.delay = 0.0
        self.calls: list[str] = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def address(self, api_key: str = "") -> ChromaAddress:
        return ChromaAddress("127.0.0.1", self.server_address[1], api_key=api_key)


class _Passage(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Door

    def _pass(self) -> None:
        door = self.server
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        door.calls.append(f"{self.command} {self.path}")
        time.sleep(door.delay)
        if door.token and self.headers.get("X-Chroma-Token") != door.token:
            return self._answer(401, b"go away")
        if door.status:
            return self._answer(door.status, b"<html>out of order</html>")
        reply = httpx.request(
            self.command,
            f"{door.behind}{self.path}",
            content=body,
            headers={"Content-Type": "application/json"},
            timeout=30,
            trust_env=False,
        )
        return self._answer(reply.status_code, reply.content)

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        # A client whose patience is tried leaves before the answer.
        with contextlib.suppress(ConnectionError):
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = _pass
