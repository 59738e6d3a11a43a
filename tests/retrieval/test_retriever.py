"""Search over a real index of a small city's news, in two languages and two scripts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.embedder import load_embedder
from index.models import Hit
from retrieval.models import Passage
from retrieval.retriever import Retriever, _fused
from tests.city import ARTICLES, build
from tests.fakes import HashEmbedder


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Retriever]:
    library = build(tmp_path_factory.mktemp("city"), ARTICLES)
    yield Retriever(library, HashEmbedder())
    library.close()


@pytest.fixture(scope="module")
def languages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Retriever]:
    """Search with the model that comes with the project."""
    embedder = load_embedder("bundled")
    library = build(tmp_path_factory.mktemp("languages"), ARTICLES, embedder)
    yield Retriever(library, embedder)
    library.close()


def found(passages: list[Passage]) -> list[str]:
    return [passage.article_id.partition("#")[2] for passage in passages]


@pytest.mark.parametrize(
    ("question", "article"),
    [
        ("When was the bridge repaired?", "bridge"),
        ("which lamps are installed", "lamps"),
        ("when does the library open", "library"),
        ("Which schools did Lin Tao visit?", "school"),
        ("Who is the headmaster at Mengqiao?", "school"),
        ("Which bridge did the architect Grunov design?", "architect"),
        ("¿Cuándo se abre la biblioteca el fin de semana?", "library"),
    ],
)
def test_a_question_finds_the_passage_of_another_language(
    languages: Retriever, question: str, article: str
) -> None:
    # The reader has the last word on the order of the first few.
    assert article in found(languages.search(question))[:5]


@pytest.mark.parametrize(
    ("question", "article"),
    [
        ("PPL-2207", "lamps"),
        ("ＰＰＬ－２２０７", "lamps"),
        ("ppl2207 220伏", "lamps"),
        ("2023年4月19日", "lamps"),
        ("1280", "bridge"),
        ("１，２８０", "bridge"),
    ],
)
def test_codes_and_numbers(city: Retriever, question: str, article: str) -> None:
    assert found(city.search(question))[0] == article


@pytest.mark.parametrize("question", ["市图书馆开放到几点？", "市圖書館開放到幾點？"])
def test_simplified_and_traditional_find_each_other(city: Retriever, question: str) -> None:
    assert "library" in found(city.search(question))[:3]
    assert "lamps" in found(city.search("老城區的路燈改造"))[:4]


@pytest.mark.parametrize(
    ("right", "wrong", "question"),
    [
        (
            "Die neuen Straßenlampen in der Altstadt leuchten seit Montag.",
            "Der Fischmarkt zieht im Winter in die alte Zollhalle.",
            "Seit wann leuchtet die neue Straßenlampe?",
        ),
        (
            "Los puentes del río fueron reparados por tres cuadrillas.",
            "El mercado de pescado abre los sábados por la mañana.",
            "¿Quién reparó el puente?",
        ),
        (
            "В старом городе отремонтировали четыре моста.",
            "Рыбный рынок переезжает в здание таможни.",
            "Сколько мостов отремонтировано?",
        ),
        (
            "Thư viện thành phố mở cửa đến chín giờ tối vào cuối tuần.",
            "Chợ cá sẽ chuyển vào tòa nhà cũ trước mùa đông.",
            "Cuối tuần thư viện đóng cửa lúc mấy giờ?",
        ),
        (
            "تفتح المكتبة أبوابها حتى التاسعة مساء في عطلة الأسبوع.",
            "ينتقل سوق السمك إلى مبنى الجمارك القديم قبل الشتاء.",
            "متى تغلق المكتبات أبوابها؟",
        ),
        (
            "市立図書館は週末も夜九時まで開いています。",
            "魚市場は冬までに古い税関の建物に移ります。",
            "図書館は何時まで開いていますか？",
        ),
        (
            "시립 도서관은 주말에도 밤 아홉 시까지 문을 연다.",
            "어시장은 겨울 전에 옛 세관 건물로 옮긴다.",
            "도서관에서는 몇 시까지 책을 읽을 수 있나요?",
        ),
    ],
)
def test_every_language_works_within_itself(
    tmp_path: Path, right: str, wrong: str, question: str
) -> None:
    library = build(tmp_path, [("wrong", "", wrong), ("right", "", right)])
    assert found(Retriever(library, HashEmbedder()).search(question))[0] == "right"
    library.close()


def test_passages_are_verbatim_and_scores_fall_between_1_and_0(city: Retriever) -> None:
    passages = city.search("青石大桥修缮", limit=5)
    texts = {name: text for name, _, text in ARTICLES}
    scores = [passage.score for passage in passages]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    for passage in passages:
        article = texts[passage.article_id.partition("#")[2]]
        assert article[passage.start : passage.end] == passage.text


def test_one_article_alone_is_searched(city: Retriever) -> None:
    article = city.search("路灯改造")[0].article_id
    assert {p.article_id for p in city.search("大桥和学校", article_id=article)} <= {article}
    assert city.search("路灯", article_id="city.jsonl#nowhere") == []


def test_limits(city: Retriever) -> None:
    assert city.search("路灯", limit=0) == []
    assert len(city.search("the market and the bridge", limit=1)) == 1


@pytest.mark.parametrize("question", ["", " ", "?!", "的", "\x00", "𠀀" * 400, "a" * 4000])
def test_odd_questions_are_answered_quietly(city: Retriever, question: str) -> None:
    assert all(isinstance(passage, Passage) for passage in city.search(question))


def test_ranks_do_not_hang_on_the_last_figures_of_scores() -> None:
    ours = [Hit("c", 0.9), Hit("b", 0.846022367), Hit("a", 0.846022300)]
    theirs = [Hit("c", 0.9000001), Hit("a", 0.846022248), Hit("b", 0.846022189)]
    assert _fused(ours, []) == _fused(theirs, [])
    assert _fused([], [Hit("a", 23.2918), Hit("b", 23.2)])["a"] > _fused([], ours)["b"]
