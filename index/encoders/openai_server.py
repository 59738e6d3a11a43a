"""Vectors from a server that speaks OpenAI's embeddings API: Ollama, vLLM, TEI, or OpenAI's own."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from index.encoders.transformer import Matrix
from index.errors import ModelUnusable

if TYPE_CHECKING:
    import httpx

OPENAI_URL = "https://api.openai.com/v1"
# Texts of one request: the most that servers take unless told otherwise.
_BATCH = 32
# Seconds before each further try; a server that names a longer wait is believed up to _LONGEST.
_WAITS = (0.5, 1.0, 2.0, 4.0)
_LONGEST = 30.0
_CONNECT_SECONDS, _ANSWER_SECONDS = 5.0, 120.0
_BUSY, _REFUSED, _UNKNOWN = 429, (401, 403), 404


class ServerEmbedder:
    """Encodes with a model of a server, texts as they stand. Safe to use from any thread.

    The server is asked first when the dimension or a vector is needed. Every method that asks it
    raises ModelUnusable if it gives no vectors.
    """

    def __init__(
        self, model: str, url: str = "", key: str = "", wait: Callable[[float], None] = time.sleep
    ) -> None:
        """Take the model's name on the server, the address and the key, each as the settings say.

        `wait` passes the seconds between two tries.
        """
        self.name = f"openai:{model}"
        self._model = model
        self._url = (url or OPENAI_URL).rstrip("/")
        self._key = key
        self._wait = wait

    @cached_property
    def dimensions(self) -> int:
        """Return the length of the server's vectors, learnt from one."""
        return int(self._rows(["dimension"]).shape[1])

    def encode_documents(self, texts: Sequence[str]) -> Matrix:
        """Return one unit row for each text, (n, dimensions)."""
        found = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for start in range(0, len(texts), _BATCH):
            rows = self._rows(texts[start : start + _BATCH])
            if rows.shape[1] != self.dimensions:
                raise self._odd(f"{rows.shape[1]} != {self.dimensions}")
            found[start : start + _BATCH] = rows
        return found

    def encode_queries(self, texts: Sequence[str]) -> Matrix:
        """Return one unit row for each question, (n, dimensions)."""
        return self.encode_documents(texts)

    def _rows(self, texts: Sequence[str]) -> Matrix:
        """Return the unit rows of the texts of one request."""
        # An empty text is refused by some servers.
        wanted = [text if text.strip() else "." for text in texts]
        body = self._asked({"model": self._model, "input": wanted, "encoding_format": "float"})
        try:
            data = sorted(body["data"], key=lambda entry: entry["index"])
            rows = np.array([entry["embedding"] for entry in data], dtype=np.float32)
        except (KeyError, TypeError, ValueError) as error:
            raise self._odd(f"{type(error).__name__}: {error}") from error
        if rows.ndim != 2 or len(rows) != len(texts) or not rows.shape[1]:
            raise self._odd(f"{rows.shape} for {len(texts)}")
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        if not np.isfinite(lengths).all() or not lengths.all():
            raise self._odd("0, NaN")
        return np.asarray(rows / lengths, dtype=np.float32)

    def _asked(self, body: dict[str, Any]) -> Any:
        """Return the server's reply, asking again while it is busy, failing or out of reach."""
        import httpx

        waits = iter(_WAITS)
        while True:
            try:
                response = self._client.post("embeddings", json=body)
            except httpx.TransportError as error:
                if not self._tried_again(waits):
                    raise self._unreachable(error) from error
                continue
            except (httpx.InvalidURL, httpx.TooManyRedirects, httpx.DecodingError) as error:
                raise self._unreachable(error) from error
            again = response.status_code == _BUSY or response.status_code >= 500
            if again and self._tried_again(waits, response.headers.get("retry-after", "")):
                continue
            if not response.is_success:
                raise self._failed(response)
            try:
                return response.json()
            except ValueError as error:
                raise self._odd(str(error)) from error

    def _tried_again(self, waits: Iterator[float], told: str = "") -> bool:
        """Wait before another try; return False if there was the last one."""
        seconds = next(waits, None)
        if seconds is None:
            return False
        wanted = float(told) if told.strip().isdigit() else 0.0
        self._wait(min(max(seconds, wanted), _LONGEST))
        return True

    @cached_property
    def _client(self) -> httpx.Client:
        import httpx

        headers = {"Authorization": f"Bearer {self._key}"} if self._key else {}
        timeout = httpx.Timeout(_ANSWER_SECONDS, connect=_CONNECT_SECONDS)
        try:
            return httpx.Client(base_url=f"{self._url}/", headers=headers, timeout=timeout)
        except (httpx.InvalidURL, ValueError) as error:
            raise self._unreachable(error) from error

    def _unreachable(self, error: Exception) -> ModelUnusable:
        reason = str(error).strip() or type(error).__name__
        return ModelUnusable(
            "errors.embedding_unreachable", name=self._model, url=self._url, reason=reason
        )

    def _failed(self, response: httpx.Response) -> ModelUnusable:
        """Return what a status means; the server's own words may hold the key it was given."""
        status = response.status_code
        if status in _REFUSED:
            return ModelUnusable("errors.embedding_key", url=self._url, status=status)
        if status == _UNKNOWN:
            return ModelUnusable("errors.embedding_unknown", name=self._model, url=self._url)
        if status == _BUSY:
            return ModelUnusable("errors.embedding_busy", name=self._model, url=self._url)
        reason = " ".join(response.text.split())[:200] or response.reason_phrase
        return ModelUnusable(
            "errors.embedding_failed", name=self._model, url=self._url, status=status,
            reason=reason.replace(self._key, "…") if self._key else reason,
        )  # fmt: skip

    def _odd(self, reason: str) -> ModelUnusable:
        return ModelUnusable(
            "errors.embedding_odd", name=self._model, url=self._url, reason=reason[:200]
        )
