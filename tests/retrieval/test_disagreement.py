"""Sources that give different values for one claim, and those that only seem to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from config.phrases import localize
from index.embedder import load_embedder
from index.library import Library
from index.pipeline import reindex
from retrieval.answerer import Answerer
from retrieval.models import AskRequest
from retrieval.retriever import Retriever


@contextmanager
def service_of(place: Path, texts: Mapping[str, str]) -> Iterator[Answerer]:
    (place / "documents").mkdir()
    for name, text in texts.items():
        (place / "documents" / name).write_text(text, encoding="utf-8")
    embedder = load_embedder("bundled")
    library = Library.open(place / "data", embedder)
    reindex(library, place / "documents")
    yield Answerer(library, embedder, Retriever(library, embedder))
    library.close()


def dated(title: str, day: str, text: str) -> str:
    return f"---\ntitle: {title}\ndate: {day}\n---\n\n{text}\n"


TEXTS = {
    "lift-new.md": dated("Lift at the quarry", "2026-05-02", "The quarry lift carries 14 people."),
    "lift-old.md": dated("New quarry lift", "2024-03-09", "The quarry lift carries 9 people."),
    "市场一.md": "# 市场须知\n\n早市摊位的押金是200元。\n",
    "市场二.md": "# 摊主手册\n\n早市摊位的押金是350元。\n",
    "oct.md": dated("Visitors", "2026-11-02", "In October 812 guests visited the lighthouse."),
    "sep.md": dated("Visitors", "2026-10-02", "In September 655 guests visited the lighthouse."),
    "oak.md": "# Oak Hall\n\nA seat on the balcony costs 12 euros.\n",
    "elm.md": "# Elm Hall\n\nA seat on the balcony costs 17 euros.\n",
}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answerer]:
    with service_of(tmp_path_factory.mktemp("disagreement"), TEXTS) as service:
        yield service


def test_the_newest_is_quoted_and_the_older_told_of(service: Answerer) -> None:
    found = service.ask(AskRequest("How many people does the quarry lift carry?"))
    assert [c.quote for c in found.citations] == [
        "The quarry lift carries 14 people.", "The quarry lift carries 9 people.",
    ]  # fmt: skip
    older = localize("answer.older_article", "en", title="New quarry lift", date="2024-03-09")
    assert older in found.answer


def test_undated_sources_are_both_quoted_as_such(service: Answerer) -> None:
    found = service.ask(AskRequest("早市摊位的押金是多少？"))
    assert {c.quote for c in found.citations} == {
        "早市摊位的押金是200元。", "早市摊位的押金是350元。",
    }  # fmt: skip
    told = localize("answer.other_article", "zh", title=found.citations[1].title)
    assert told in found.answer


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("How many guests visited the lighthouse in October?", "812"),
        ("What does a seat on the balcony of Elm Hall cost?", "17"),
    ],
)
def test_what_differs_for_a_reason_is_no_quarrel(
    service: Answerer, question: str, said: str
) -> None:
    found = service.ask(AskRequest(question))
    assert said in found.citations[0].quote
    assert len(found.answer.split("\n")) == len(found.citations)
