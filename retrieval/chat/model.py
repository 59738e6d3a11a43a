"""The one door to chat models: LangChain's `init_chat_model`, streamed, with failures named."""

from __future__ import annotations

import importlib.util
import logging
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from config.settings import Settings
from retrieval.chat.failures import ChatFailed, explain
from retrieval.errors import ChatUnusable

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessageChunk

logger = logging.getLogger(__name__)

# provider -> its package, and the extra of ours that brings it.
_PROVIDERS = {
    "openai": ("langchain_openai", "openai"),
    "anthropic": ("langchain_anthropic", "anthropic"),
    "ollama": ("langchain_ollama", "ollama"),
    "google_genai": ("langchain_google_genai", "google"),
}
_ALIASES = {"google": "google_genai", "gemini": "google_genai"}
_FINISH_KEYS = ("finish_reason", "stop_reason", "done_reason")
_REFUSED = frozenset({"content_filter", "refusal", "safety", "prohibited_content", "blocklist"})
_TOO_LONG = frozenset({"length", "max_tokens", "model_length"})
_MOST_STREAMS = 8


@dataclass(frozen=True, slots=True)
class Tokens:
    """What one call used, as the server counted it; zero where it does not tell."""

    read: int = 0
    written: int = 0


def check_chat_settings(settings: Settings) -> None:
    """Raise ChatUnusable, one sentence, if no chat model can come of the settings.

    Quick: nothing is imported and nobody is asked.
    """
    provider, _ = _provider_and_name(settings)
    package, extra = _PROVIDERS.get(provider, ("", ""))
    if package and importlib.util.find_spec(package) is None:
        raise ChatUnusable("errors.chat_extra_missing", provider=provider, extra=extra)
    needs_key = provider in ("anthropic", "google_genai")
    if provider == "openai":
        needs_key = not settings.chat_base_url
    if needs_key and not settings.chat_api_key.get_secret_value():
        raise ChatUnusable("errors.chat_key_missing", provider=provider)


def build_chat_model(settings: Settings) -> BaseChatModel:
    """Build the chat model that the settings name, through LangChain's `init_chat_model`.

    Raises ChatUnusable, one sentence, for a missing package or key, or an unknown provider.
    """
    check_chat_settings(settings)
    from langchain.chat_models import init_chat_model  # takes a second

    provider, name = _provider_and_name(settings)
    try:
        model: BaseChatModel = init_chat_model(
            name, model_provider=provider or None, **_options(settings)
        )
    except ImportError as error:
        package = str(error).rpartition("pip install ")[2].strip("`. ") or provider
        raise ChatUnusable("errors.chat_package_missing", package=package) from None
    except (ValueError, TypeError) as error:
        # The message may repeat what was given, so only its kind is told.
        logger.debug("init_chat_model: %s", type(error).__name__)
        raise ChatUnusable("errors.chat_model_invalid", name=settings.chat_model) from None
    return model


def _provider_and_name(settings: Settings) -> tuple[str, str]:
    """Return provider and model name; a server of one's own speaks OpenAI's protocol."""
    prefix, colon, rest = settings.chat_model.partition(":")
    provider = _ALIASES.get(prefix.lower(), prefix.lower()).replace("-", "_")
    if colon and rest and (provider in _PROVIDERS or not settings.chat_base_url):
        return provider, rest
    return ("openai" if settings.chat_base_url else ""), settings.chat_model


def _options(settings: Settings) -> dict[str, Any]:
    """Return what the provider's class is built with. Failures are ours to answer: no retries."""
    provider, _ = _provider_and_name(settings)
    key = settings.chat_api_key.get_secret_value()
    options: dict[str, Any] = {}
    if settings.chat_base_url:
        options["base_url"] = settings.chat_base_url
    if provider == "ollama":
        options["client_kwargs"] = {"timeout": settings.chat_timeout}
    else:
        options |= {"timeout": settings.chat_timeout, "max_retries": 0}
        if key or settings.chat_base_url:
            # A server of one's own asks for no key, its client does.
            options["api_key"] = key or "none"
    if provider == "openai":
        # Left alone, only OpenAI's own server is asked to count tokens.
        options["stream_usage"] = True
    return options


class Chat:
    """A chat model that is built when it is first asked, and streams within a time limit."""

    def __init__(self, settings: Settings) -> None:
        """Keep the settings. Raises ChatUnusable if they cannot give a model."""
        check_chat_settings(settings)
        self.name = settings.chat_model
        self._settings = settings
        self._lock = threading.Lock()
        self._model: BaseChatModel | None = None
        self._streams = ThreadPoolExecutor(_MOST_STREAMS, thread_name_prefix="chat")

    def stream(
        self, messages: Sequence[tuple[str, str]], used: list[Tokens] | None = None
    ) -> Iterator[str]:
        """Yield the reply piece by piece; what it used is appended to `used`.

        The whole reply must be there within `CHAT_TIMEOUT` seconds. Raises ChatFailed.
        """
        # Loading the provider's package takes a slow machine seconds, which are not the model's.
        _raise_failure(self._streams.submit(self._built))
        deadline = time.monotonic() + self._settings.chat_timeout
        pieces: SimpleQueue[str | None] = SimpleQueue()
        stopped = threading.Event()
        reading = self._streams.submit(self._read, list(messages), pieces, stopped, used)
        # However the reading ends, the waiting side must wake.
        reading.add_done_callback(lambda _: pieces.put(None))
        try:
            while (piece := _next(pieces, deadline)) is not None:
                yield piece
        finally:
            stopped.set()
        _raise_failure(reading)

    def _built(self) -> BaseChatModel:
        with self._lock:
            if self._model is None:
                self._model = build_chat_model(self._settings)
            return self._model

    def _read(
        self,
        messages: list[tuple[str, str]],
        pieces: SimpleQueue[str | None],
        stopped: threading.Event,
        used: list[Tokens] | None,
    ) -> None:
        """Read the stream to its end, in a thread of its own, unless nobody wants it any more."""
        finish, read, written = "", 0, 0
        for chunk in self._built().stream(messages):
            if stopped.is_set():
                return
            finish = _finish_reason(chunk) or finish
            if usage := getattr(chunk, "usage_metadata", None):
                read, written = read + usage["input_tokens"], written + usage["output_tokens"]
            if text := _text(chunk):
                pieces.put(text)
        if used is not None:
            used.append(Tokens(read, written))
        provider, _ = _provider_and_name(self._settings)
        if finish.lower() in _REFUSED:
            raise ChatFailed("refusal")
        if finish.lower() in _TOO_LONG:
            raise ChatFailed("length")
        if not finish and provider in _PROVIDERS:
            raise ChatFailed("cut")


def _next(pieces: SimpleQueue[str | None], deadline: float) -> str | None:
    """Return the next piece, None at the end. Raises ChatFailed when the time is over."""
    try:
        return pieces.get(timeout=max(0.0, deadline - time.monotonic()))
    except Empty:
        raise ChatFailed("timeout") from None


def _raise_failure(work: Future[Any]) -> None:
    """Raise what went wrong in a thread as a ChatFailed that tells no secret."""
    error = work.exception()
    if error is not None:
        raise explain(error) from None


def _text(chunk: AIMessageChunk) -> str:
    """Return the words of a chunk, without thoughts and tool calls."""
    return str(chunk.text)


def _finish_reason(chunk: AIMessageChunk) -> str:
    """Return why the model stopped, if this chunk tells."""
    told = chunk.response_metadata
    return next((str(told[key]) for key in _FINISH_KEYS if told.get(key)), "")
