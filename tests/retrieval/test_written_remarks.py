"""What is told beside a quoted answer is told beside a written one: rivals, reprints, pictures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from config.phrases import localize
from index.models import Block, BlockKind
from retrieval.answerer import Answerer
from retrieval.chat.generator import Generator
from retrieval.chat.model import Chat
from retrieval.models import AskRequest, Passage
from retrieval.proof.verifier import Verifier
from retrieval.proof.written import WrittenAnswer
from tests.chat_server import ChatServer, Reply
from tests.fakes import write_articles
from tests.fakes_chat import settings
from tests.services import service_over

_BOAT = "The rescue boat was painted orange in spring by the volunteers of the lake watch. "
_MORE = "It lies at the northern pier and is manned by four people on every day of the summer."
ARTICLES = {
    "lift-a.md": ("Lift at the quarry", "The quarry lift carries 14 people."),
    "lift-b.md": ("New quarry lift", "The quarry lift carries 9 people."),
    "boat.md": ("Rescue boat", _BOAT + _MORE),
    "boat-again.md": ("The boat of the lake watch", _BOAT + _MORE),
}
SAID = (
    "The quarry lift carries 14 people [1]. The quarry lift carries 9 people [1]."
    " Volunteers painted the rescue boat orange [1]. The rescue boat was painted orange [1]."
)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answerer]:
    folder = tmp_path_factory.mktemp("remarks")
    write_articles(folder / "articles", ARTICLES)
    with ChatServer([Reply(SAID)] * 2).running() as server:
        writer = Generator(Chat(settings(server)))
        with service_over(folder / "articles", folder / "data", writer=writer) as service:
            yield service


def test_where_sources_disagree_both_are_told_of(service: Answerer) -> None:
    pieces: list[str] = []
    answer = service.ask(AskRequest("How many people does the quarry lift carry?"), pieces.append)
    title = answer.citations[1].title
    assert localize("answer.other_article", "en", title=title) in answer.answer
    assert {c.quote for c in answer.citations} == {
        "The quarry lift carries 14 people.", "The quarry lift carries 9 people.",
    }  # fmt: skip
    assert not pieces


def test_a_reprint_is_named_below_a_written_answer(service: Answerer) -> None:
    answer = service.ask(AskRequest("Which colour was the rescue boat painted?"))
    assert answer.mode == "generated", answer
    assert [len(citation.also_in) for citation in answer.citations] == [1]


def test_a_written_answer_says_which_quote_was_read_from_a_picture() -> None:
    text = "The pier is closed on Mondays."
    block = Block(BlockKind.PARAGRAPH, 0, len(text), ocr=True)
    plain = Passage("c", "a.png", "Pier", "a.png", "", text, 0.9, 0, len(text), 1)
    verifier = Verifier([replace(plain, blocks=(block,))], "en")
    written = WrittenAnswer(verifier.evidence)
    for sentence in [*verifier.feed("On Mondays the pier is closed [1]. "), *verifier.finish()]:
        written.add(sentence)
    assert [citation.ocr for citation in written.citations] == [True]
