"""Real passages broken as layouts break them come back whole, nearly always."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from index.documents.newspaper.articles import split_articles
from index.models import Document
from language.sentences import sentence_spans

Break = Callable[[str, random.Random], list[str]]
STOPS = '。！？；!?;.：:…”"』」）)》'


def passages(shared: Path, name: str, count: int) -> list[str]:
    path = shared / "data" / f"{name}.contexts.jsonl"
    texts = [json.loads(line)["text"] for line in path.read_text(encoding="utf-8").splitlines()]
    plain = [" ".join(text.replace("\u200b", "").replace("\ufeff", "").split()) for text in texts]
    good = [text for text in plain if len(text) > 150 and text[-1] in "。！？.!?"]
    return random.Random(7).sample(good, count)


def ragged(text: str, chance: random.Random) -> list[str]:
    return _cut(text, lambda: chance.randint(8, 120))


def column(text: str, chance: random.Random) -> list[str]:
    return _cut(text, lambda: 18)


def _cut(text: str, length: Callable[[], int]) -> list[str]:
    """Cut anywhere, even inside words, but not inside Latin words and not after a stop."""
    pieces, start = [], 0
    while start < len(text):
        end = min(len(text), start + length())
        while end < len(text) and (
            text[end - 1] in STOPS
            or text[end - 1 : end + 1].isascii()
            or " " in text[end - 1 : end + 1]
            or (ord(text[end - 1]) < 0x2E80 and ord(text[end]) < 0x2E80)
        ):
            end += 1
        pieces.append(text[start:end])
        start = end
    return pieces


def hyphenated(text: str, chance: random.Random) -> list[str]:
    """Wrap at 66 characters, with every other long word cut in two."""
    lines, line = [], ""
    for word in text.split(" "):
        room = 66 - len(line) - 2
        if line and len(line) + 1 + len(word) > 66:
            cut = word.isalpha() and word.islower() and 3 <= room <= len(word) - 3
            if cut and chance.random() < 0.5:
                lines.append(f"{line} {word[:room]}-")
                line = word[room:]
                continue
            lines.append(line)
            line = ""
        line = f"{line} {word}".strip()
    return [*lines, line]


@pytest.mark.parametrize(
    ("name", "breaks", "within", "between"),
    [
        ("cmrc_dev", ragged, "\n\n", "\n\n"),
        ("cmrc_dev", column, "\n", "\n　　"),
        ("drcd_dev", column, "\n\n", "\n\n\n"),
        ("xquad_en", hyphenated, "\n", "\n\n"),
        ("xquad_en", hyphenated, "\n\n", "\n\n"),
        ("xquad_de", hyphenated, "\n", "\n\n"),
        ("xquad_ru", hyphenated, "\n", "\n\n"),
    ],
)
def test_broken_passages_come_back_whole(
    shared_dir: Path, name: str, breaks: Break, within: str, between: str
) -> None:
    chance = random.Random(11)
    texts = passages(shared_dir, name, 30)
    page = between.join(within.join(breaks(text, chance)) for text in texts)
    found = "\n".join(a.text for a in split_articles(Document("a.txt", f"# 标题\n\n{page}")))
    sentences = [text[start:end] for text in texts for start, end in sentence_spans(text)]
    lost = [sentence for sentence in sentences if sentence not in found]
    assert len(lost) <= 0.02 * len(sentences), lost
