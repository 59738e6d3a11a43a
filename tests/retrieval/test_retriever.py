"""Search over a real index of a small city's news, in two languages and two scripts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.fakes_dictionary import CITY_WORDS

from index.library import Library
from retrieval.models import Passage
from retrieval.retriever import Retriever
from tests.city import ARTICLES, build
from tests.fakes import HashEmbedder


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Retriever]:
    library = build(tmp_path_factory.mktemp("city"), ARTICLES)
    yield Retriever(library, HashEmbedder(), CITY_WORDS)
    library.close()


def found(passages: list[Passage]) -> list[str]:
    return [passage.article_id.partition("#")[2] for passage in passages]


@pytest.mark.parametrize(
    ("question", "article"),
    [
        ("青石大桥换了多少块石板？", "bridge"),
        ("路灯改造分几批安装？", "lamps"),
        ("How often will the night trams run?", "tram"),
        ("how many stalls has the fish market let", "market"),
    ],
)
def test_a_question_finds_its_passage(city: Retriever, question: str, article: str) -> None:
    assert found(city.search(question))[0] == article


@pytest.mark.parametrize(
    ("question", "article"),
    [
        ("When was the bridge repaired?", "bridge"),
        ("which lamps are installed", "lamps"),
        ("when does the library open", "library"),
        ("电车维修了多少辆？", "tram"),
    ],
)
def test_a_question_finds_the_passage_of_the_other_language(
    city: Retriever, question: str, article: str
) -> None:
    assert found(city.search(question))[0] == article


@pytest.mark.parametrize(
    "question",
    [
        "Which schools did Lin Tao visit?",
        "Lin Tao",
        "what did lin tao ask for",
        "Who is the headmaster at Mengqiao?",
    ],
)
def test_a_name_in_latin_letters_finds_the_han_name(city: Retriever, question: str) -> None:
    assert found(city.search(question))[0] == "school"


def test_a_han_name_finds_the_one_in_latin_letters(city: Retriever) -> None:
    assert found(city.search("乔云说了什么"))[0] == "tram"


@pytest.mark.parametrize("question", ["Which bridge did Grunov design?", "What did Grunov say"])
def test_a_foreign_name_is_found_by_its_sound(city: Retriever, question: str) -> None:
    assert found(city.search(question))[0] == "architect"


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
    assert found(city.search(question))[0] == "library"
    assert found(city.search("老城區的路燈改造"))[0] == "lamps"


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
    assert found(Retriever(library, HashEmbedder(), CITY_WORDS).search(question))[0] == "right"
    library.close()


def test_a_near_duplicate_is_there_once(city: Retriever) -> None:
    names = found(city.search("fish market stalls rent", limit=len(ARTICLES)))
    assert len([name for name in names if name.startswith("market")]) == 1


def test_passages_are_verbatim_and_scores_fall_between_1_and_0(city: Retriever) -> None:
    passages = city.search("青石大桥修缮", limit=5)
    texts = {name: text for name, _, text in ARTICLES}
    scores = [passage.score for passage in passages]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    for passage in passages:
        article = texts[passage.article_id.partition("#")[2]]
        assert article[passage.start : passage.end] == passage.text


def test_the_right_passage_scores_higher_than_the_best_of_a_foreign_question(
    city: Retriever,
) -> None:
    right = city.search("青石大桥的修缮工程什么时候完工？")[0].score
    foreign = city.search("火星探测器的电池能用多久？")
    assert not foreign or foreign[0].score < right / 2


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


def test_an_unindexed_library_gives_nothing(tmp_path: Path) -> None:
    library = Library.open(tmp_path, HashEmbedder())
    assert Retriever(library, HashEmbedder(), CITY_WORDS).search("路灯") == []
    library.close()


def test_without_a_translator_one_language_still_works(city: Retriever, tmp_path: Path) -> None:
    library = build(tmp_path, ARTICLES)
    retriever = Retriever(library, HashEmbedder(), None)
    assert found(retriever.search("路灯改造"))[0] == "lamps"
    assert found(retriever.search("Lin Tao"))[0] == "school"
    library.close()


def test_the_same_subject_in_two_languages_is_found_by_its_own_facts(tmp_path: Path) -> None:
    subjects = [
        ("bridge-zh", "大桥", "大桥的维修花了九个月，桥上的路灯也换了。"),
        ("bridge-en", "Bridge", "The repair of the bridge cost four million crowns in all."),
        ("school-zh", "小学", "小学的新校长是从外地请来的。"),
        ("school-en", "School", "The school has three hundred pupils and a garden."),
    ]
    library = build(tmp_path, subjects)
    retriever = Retriever(library, HashEmbedder(), CITY_WORDS)
    assert found(retriever.search("大桥上的路灯换了吗？"))[0] == "bridge-zh"
    assert found(retriever.search("Who is the new headmaster of the school?"))[0] == "school-zh"
    assert found(retriever.search("How many pupils has the school?"))[0] == "school-en"
    library.close()
