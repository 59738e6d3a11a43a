"""What kind of thing a question asks for, and whether a text has it."""

from __future__ import annotations

import pytest

from language.asked import asks_how_many, asks_why, gives_number, gives_reason


@pytest.mark.parametrize(
    ("question", "text", "other"),
    [
        ("Why is the hall shut?", "The hall is shut because the roof leaks.", "The hall is shut."),
        ("为什么大厅关门？", "由于屋顶漏水，大厅关门。", "大厅星期一关门。"),
        ("為什麼大廳關門？", "因為屋頂漏水。", "大廳關門。"),
        ("Warum ist der Saal zu?", "Der Saal ist zu, weil es regnet.", "Der Saal ist geschlossen."),
        ("¿Por qué está cerrada?", "Cerrada debido a la lluvia.", "La sala está cerrada."),
        ("なぜ閉まっていますか", "雨漏りのため閉館です。", "閉館です。"),
        ("왜 닫혔나요?", "비가 새기 때문입니다.", "닫혔습니다."),
        ("Почему закрыто?", "Закрыто, потому что течёт крыша.", "Зал закрыт."),
    ],
)
def test_a_reason(question: str, text: str, other: str) -> None:
    assert asks_why(question) and not asks_how_many(question)
    assert gives_reason(text) and not gives_reason(other)


@pytest.mark.parametrize(
    ("question", "text", "other"),
    [
        ("How many ploughs are there?", "There are twelve ploughs.", "The ploughs stand outside."),
        ("How much is it?", "It is free.", "Pay at the door."),
        ("有多少扫雪车？", "共有三辆扫雪车。", "扫雪车停在外面。"),
        ("有幾輛車？", "共有 3 輛。", "車停在外面。"),
        ("Wie viele Hühner?", "Fünf Hühner sind erlaubt.", "Hühner sind erlaubt."),
        ("몇 명인가요?", "다섯 명입니다.", "사람이 많습니다."),
        ("Сколько стоит?", "Бесплатно.", "Оплата на входе."),
    ],
)
def test_a_number(question: str, text: str, other: str) -> None:
    assert asks_how_many(question) and not asks_why(question)
    assert gives_number(text) and not gives_number(other)


@pytest.mark.parametrize("question", ["When does it open?", "谁是主席？", "What is a mooring"])
def test_neither_is_asked(question: str) -> None:
    assert not asks_why(question) and not asks_how_many(question)
