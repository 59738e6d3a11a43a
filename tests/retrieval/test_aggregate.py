"""Extremes and totals over a whole table, in English and Chinese."""

from __future__ import annotations

import pytest

from retrieval.answerer import Answerer
from retrieval.models import AskRequest

PLOTS = ["Ash", "Bramble", "Clover", "Dill", "Endive", "Fennel", "Garlic", "Hyssop"]
GARDEN = """# Garden plots

The plots are let by the year.

| Plot | Area (m²) | Rent per year (€) | Water |
|---|---|---|---|
""" + "".join(
    f"| {name} {number} | {20 + number * 7 % 31} | {90 - number * 11 % 47} | yes |\n"
    for number, name in enumerate(PLOTS * 4)
)
COURSES = """# 夜校课程

| 课程 | 人数 | 学费（元） |
|---|---|---|
| 书法 | 18 | 300 |
| 陶艺 | 9 | 480 |
| 合唱 | 42 | 120 |
| 合计 | 69 | |
"""
CLUBS = """# Two clubs

The chess club has 31 members. The rowing club has 54 members. The choir has 27 members.
"""
QUOTES = """# Halls

| Hall | Fee |
|---|---|
| Upper hall | 40 |
| Lower hall | on request |
"""
# One row of it is longer than a passage.
BOATS = f"""# Mooring of boats

| Boat | Mooring (€) | Remarks |
|---|---|---|
| Heron | 410 | none |
| Plover | 265 | none |
| Avocet | 730 | {" ".join(f"Rope {n} is dried on deck." for n in range(200))} |
| Total | 1405 | |
"""


TEXTS = {
    "garden.md": GARDEN,
    "课程.md": COURSES,
    "clubs.md": CLUBS,
    "halls.md": QUOTES,
    "boats.md": BOATS,
}


def _extreme(column: int, pick: object) -> str:
    rows = [[c.strip() for c in line.split("|")[1:-1]] for line in GARDEN.splitlines()[6:]]
    assert callable(pick)
    return str(pick(rows, key=lambda row: int(row[column]))[0])


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Which plot is the cheapest?", _extreme(2, min)),
        ("Which plot is the most expensive?", _extreme(2, max)),
        ("Which plot has the largest area?", _extreme(1, max)),
        ("哪门课程最便宜？", "合唱"),
        ("哪门课程人数最少？", "陶艺"),
        ("夜校课程一共有多少人数？", "合计"),
        ("What is the mooring of all boats in total?", "1405"),
        ("书法和陶艺哪门课程学费更贵？", "陶艺"),
    ],
)
def test_the_row_that_wins_is_quoted(service: Answerer, question: str, said: str) -> None:
    found = service.ask(AskRequest(question))
    assert found.found
    assert said in found.citations[0].quote
    for citation in found.citations:
        article = service.library.article(citation.article_id)
        assert article is not None
        assert article.text[citation.start : citation.end] == citation.quote


@pytest.mark.parametrize(
    "question",
    [
        "Which plot with an area of more than 30 m² is the cheapest?",
        "What is the total rent of all garden plots?",
        "Which hall has the lowest fee?",
        "Which boat has the highest mooring?",
        "How many members do the clubs have in total?",
    ],
)
def test_what_a_table_does_not_tell_alone_is_refused(service: Answerer, question: str) -> None:
    assert not service.ask(AskRequest(question)).found
