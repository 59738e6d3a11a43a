"""Questions and answers are told apart by their marks and form, in many languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.documents.markdown import markdown_articles
from index.documents.text import text_articles
from index.models import Article, BlockKind
from tests.documents import read_article
from tests.office_files import write_word

PAIRS = (
    ("Q: Where is the lift?", "A: Behind the stairs."),
    ("F: Wo ist der Aufzug?", "A: Hinter der Treppe."),
    ("Frage 2: Wo ist der Aufzug?", "Antwort: Hinter der Treppe."),
    ("P: ¿Dónde está el ascensor?", "R: Detrás de la escalera."),
    ("Question : Où est l'ascenseur ?", "Réponse : Derrière l'escalier."),
    ("D: Dov'è l'ascensore?", "R: Dietro la scala."),
    ("В: Где лифт?", "О: За лестницей."),
    ("Soru: Asansör nerede?", "Cevap: Merdivenin arkasında."),
    ("Hỏi: Thang máy ở đâu?", "Đáp: Sau cầu thang."),
    ("질문: 엘리베이터는 어디에 있나요?", "답변: 계단 뒤에 있습니다."),
    ("문: 엘리베이터는 어디에 있나요?", "답: 계단 뒤에 있습니다."),
    ("س: أين المصعد؟", "ج: خلف السلم."),
    ("سؤال: أين المصعد؟", "جواب: خلف السلم."),
    ("問：電梯在哪裡？", "答：樓梯後面。"),
    ("问题三：电梯在哪里？", "回答：楼梯后面。"),
    ("質問：エレベーターはどこですか。", "回答：階段の裏です。"),
    ("คำถาม: ลิฟต์อยู่ที่ไหน?", "คำตอบ: หลังบันได"),
)


def pairs_of(article: Article) -> list[tuple[str, str]]:
    kinds = {BlockKind.QUESTION, BlockKind.ANSWER}
    found = [(b.kind, article.text[b.start : b.end]) for b in article.blocks if b.kind in kinds]
    return [
        (asked, told)
        for (one, asked), (other, told) in zip(found, found[1:], strict=False)
        if (one, other) == (BlockKind.QUESTION, BlockKind.ANSWER)
    ]


@pytest.mark.parametrize(("question", "answer"), PAIRS)
def test_marked_questions_and_answers_are_pairs(question: str, answer: str) -> None:
    expected = [tuple(part[part.index(c := ":" if ":" in part else "：") + len(c) :].strip()
                      for part in (question, answer))]  # fmt: skip
    one = f"{question}\n{answer}"
    (marked,) = markdown_articles(f"# FAQ\n\n{one}\n\n{one}\n", "faq.md")
    (plain,) = text_articles(f"FAQ\n\n{one}\n\n{one}\n", "faq.txt")
    assert pairs_of(marked) == pairs_of(plain) == expected * 2


@pytest.mark.parametrize(
    "text",
    [
        "1. **Wo ist der Aufzug?** Hinter der Treppe.\n2. **Wer putzt?** Frau Kern.\n",
        "1. Wo ist der Aufzug?\n   Hinter der Treppe.\n2. Wer putzt?\n   Frau Kern.\n",
        "- Wo ist der Aufzug?\n\n  Hinter der Treppe.\n\n- Wer putzt?\n\n  Frau Kern.\n",
        "Q: Wo ist der Aufzug?\nA: Hinter der Treppe.\n\nWer putzt?\nFrau Kern.\n",
    ],
)
def test_questions_of_a_list_have_their_answers(text: str) -> None:
    (article,) = markdown_articles(f"# Haus\n\n{text}", "haus.md")
    assert pairs_of(article) == [
        ("Wo ist der Aufzug?", "Hinter der Treppe."),
        ("Wer putzt?", "Frau Kern."),
    ]


BARE = (
    "Wo ist der Aufzug?\n\nHinter der Treppe.\n\nWer putzt?\n\nFrau Kern.\n",
    "1. Wo ist der Aufzug?\n\nHinter der Treppe.\n\n2. Wer putzt?\n\nFrau Kern.\n",
)


@pytest.mark.parametrize("text", BARE)
def test_bare_questions_of_a_list_of_them_have_their_answers(text: str) -> None:
    (article,) = markdown_articles(f"# Haus\n\n{text}", "haus.md")
    assert [answer for _, answer in pairs_of(article)] == ["Hinter der Treppe.", "Frau Kern."]


def test_a_question_in_prose_is_none_of_a_list() -> None:
    prose = "Das Haus ist alt.\n\nWas nun?\n\nEs wird verkauft.\n\nDer Rat tagt.\n"
    (article,) = markdown_articles(f"# Haus\n\n{prose}", "haus.md")
    assert not pairs_of(article)


def test_questions_and_labels_of_a_word_document(tmp_path: Path) -> None:
    lines = ["F: Wo ist der Aufzug?", "A: Hinter der Treppe.", "谁打扫？", "周师傅。", "电话：0371"]
    write_word(tmp_path / "a.docx", [("Title", "Haus"), *(("Normal", line) for line in lines)])
    article = read_article(tmp_path, "a.docx")
    assert pairs_of(article) == [
        ("Wo ist der Aufzug?", "Hinter der Treppe."),
        ("谁打扫？", "周师傅。"),
    ]
    assert article.blocks[-1].columns == ("电话",)


def test_numbered_questions_of_a_text_have_their_answers() -> None:
    (article,) = text_articles(
        "常见问题\n\n1. 电梯在哪里？\n楼梯后面。\n\n2. 谁打扫？\n周师傅。\n", "a.txt"
    )
    assert pairs_of(article) == [("1. 电梯在哪里？", "楼梯后面。"), ("2. 谁打扫？", "周师傅。")]


@pytest.mark.parametrize(
    "text", ["- Is the gas off?\n- Is the door shut?\n", "P: 12\n\nS: 13\n", "Class A: 3 rooms\n"]
)
def test_lists_and_labels_are_no_questions(text: str) -> None:
    (article,) = markdown_articles(f"# House\n\n{text}", "house.md")
    assert not pairs_of(article)


def test_a_numbered_question_ends_before_its_answer() -> None:
    text = (
        "Q: Where is the lift?\nA: Behind the stairs.\n\n2. Who cleans?\nMs Kern.\n\nPhone: 12 34\n"
    )
    (article,) = text_articles(f"LIFTS\n\n{text}", "a.txt")
    assert pairs_of(article)[1] == ("2. Who cleans?", "Ms Kern.")
    assert article.blocks[-1].kind is BlockKind.LABELLED_VALUE
