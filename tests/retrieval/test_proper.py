"""A name that the documents do not have is not answered for by another of its kind."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from index.translator import load_translator
from retrieval.answerer import Answerer
from retrieval.models import Passage
from retrieval.reader import Reader
from retrieval.reading.meanings import Meanings
from retrieval.reading.proper import names
from retrieval.reading.questions import view_question
from retrieval.search.query import analyse
from tests.desks import desk_over_texts

DEPOTS = {"Juniper": 12, "Maple": 31, "Rowan": 7, "Birch": 24}
YARDS = {"银杏": 45, "雪松": 12, "北坡": 31, "河湾": 8}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answerer]:
    told = [
        (name, f"Winter at the {name} depot", f"The {name} depot keeps {ploughs} ploughs.")
        for name, ploughs in DEPOTS.items()
    ] + [
        (name, f"{name}车辆段的冬季准备", f"{name}车辆段有{ploughs}辆扫雪车，比去年多三辆。")
        for name, ploughs in YARDS.items()
    ]
    texts = {f"{name}.md": f"# {title}\n\n{text}\n" for name, title, text in told}
    with desk_over_texts(texts, tmp_path_factory.mktemp("depots")) as desk:
        yield desk


@pytest.mark.parametrize("name", DEPOTS)
def test_the_depot_that_is_asked_for_answers(desk: Answerer, name: str) -> None:
    answer = desk.ask(f"How many ploughs does the {name} depot keep?")
    assert f"{name} depot keeps" in answer.citations[0].quote


@pytest.mark.parametrize("name", ["Cedar", "Hawthorn", "Alder", "Springfield"])
def test_another_depot_is_no_answer(desk: Answerer, name: str) -> None:
    assert not desk.ask(f"How many ploughs does the {name} depot keep?").found


@pytest.mark.parametrize("name", YARDS)
def test_the_yard_that_is_asked_for_answers(desk: Answerer, name: str) -> None:
    answer = desk.ask(f"{name}车辆段有多少辆扫雪车？")
    assert f"{name}车辆段有" in answer.citations[0].quote


@pytest.mark.parametrize("name", ["南岭", "金沙", "红星", "东湖"])
def test_another_yard_is_no_answer(desk: Answerer, name: str) -> None:
    assert not desk.ask(f"{name}车辆段有多少辆扫雪车？").found


def test_names_are_runs_of_capitals_inside_a_sentence() -> None:
    question = "Where did Ada Lind meet the mayor of Port Olm? Who was there?"
    view = view_question(analyse(question), lambda key: 1.0)
    tokens = view.tokens
    found = [tokens.text[tokens.starts[run[0]] : tokens.ends[run[-1]]] for run in names(view)]
    assert found == ["Ada Lind", "Port Olm"]


def test_a_transcribed_name_is_not_missed() -> None:
    text = "建筑师彼得·格鲁诺夫设计了北桥，工期两年。"
    passage = Passage("c", "a#1", "北桥", "a.txt", "", text, 0.9, 0, len(text), 0)
    query = analyse("How long did the bridge by Peter Grunov take?", load_translator())
    reading = Reader(Meanings(load_translator())).read(query, [passage], lambda key: 1.0)
    assert reading is not None
    assert not reading.untold
