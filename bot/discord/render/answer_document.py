"""A moderator's answer as a Markdown document: by whom, when and until when; pure."""

from __future__ import annotations

import json
import re
import unicodedata
from datetime import date

from language.text import language_of

_LONGEST_STEM = 50
_NO_LETTER = re.compile(r"[\W_]+")
_ASKED = {"zh": ("问：", "答："), "en": ("Q: ", "A: ")}


def answer_document(question: str, answer: str, by: str, day: date, expires: date | None) -> str:
    """Return the document. It is read as a question with its answer, so that both are found.

    What holds for a while says so in `expires`, which whoever edits the file may change.
    """
    question = " ".join(question.split())
    asks, tells = _ASKED.get(language_of(question), _ASKED["en"])
    # A JSON string is a YAML string, whatever is in it.
    named = {"title": question, "author": " ".join(by.split())}
    head = [f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in named.items()]
    head.insert(1, f"date: {day.isoformat()}")
    if expires is not None:
        head.append(f"expires: {expires.isoformat()}")
    lines = ["---", *head, "---", "", f"{asks}{question}", "", f"{tells}{answer.strip()}", ""]
    return "\n".join(lines)


def document_name(question: str, number: int) -> str:
    """Return a name for the file: words of the question, and the question's number."""
    words = _NO_LETTER.sub("-", unicodedata.normalize("NFC", question).casefold()).strip("-")
    stem = words[:_LONGEST_STEM].strip("-") or "question"
    return f"{stem}-{number}.md"
