"""The reader: which sentences are quoted, and what is printed in bold."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.chunker import chunk_article
from index.models import Article
from index.words.sentences import sentence_spans
from retrieval.models import Passage
from retrieval.rarity import Rarity
from retrieval.reader import Reader, Reading, check_weights
from retrieval.reading.highlight import highlight
from retrieval.reading.meanings import Meanings
from retrieval.reading.passages import view_passage
from retrieval.reading.questions import view_question
from retrieval.search.query import analyse
from tests.fakes_dictionary import CITY_WORDS

RARITY = Rarity(lambda key: 0, 1, {"的": 0.9, "the": 0.9})
FAIR = (
    "The spring fair opened on Friday with 42 stalls.\n"
    "Mayor Ada Lind cut the ribbon. She had promised a larger fair last year.\n"
    "Tickets cost 6 euros, and children under 10 enter free.\n"
    "A storm had damaged the old pavilion. It will be rebuilt in oak by June.\n"
    "The council held a safety meeting on Monday. The chief of police attended the meeting."
)
NOTICE = (
    "临江公园将于5月6日起闭园改造，工期90天。\n"
    "公园管理处主任吴晓兰介绍，改造后将新增座椅240张、路灯65盏。\n"
    "市财政投入1800万元。该项目由江城园林公司施工。\n"
    "为了保护古树，挖掘作业全部采用人工。"
)


def passages_of(text: str, title: str) -> list[Passage]:
    article = Article("a.txt#1", "a.txt", title, text)
    return [
        Passage(
            chunk.id, article.id, title, "a.txt", "", chunk.text, 0.9, chunk.start, chunk.end,
            chunk.ordinal,
        )
        for chunk in chunk_article(article)
    ]  # fmt: skip


def read(question: str, passages: Sequence[Passage]) -> Reading:
    reading = Reader(Meanings(None)).read(analyse(question, CITY_WORDS), passages, RARITY)
    assert reading is not None
    return reading


def test_the_weights_are_of_the_features_that_are_computed() -> None:
    check_weights()


@pytest.mark.parametrize(
    ("question", "said", "marked"),
    [
        ("How many stalls did the spring fair open with?", "42 stalls", "42 stalls"),
        ("Who cut the ribbon?", "Ada Lind cut the ribbon", "Ada Lind"),
        ("how much do tickets cost", "Tickets cost 6 euros", "6 euros"),
    ],
)
def test_english(question: str, said: str, marked: str) -> None:
    quote = read(question, passages_of(FAIR, "Spring fair")).quotes[0]
    assert said in quote.text
    assert quote.highlight is not None
    assert marked in quote.text[slice(*quote.highlight)]


@pytest.mark.parametrize(
    ("question", "said", "marked"),
    [
        ("临江公园什么时候闭园改造", "5月6日起闭园", "5月6日"),
        ("改造后新增多少盏路灯", "路灯65盏", "65盏"),
        ("改造后新增多少张座椅", "座椅240张", "240张"),
        ("公园管理处主任是谁", "主任吴晓兰", "吴晓兰"),
    ],
)
def test_chinese(question: str, said: str, marked: str) -> None:
    quote = read(question, passages_of(NOTICE, "临江公园改造")).quotes[0]
    assert said in quote.text
    assert quote.highlight is not None
    assert marked == quote.text[slice(*quote.highlight)]


def test_a_sentence_that_leans_on_the_one_before_brings_it_along() -> None:
    quotes = read("When will the old pavilion be rebuilt in oak?", passages_of(FAIR, "Fair")).quotes
    assert (
        "A storm had damaged the old pavilion. It will be rebuilt in oak by June." in quotes[0].text
    )
    quotes = read("该项目由哪家公司施工", passages_of(NOTICE, "临江公园改造")).quotes
    assert "市财政投入1800万元。该项目由江城园林公司施工。" in quotes[0].text


def test_which_meeting_is_told_where_the_sentence_says_the_meeting() -> None:
    quotes = read("Which meeting did the chief of police attend?", passages_of(FAIR, "Fair")).quotes
    assert "safety meeting" in " ".join(quote.text for quote in quotes)


def test_words_that_stand_nowhere_are_told() -> None:
    reading = read("How many elephants did the spring fair bring?", passages_of(FAIR, "Fair"))
    assert "elephants" in reading.unmatched
    assert "stalls" not in reading.unmatched


def test_a_title_is_part_of_what_its_sentences_say() -> None:
    text = "It opened on 4 July. It was rebuilt twice."
    quote = read(
        "When did the Halden swimming hall open?", passages_of(text, "Halden swimming hall")
    )
    assert "4 July" in quote.quotes[0].text


@settings(max_examples=40, deadline=None)
@given(
    st.text(
        st.sampled_from("河水位上涨多少米谁12345年月日，。！？. abWho\n“”《》"),
        min_size=1,
        max_size=160,
    ),
    st.text(
        st.sampled_from("河水位上涨多少米谁何时12345年月日？ abWhowmanyen"), min_size=1, max_size=40
    ),
)
def test_any_question_of_any_text_is_quoted_verbatim(text: str, question: str) -> None:
    passages = passages_of(text, "河")
    reading = Reader(Meanings(None)).read(analyse(question, None), passages, RARITY)
    for quote in reading.quotes if reading else ():
        assert text[quote.start : quote.end] == quote.text
    if reading:
        assert len(reading.quotes) <= 2
        assert sum(len(sentence_spans(quote.text)) for quote in reading.quotes) <= 2


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=120), st.lists(st.floats(-8, 8), min_size=160, max_size=160))
def test_a_span_never_leaves_its_sentence(text: str, logits: list[float]) -> None:
    import numpy as np

    question = view_question(analyse("How many boats?"), RARITY)
    for sentence in view_passage(text):
        scores = np.array(logits[: len(sentence.tokens)], dtype=np.float32)
        span = highlight(question, sentence, scores, Meanings(None))
        if span is not None:
            assert 0 <= span[0] < span[1] <= len(sentence.text)


@pytest.mark.parametrize("more", ["座椅和路灯", "stalls and lamps "])
def test_no_length_of_a_question_overflows(more: str) -> None:
    with np.errstate(over="raise", invalid="raise"):
        reading = read("新增座椅多少张" + more * 700, passages_of(NOTICE, "公园改造"))
    assert reading
