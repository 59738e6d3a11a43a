"""What a question takes for granted is looked for in the windows that are read."""

from __future__ import annotations

import pytest

from index.chunker import chunk_article
from index.models import ArticleHead
from index.units import window_of
from retrieval.answer.presupposed import (
    names_in,
    of_another,
    one_of_several,
    presupposed,
    without_kind,
)
from tests.readings import article_of, readings_of, windows_of

NOTICE = (
    "Version 2.0 of the Lantern app comes on 14 May 2024. It needs three weeks of tests by Ines. "
    "灯塔应用2.0版要测试三周。"
)


def lost(question: str, text: str = NOTICE, title: str = "Lantern news") -> float:
    article = article_of(("paragraph", text), title=title)
    (chunk,) = chunk_article(article)
    head = ArticleHead(article.id, article.source, title, date="2024-05-01")
    return presupposed(question)(window_of(chunk, title), head)


@pytest.mark.parametrize(
    "question",
    [
        "When does version 2.0 come?",
        "How long is it tested?",
        "Who tests the Lantern app for 3 weeks?",
        "Wie kommt man in die neue Lantern-Vorschau?",
        "Does Ines test the app in 2024?",
        "Lantern 2.0 什么时候出？",
        "灯塔应用测试三周吗？",
        "Welche Tests braucht die App vor der Veröffentlichung im Mai 2024?",
    ],
)
def test_what_is_told_costs_nothing(question: str) -> None:
    assert lost(question) == 0


@pytest.mark.parametrize(
    "question",
    [
        "When does version 3.0 come?",
        "Who tests the app for 5 weeks?",
        "What came in May 2022?",
        "When did Otto test the app?",
        "Wann hat Anna-Lena die App getestet?",
        "Lantern 4.1 什么时候出？",
        "iPhone 上能用吗？",
        "Läuft die App auch auf dem MacBook?",
    ],
)
def test_what_is_not_told_costs(question: str) -> None:
    assert lost(question) > 0


def test_a_name_is_not_looked_for_in_another_script() -> None:
    assert lost("Who tests it in Harbin?", "哈尔滨的同事负责测试。") == 0
    assert lost("Who tests it in Harbin for 5 weeks?", "哈尔滨的同事测试三周。") > 0


def test_a_title_and_a_date_tell_too() -> None:
    assert lost("What was new in 2024 at Lantern?", "The app was made anew.") == 0


def test_names_are_told_by_their_letters() -> None:
    assert names_in("How do I use Emacs with the team's FTP?") == ["Emacs", "FTP"]
    assert names_in("Who is it") == []
    assert names_in("The Lido is closed. Why? And what of the Baths?") == ["Lido", "Baths"]
    assert names_in("What was the ruling in Knowles v. Mirzayance") == ["Knowles", "Mirzayance"]
    assert names_in("Wann öffnet die Bibliothek am Freitag") == []
    assert names_in("Wie heißt das, was man am Anfang in die Halle trägt?") == []
    assert names_in("Wann öffnet die Bibliothek von SAP am Freitag") == ["SAP"]
    assert names_in("Emacs 怎么退出？") == ["Emacs"]


STATIONS = ["红桥车辆段的冬季准备", "白河车辆段的冬季准备", "食堂"]


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("青山车辆段有多少辆扫雪车？", "青山"),
        ("请问青山车辆段几点开门", "青山"),
        ("食堂几点开门？", ""),
        ("青山食堂几点开门？", ""),
        ("how many ploughs?", ""),
        ("冬季准备从什么时候开始", ""),
    ],
)
def test_a_name_in_han_is_told_by_its_siblings(question: str, name: str) -> None:
    assert one_of_several(question, STATIONS) == name


def test_titles_that_are_sentences_name_no_siblings() -> None:
    titles = ["然而城里的什么车站都关门了，人们只好", "后来那里的什么车站又重新开放，市长说"]
    assert one_of_several("什么车站关门了？", titles) == ""
    assert one_of_several("城里有什么车站", titles) == ""


@pytest.mark.parametrize(
    ("question", "others"),
    [
        ("Who is the head of the Corley school?", ["The head of the Ashby school is Tamsin."]),
        ("Who is the head of the school?", []),
        ("Who is the head of the Ashby school?", []),
        ("Does Corley have a school?", []),
    ],
)
def test_a_unit_about_another_thing_of_the_kind_is_told(question: str, others: list[str]) -> None:
    text = "The head of the Ashby school is Tamsin. Corley has nine teachers. It opens at eight."
    differs = of_another(question)
    found = readings_of(windows_of(article_of(("paragraph", text))), {})
    texts = [r.window.text[r.unit.first : r.unit.last] for r in found if differs(r)]
    assert texts == others


@pytest.mark.parametrize(
    ("question", "texts"),
    [
        ("Why is the hall shut?", ["The hall is shut.", "Open at 9."]),
        ("How many lamps are there?", ["The hall is shut.", "It is so because of rain."]),
        ("When is the hall shut?", []),
    ],
)
def test_the_kind_that_is_asked_for_is_missed(question: str, texts: list[str]) -> None:
    lacking = without_kind(question)
    text = "The hall is shut. It is so because of rain. Open at 9."
    found = readings_of(windows_of(article_of(("paragraph", text))), {})
    assert [r.window.text[r.unit.first : r.unit.last] for r in found if lacking(r) > 0] == texts
