"""Why a chat model gave nothing: one word a cause, and never a word of what the server said."""

from __future__ import annotations

import time
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from typing import Any, Literal

Cause = Literal[
    "timeout",
    "unreachable",
    "auth",
    "busy",
    "server",
    "no_model",
    "too_long",
    "rejected",
    "refusal",
    "cut",
    "length",
    "broken",
    "limit",
    "resting",
]
_LONGEST_PAUSE = 3600.0
_OVERFLOW = ("context", "too long", "too many tokens", "maximum length", "prompt is too")


class ChatFailed(Exception):
    """A chat model gave no whole reply; `detail` is fit for a log, for it quotes nothing.

    `pause` is for how many seconds the server asked to be left alone.
    """

    def __init__(self, cause: Cause, detail: str = "", pause: float = 0.0) -> None:
        """Remember the cause."""
        super().__init__(f"{cause}: {detail}" if detail else cause)
        self.cause = cause
        self.detail = detail
        self.pause = pause


def explain(error: BaseException) -> ChatFailed:
    """Return a provider's error as a ChatFailed: its cause, class and status, without its text."""
    if isinstance(error, ChatFailed):
        return error
    status = _status(error)
    detail = type(error).__name__ + (f", status {status}" if status else "")
    cause = _cause(error, status)
    return ChatFailed(cause, detail, _pause(error) if cause in ("busy", "server") else 0.0)


def _cause(error: BaseException, status: int) -> Cause:
    """Return the cause, by the HTTP status or by the names of the error's classes."""
    by_status: dict[int, Cause] = {
        401: "auth", 403: "auth", 404: "no_model", 408: "timeout", 413: "too_long", 429: "busy",
    }  # fmt: skip
    names = [kind.__name__ for each in _chain(error) for kind in type(each).__mro__]
    if status in by_status:
        return by_status[status]
    if status >= 500:
        return "server"
    if any("ContextOverflow" in name for name in names):
        return "too_long"
    if 400 <= status < 500:
        return (
            "too_long" if any(mark in str(error).casefold() for mark in _OVERFLOW) else "rejected"
        )
    if any("Timeout" in name for name in names):
        return "timeout"
    if any("Protocol" in name or name in ("ReadError", "StreamError") for name in names):
        return "cut"
    if any("Connect" in name for name in names):
        return "unreachable"
    return "broken"


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield the error and what it was raised from."""
    seen: BaseException | None = error
    while seen is not None:
        yield seen
        seen = seen.__cause__ or seen.__context__


def _status(error: BaseException) -> int:
    """Return the HTTP status of a provider's error, 0 if it has none."""
    response: Any = getattr(error, "response", None)
    for found in (getattr(error, "status_code", None), getattr(response, "status_code", None)):
        if isinstance(found, int):
            return found
    return 0


def _pause(error: BaseException) -> float:
    """Return the seconds that a Retry-After header asks for; it may be a date."""
    response: Any = getattr(error, "response", None)
    headers = getattr(response, "headers", None) or {}
    written = str(headers.get("retry-after") or "").strip()
    if written.replace(".", "", 1).isdigit():
        return min(float(written), _LONGEST_PAUSE)
    try:
        until = parsedate_to_datetime(written).timestamp()
    except (ValueError, TypeError, IndexError):
        return 0.0
    return min(max(0.0, until - time.time()), _LONGEST_PAUSE)
