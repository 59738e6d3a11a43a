"""The service end to end, over a few pages of our own with the bundled model and a real index."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.library import Library
from retrieval.answerer import Answerer
from retrieval.errors import ArticleAmbiguous, ArticleNotFound, NoIndex
from retrieval.models import Answer, AskRequest
from tests.fakes import HashEmbedder
from tests.services import service_over_pages

MARK = re.compile(r"\[(\d+)\]")


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answerer]:
    with service_over_pages(tmp_path_factory.mktemp("pages")) as service:
        yield service


def quoted(answer: Answer) -> str:
    return " ".join(citation.quote for citation in answer.citations)


def bold(answer: Answer) -> str:
    return " ".join(re.findall(r"\*\*(.+?)\*\*", answer.answer))


@pytest.mark.parametrize(
    ("question", "said", "marked"),
    [
        ("储备了多少艘冲锋舟", "冲锋舟86艘", "86艘"),
        ("玉带河大桥什么时候开始封闭维修", "8月1日起封闭维修", "8月1日"),
        ("谁通报了前期汛情", "副市长罗晓梅通报前期汛情", "罗晓梅"),
        ("How many passengers did the ferry carry last year?", "1.3 million", "1.3 million"),
        ("who chairs the transport committee", "Councillor Priya Nair", "Priya Nair"),
        ("when was Northline founded", "founded in 1962", "1962"),
    ],
)
def test_the_sentence_that_answers_is_quoted_with_its_span_in_bold(
    service: Answerer, question: str, said: str, marked: str
) -> None:
    answer = service.ask(AskRequest(question))
    assert answer.found and answer.nearest is None
    assert answer.mode == "extractive"
    assert said in quoted(answer)
    assert marked in bold(answer)


def test_an_answer_holds_to_the_shape_that_others_rely_on(service: Answerer) -> None:
    answer = service.ask(AskRequest("玉带河大桥建于哪一年"))
    numbers = [citation.number for citation in answer.citations]
    assert numbers == list(range(1, len(numbers) + 1))
    assert [int(number) for number in MARK.findall(answer.answer)] == numbers
    assert answer.language == "zh"
    assert answer.confidence >= 0.5
    assert {"search", "read", "total"} <= set(answer.timings_ms)
    for citation in answer.citations:
        passage = service.passage(citation.chunk_id)
        assert passage is not None
        assert passage.start <= citation.start < citation.end <= passage.end
        start = citation.start - passage.start
        assert passage.text[start : start + len(citation.quote)] == citation.quote


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("谁赢了世界杯", "zh"),
        ("what is the capital of Norway", "en"),
        ("人民币对美元汇率是多少", "zh"),
    ],
)
def test_a_refusal_says_so_in_the_language_of_the_question(
    service: Answerer, question: str, language: str
) -> None:
    answer = service.ask(AskRequest(question))
    assert not answer.found
    assert answer.citations == ()
    assert len(answer.passages) == 3
    assert answer.confidence < 0.5
    assert answer.language == language
    assert not MARK.search(answer.answer)


def test_a_question_that_answers_itself_elsewhere_is_asked_of_one_article(
    service: Answerer,
) -> None:
    tram = next(card for card in service.articles() if "tram" in card.title)
    answer = service.ask(AskRequest("how many people fit on a boat", article_id=tram.id))
    assert all(passage.article_id == tram.id for passage in answer.passages)
    with pytest.raises(ArticleNotFound):
        service.ask(AskRequest("who", article_id="nowhere.md#1"))


@pytest.mark.parametrize(
    "question",
    [
        "的的的",
        "the of and",
        "12345",
        "🦆 1 🦆",
        "\u202e\u200b谁",
        "SELECT * FROM chunks; --",
        "[1] **x**",
        "a" * 900,
    ],
)
def test_odd_questions_get_an_answer_or_a_refusal(service: Answerer, question: str) -> None:
    answer = service.ask(AskRequest(question))
    numbers = [citation.number for citation in answer.citations]
    assert [int(number) for number in MARK.findall(answer.answer)] == numbers


def test_a_follow_up_is_understood(service: Answerer) -> None:
    first = service.ask(AskRequest("储备了多少艘冲锋舟"))
    answer = service.ask(
        AskRequest("那移动泵站呢？", earlier=(("储备了多少艘冲锋舟", first.answer),))
    )
    assert "移动泵站19座" in quoted(answer)


def test_articles_are_filtered_by_title_pinyin_and_translation(service: Answerer) -> None:
    def first(wanted: str) -> str:
        return service.articles(wanted)[0].title

    everything = service.articles()
    assert len(everything) == 7
    assert first("玉带河大桥") == "玉带河大桥维修期间绕行方案公布"
    assert first("yudaihe") == "玉带河大桥维修期间绕行方案公布"
    assert first("ferry") == "Harbour ferry to run later on weekends"
    assert first("harb") == "Harbour ferry to run later on weekends"
    assert first("library flood") == "Library reopens after flood"
    assert first("三江市召开") == "扛牢责任严阵以待 全力打好防汛主动仗"
    assert service.articles("zzzzqqq") == []


def test_a_summary_is_found_by_id_title_or_part_of_it(service: Answerer) -> None:
    card = service.articles("ferry")[0]
    by_id, by_title = service.summarize(card.id, 2), service.summarize(card.title, 2)
    by_part = service.summarize("harbour ferry", 2)
    assert by_id == by_title == by_part
    assert len(by_id.citations) == 2
    with pytest.raises(ArticleAmbiguous):
        service.summarize("s")
    with pytest.raises(ArticleNotFound):
        service.summarize("no such thing")


def test_a_passage_is_followed_by_the_next_one(service: Answerer) -> None:
    first = service.ask(AskRequest("储备了多少艘冲锋舟")).passages[0]
    assert service.passage(first.chunk_id) is not None
    assert service.passage(first.chunk_id, -first.ordinal - 1) is None
    assert service.passage("no such passage") is None


def test_the_nearest_passages_of_any_text(service: Answerer) -> None:
    found = service.nearest("Volunteers dried the books after the flood", 3)
    assert len(found) == 3
    assert "Volunteers" in found[0].text
    assert service.nearest("  ") == []


def test_without_an_index_it_is_told(tmp_path: Path) -> None:
    embedder = HashEmbedder()
    library = Library.open(tmp_path / "data", embedder)
    service = Answerer(library, embedder)
    for asked in (
        lambda: service.ask(AskRequest("who")),
        service.status,
        lambda: service.nearest("who"),
    ):
        with pytest.raises(NoIndex):
            asked()
    assert service.articles() == []
    library.close()
