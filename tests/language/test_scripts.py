"""Whether a text is written in a question's script."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from language.scripts import shares_script


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Who opens the hall?", "Die Halle wird von Ines geöffnet."),
        ("Who opens?", "Ines opens. 伊内斯开门。"),
        ("谁开门？", "Ines opens. 伊内斯开门。"),
        ("Lantern 2.0 什么时候出？", "灯塔应用三周后推出。"),
        ("誰が開けますか", "由伊内斯开门"),
        ("Кто открывает?", "Открывает Инес, hall 3."),
        ("Who opens?", "10:00–18:00"),
        ("???", "Ines opens."),
    ],
)
def test_shared(question: str, text: str) -> None:
    assert shares_script(question, text)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Who opens the hall?", "大厅由 Ines 在早上九点打开，请提前十分钟到门口等候。"),
        ("谁开门？", "Ines opens the hall at nine, and 伊内斯 closes it."),
        ("Кто открывает?", "Ines opens the hall."),
        ("Who opens?", "ใครเป็นคนเปิด"),
        ("누가 여나요?", "由伊内斯开门"),
    ],
)
def test_not_shared(question: str, text: str) -> None:
    assert not shares_script(question, text)


@given(
    st.text(st.characters(min_codepoint=0x430, max_codepoint=0x44F), min_size=1),
    st.text(st.characters(categories=["N", "P", "Z"])),
)
def test_numbers_and_marks_belong_to_every_script(letters: str, others: str) -> None:
    assert shares_script(letters, others) and shares_script(others, letters)
    assert shares_script(letters + others, letters[::-1] + others)
    assert not shares_script(letters, "hall" * len(letters))
