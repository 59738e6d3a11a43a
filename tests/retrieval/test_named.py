"""Figures by which a question tells its subject from others."""

from __future__ import annotations

import pytest

from retrieval.proof.named import untold

PRIZES = "一等奖由高二学生马骁获得，奖金1500元。2025年5月"
TRAMS = "Line 14 runs every twenty minutes from 2024 on. The third prize was 40 euros."


@pytest.mark.parametrize(
    ("question", "source"),
    [
        ("二等奖是谁", PRIZES),
        ("2019年的一等奖是谁", PRIZES),
        ("3号楼的一等奖是谁", PRIZES),
        ("How often does line 6 run?", TRAMS),
        ("How often did line 14 run in 2019?", TRAMS),
        ("Who won the second prize?", TRAMS),
        ("Which stop is 4 of line 1?", TRAMS),
    ],
)
def test_a_figure_that_the_source_has_not(question: str, source: str) -> None:
    assert untold(question, source, across=False)


@pytest.mark.parametrize(
    ("question", "source"),
    [
        ("一等奖是谁", PRIZES),
        ("二〇二五年谁得了一等奖", PRIZES),
        ("哪两个学生获奖", PRIZES),
        ("学生一共几个", PRIZES),
        ("How often does line 14 run?", TRAMS),
        ("What was the 3rd prize?", TRAMS),
        ("Which two lines run?", TRAMS),
        ("What was half of the prize?", TRAMS),
        ("When did the first line run?", TRAMS),
    ],
)
def test_a_figure_that_stands_there_or_only_counts(question: str, source: str) -> None:
    assert not untold(question, source, across=False)


def test_across_languages_only_digits_are_held_against_the_source() -> None:
    assert not untold("Who won the second prize?", PRIZES, across=True)
    assert not untold("Who won in 2025?", PRIZES, across=True)
    assert untold("Who won in 2019?", PRIZES, across=True)
    assert untold("Who won in February?", PRIZES, across=True)
    assert not untold("Who won in May?", PRIZES, across=True)
