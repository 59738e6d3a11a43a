"""A moderator's answer as a document: read back as it was written, and until when it holds."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from bot.discord.render.answer_document import answer_document, document_name
from index.documents.front_matter import split_front_matter
from index.expiry import expiring
from index.intake_names import file_name

DAY, LATER = date(2026, 11, 28), date(2027, 5, 28)
LINES = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1)


@given(LINES, LINES)
def test_the_head_says_the_question_whatever_is_in_it(question: str, by: str) -> None:
    text = answer_document(question, "Yes.\n\n- so\n- it is", by, DAY, LATER)
    found, body = split_front_matter(text)
    if said := " ".join(question.split()):
        assert found.fields["title"] == said[:500]
    assert dict(found.others)["expires"] == "2027-05-28"
    assert body.rstrip().endswith("Yes.\n\n- so\n- it is")


@given(LINES, st.integers(1))
def test_the_name_is_one_that_a_document_may_have(question: str, number: int) -> None:
    name = document_name(question, number % 10**9)
    assert file_name(name, frozenset({".md"})) == name


def test_only_what_names_a_day_expires(tmp_path: Path) -> None:
    texts = {
        "over.md": answer_document("Who?", "Ann.", "Boss", DAY, DAY),
        "later.md": answer_document("谁？", "安。", "馆长", DAY, LATER),
        "never.md": answer_document("Who?", "Ann.", "Boss", DAY, None),
        "odd.md": "---\nexpires: soon\n---\n\nNo.\n",
        "plain.md": "expires 2026-01-01",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "broken.md").write_bytes(b"---\nexpires: 2026-01-01\n---\n\xff\xfe")
    names = [*texts, "broken.md", "gone.md", "over.txt"]
    assert dict(expiring(tmp_path, names, DAY)) == {"over.md": DAY, "broken.md": date(2026, 1, 1)}
    assert dict(expiring(tmp_path, names, LATER))["later.md"] == LATER
    assert "问：谁？\n\n答：安。" in texts["later.md"] and "Q: Who?\n\nA: Ann." in texts["over.md"]
