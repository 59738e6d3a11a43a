"""The parts put together: what a run leaves behind for the first question after it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.workshop import Workshop
from config.settings import Settings
from index.embedder import load_embedder
from index.library import Library
from retrieval.models import Answer
from tests.chat_server import ChatServer, Reply
from tests.fakes import write_articles
from tests.fakes_chat import EXTRACTIVE, PASSAGES
from tests.fakes_chat import settings as chat_settings


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    articles = {f"a{n}.md": (f"Town {n}", f"Town {n} has {n * 7} lamps.") for n in range(4)}
    write_articles(tmp_path / "articles", articles)
    return Workshop(Settings(documents_dir=tmp_path / "articles", data_dir=tmp_path / "data"))


def remembered(library: Library) -> str | None:
    return library.meta("abstention")


def test_a_run_works_out_how_sure_an_answer_must_be(workshop: Workshop) -> None:
    with workshop:
        workshop.reindex(dry_run=True)
        assert remembered(workshop.library) is None
        workshop.reindex()
        kept = remembered(workshop.library)
        assert kept is not None
        workshop.desk.ask("How many lamps has town 3?")
        assert remembered(workshop.library) == kept


class NearEverything:
    """A model like many that are trained on pairs: the cosine of any two texts is above 0.7."""

    name, dimensions = "near@everything", 16

    def encode_documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        rows = np.full((len(texts), self.dimensions), 2.0, dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            row += np.random.default_rng(list(text.encode())).uniform(0, 1, self.dimensions)
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self.encode_documents(texts)


@pytest.mark.parametrize("model", ["bundled", "/models/another"])
def test_statements_are_proved_with_the_static_vectors_whatever_the_model(model: str) -> None:
    texts = [passage.text for passage in PASSAGES] + ["王老师在北京教音乐。"]
    near = NearEverything().encode_documents(texts)
    assert (near @ near.T).min() > 0.7
    with ChatServer((Reply("王老师在北京教音乐[1]。"),)).running() as server:
        workshop = Workshop(chat_settings(server, embedding_model=model))
        workshop.__dict__["embedder"] = NearEverything()
        made = workshop.generator
        assert made is not None
        answer: Answer = made.generate(EXTRACTIVE.question, "zh", PASSAGES, EXTRACTIVE)
    assert answer.mode == "extractive"
    assert answer.dropped == {"unsupported": 1}


def test_the_static_model_has_a_name_of_its_own() -> None:
    static, bundled = load_embedder("static"), load_embedder("bundled")
    assert static.name.startswith("static@")
    assert np.array_equal(static.encode_queries(["水"]), bundled.encode_queries(["水"]))
