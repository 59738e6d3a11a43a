"""One place that decides where logs go and how they look: standard error, text or JSON.

Every line written while a question is answered carries its number, in whatever room and thread;
no line contains the text of a question, and a secret is struck out wherever it appears.
"""

from __future__ import annotations

import json
import logging
import secrets
import sys
from contextvars import ContextVar
from typing import Any
from urllib.parse import quote

from config.printable import printable
from config.settings import Settings, secrets_of

_question: ContextVar[str] = ContextVar("question", default="")
# An empty or tiny secret is none, and would strike out innocent letters.
_SHORTEST_SECRET = 6
_LINE = "%(asctime)s %(levelname)s %(name)s%(asked)s: %(message)s"


def begin_question() -> str:
    """Give the question that this task answers a number, and return it."""
    number = secrets.token_hex(4)
    _question.set(number)
    return number


class _Numbered(logging.Filter):
    """Notes on each record which question it belongs to."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass."""
        question = _question.get()
        record.__dict__.update(question=question, asked=f" [{question}]" if question else "")
        return True


class _Discreet(logging.StreamHandler):  # type: ignore[type-arg]
    """Strikes the secrets of the settings out of every line."""

    def __init__(self, hidden: list[str]) -> None:
        """Write to standard error."""
        super().__init__(sys.stderr)
        known = (secret for secret in hidden if len(secret) >= _SHORTEST_SECRET)
        ways = {way for secret in known for way in _ways(secret)}
        self._hidden = sorted(ways, key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        """Return the line without them."""
        line = super().format(record)
        for secret in self._hidden:
            line = line.replace(secret, "***")
        return line


def _ways(secret: str) -> set[str]:
    """Return how a secret may be written: as it is, in JSON, in Python and in an address."""
    in_json = (json.dumps(secret, ensure_ascii=ascii_only)[1:-1] for ascii_only in (True, False))
    twice = json.dumps(repr(secret)[1:-1], ensure_ascii=False)[1:-1]
    return {secret, *in_json, repr(secret)[1:-1], twice, quote(secret), quote(secret, safe="")}


class _LineFormatter(logging.Formatter):
    """One line a record, whatever is in it; the lines of a traceback are indented below it."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        """Return the line of a record."""
        record.message = printable(record.message)
        return super().formatMessage(record)

    def formatException(self, ei: Any) -> str:
        """Return a traceback."""
        return "\n".join(f"  {printable(line)}" for line in super().formatException(ei).split("\n"))


class JsonFormatter(logging.Formatter):
    """One JSON object a line, for collectors."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line of JSON."""
        entry = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if question := getattr(record, "question", ""):
            entry["question"] = question
        entry |= getattr(record, "facts", {})
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        return printable(json.dumps(entry, ensure_ascii=False))


def configure_logging(settings: Settings) -> None:
    """Send every log line to standard error, so that standard output stays the answer's."""
    handler = _Discreet(secrets_of(settings))
    handler.addFilter(_Numbered())
    if settings.log_format == "json":
        handler.setFormatter(JsonFormatter())
    else:
        handler.setFormatter(_LineFormatter(_LINE))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.log_level)
    if settings.log_level != "DEBUG":
        # These libraries tell every request at INFO, which would bury our own lines.
        for noisy in (
            "httpx",
            "httpx2",
            "httpcore",
            "httpcore2",
            "openai",
            "chromadb",
            "psycopg.pool",
            "sentence_transformers",
            "urllib3",
        ):
            logging.getLogger(noisy).setLevel(logging.WARNING)
