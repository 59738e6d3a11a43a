"""Vectors of a server that speaks OpenAI's embeddings API, over a real socket."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from bot.app.context import AppContext
from config.settings import Settings
from index.embedder import load_embedder
from index.encoders.openai_server import OPENAI_URL, ServerEmbedder
from index.errors import ModelUnusable
from index.store.fingerprint import fingerprint
from tests.embedding_server import DIMENSIONS, EmbeddingServer, embedding_server, vector
from tests.fakes import write_articles

BUSY = (429, "slow down", {"Retry-After": "7"})
TEXTS = ["a river", "一座桥", ""]


@pytest.fixture
def server() -> Iterator[EmbeddingServer]:
    with embedding_server() as told:
        yield told


def embedder(server: EmbeddingServer, waits: list[float] | None = None) -> ServerEmbedder:
    """Return an encoder that notes its waits and passes none."""
    noted = [] if waits is None else waits
    return ServerEmbedder("small", server.url, "sk-secret", wait=noted.append)


def test_texts_become_unit_rows_in_their_order(server: EmbeddingServer) -> None:
    rows = embedder(server).encode_documents(TEXTS[:2])
    wanted = np.array([vector(text) for text in TEXTS[:2]])
    wanted /= np.linalg.norm(wanted, axis=1, keepdims=True)
    assert rows.dtype == np.float32
    assert np.allclose(rows, wanted, atol=1e-6)
    assert np.array_equal(embedder(server).encode_queries(TEXTS[:2]), rows)
    assert embedder(server).encode_documents([]).shape == (0, DIMENSIONS)


def test_the_model_and_the_key_are_sent_and_no_empty_text(server: EmbeddingServer) -> None:
    embedder(server).encode_documents(TEXTS)
    assert {body["model"] for body in server.asked} == {"small"}
    assert server.headers[-1]["Authorization"] == "Bearer sk-secret"
    assert all(text for body in server.asked for text in body["input"])
    ServerEmbedder("small", server.url).encode_queries(["x"])
    assert "Authorization" not in server.headers[-1]


def test_many_texts_are_sent_in_parts(server: EmbeddingServer) -> None:
    texts = [f"text {number}" for number in range(100)]
    encoder = embedder(server)
    assert encoder.dimensions == DIMENSIONS
    server.asked.clear()
    rows = encoder.encode_documents(texts)
    assert [len(body["input"]) for body in server.asked] == [32, 32, 32, 4]
    assert np.allclose(rows[99], encoder.encode_queries(["text 99"])[0])


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_server_that_is_busy_is_asked_again(server: EmbeddingServer, status: int) -> None:
    waits: list[float] = []
    encoder = embedder(server, waits)
    server.failures = [(status, "later", {})] * 3
    assert encoder.dimensions == DIMENSIONS
    assert waits == sorted(waits) and len(waits) == 3


def test_a_wait_that_the_server_names_is_kept(server: EmbeddingServer) -> None:
    waits: list[float] = []
    server.failures = [BUSY, (503, "", {"Retry-After": "3600"}), (503, "", {"Retry-After": "Mon"})]
    assert embedder(server, waits).dimensions == DIMENSIONS
    assert waits[:2] == [7.0, 30.0]


def odd(data: object) -> tuple[int, str, dict[str, str]]:
    return 200, json.dumps(data), {}


@pytest.mark.parametrize(
    ("reply", "key"),
    [
        ((401, "Incorrect API key provided: sk-secret", {}), "errors.embedding_key"),
        ((403, "sk-secret may not", {}), "errors.embedding_key"),
        ((404, "no model", {}), "errors.embedding_unknown"),
        ((429, "quota", {}), "errors.embedding_busy"),
        ((400, "input of sk-secret\nis too long", {}), "errors.embedding_failed"),
        ((500, "out of memory", {}), "errors.embedding_failed"),
        ((301, "", {"Location": "http://127.0.0.1:9/"}), "errors.embedding_failed"),
        ((200, "<html>", {}), "errors.embedding_odd"),
        (odd([]), "errors.embedding_odd"),
        (odd({"data": []}), "errors.embedding_odd"),
        (odd({"data": [{"index": 0}]}), "errors.embedding_odd"),
        (odd({"data": [{"index": 0, "embedding": "AAAA"}]}), "errors.embedding_odd"),
        (odd({"data": [{"index": 0, "embedding": []}]}), "errors.embedding_odd"),
        (odd({"data": [{"index": 0, "embedding": [0, 0]}]}), "errors.embedding_odd"),
        (odd({"data": [{"index": 0, "embedding": [float("nan"), 1]}]}), "errors.embedding_odd"),
    ],
)
def test_every_failure_is_one_sentence_without_the_key(
    server: EmbeddingServer, reply: tuple[int, str, dict[str, str]], key: str
) -> None:
    server.failures = [reply] * 9
    with pytest.raises(ModelUnusable) as caught:
        embedder(server).encode_queries(["x"])
    assert caught.value.key == key
    for sentence in (str(caught.value), caught.value.localize("zh")):
        assert (
            server.url in sentence and "EMBEDDING" in sentence or key.endswith(("busy", "failed"))
        )
        assert "\n" not in sentence
        assert "sk-secret" not in sentence


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9/v1", "not an address", "ftp://x/", "http://[/"]
)
def test_a_server_out_of_reach_is_told(url: str) -> None:
    waits: list[float] = []
    with pytest.raises(ModelUnusable) as caught:
        ServerEmbedder("small", url, wait=waits.append).encode_queries(["x"])
    assert caught.value.key == "errors.embedding_unreachable"
    assert "EMBEDDING_BASE_URL" in str(caught.value)


def test_vectors_of_another_length_are_refused(server: EmbeddingServer) -> None:
    encoder = embedder(server)
    assert encoder.dimensions == DIMENSIONS
    server.failures = [odd({"data": [{"index": 0, "embedding": [1.0, 2.0]}]})]
    with pytest.raises(ModelUnusable):
        encoder.encode_queries(["x"])


def test_the_name_of_the_model_is_that_of_the_index(server: EmbeddingServer) -> None:
    one, other = load_embedder("openai:a/b:c", server.url), load_embedder("openai:d", server.url)
    assert one.name == "openai:a/b:c"
    assert fingerprint(one, None) != fingerprint(other, None)
    assert OPENAI_URL.startswith("https://")


def test_a_library_is_indexed_and_searched_with_it(server: EmbeddingServer, tmp_path: Path) -> None:
    write_articles(tmp_path / "articles", {"a.md": ("The lamp", "The lamp is lit at nine.")})
    settings = Settings(
        documents_dir=tmp_path / "articles", data_dir=tmp_path / "data",
        embedding_model="openai:small", embedding_base_url=server.url,
        embedding_api_key="sk-secret",
    )  # fmt: skip
    with AppContext(settings) as context:
        assert context.reindex().embedded == 1
        assert context.service.nearest("the lamp")[0].source == "a.md"
        assert context.service.status().model == "openai:small"
    assert server.headers[-1]["Authorization"] == "Bearer sk-secret"
