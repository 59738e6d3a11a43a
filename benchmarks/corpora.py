"""What is measured: passages and questions of public reading sets, as files beside the checkout."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Text:
    """One paragraph that is to be found."""

    id: str
    title: str
    text: str


@dataclass(frozen=True)
class Task:
    """Questions over a corpus; `gold` is the id of the paragraph each one was written for."""

    name: str
    texts: tuple[Text, ...]
    questions: tuple[tuple[str, str], ...]


# Name of the task, corpus, and whose questions are asked of it.
PLAIN_TASKS = (
    ("Chinese (CMRC)", "cmrc_dev", "cmrc_dev"),
    ("Chinese (XQuAD)", "xquad_zh", "xquad_zh"),
    ("Traditional (DRCD, trained on)", "drcd_dev", "drcd_dev"),
    ("English", "xquad_en", "xquad_en"),
    ("German", "xquad_de", "xquad_de"),
    ("Spanish", "xquad_es", "xquad_es"),
    ("Russian", "xquad_ru", "xquad_ru"),
    ("Vietnamese", "xquad_vi", "xquad_vi"),
    ("Arabic", "xquad_ar", "xquad_ar"),
    ("English → Chinese", "xquad_zh", "xquad_en"),
    ("Chinese → English", "xquad_en", "xquad_zh"),
)


def load_tasks(data: Path, most: int) -> list[Task]:
    """Return every task, with at most `most` questions each, spread over the corpus."""
    tasks = []
    for name, corpus, asked in PLAIN_TASKS:
        questions = [(row["question"], row["context_id"]) for row in load_questions(data, asked)]
        tasks.append(Task(name, load_texts(data, corpus), _spread(questions, most)))
    return [*tasks, _mixed(data, "English", "en", most), _mixed(data, "Chinese", "zh", most)]


def _mixed(data: Path, name: str, language: str, most: int) -> Task:
    """Return a corpus whose paragraphs are Chinese and English in turn, asked in one language."""
    chinese, english = load_texts(data, "xquad_zh"), load_texts(data, "xquad_en")
    pairs = zip(chinese, english, strict=True)
    texts = tuple(pair[number % 2] for number, pair in enumerate(pairs))
    rows = load_questions(data, f"xquad_{language}")
    questions = [(row["question"], row["context_id"]) for row in rows]
    return Task(f"{name} → both mixed", texts, _spread(questions, most))


def _rows(data: Path, corpus: str, kind: str) -> list[dict[str, Any]]:
    path = data / f"{corpus}.{kind}.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def load_questions(data: Path, corpus: str) -> list[dict[str, Any]]:
    """Return the questions of a corpus, as its file has them."""
    return _rows(data, corpus, "questions")


def load_texts(data: Path, corpus: str) -> tuple[Text, ...]:
    """Return the paragraphs of a corpus."""
    rows = _rows(data, corpus, "contexts")
    return tuple(Text(row["context_id"], row["title"], row["text"]) for row in rows)


def _spread(questions: list[tuple[str, str]], most: int) -> tuple[tuple[str, str], ...]:
    step = max(1, -(-len(questions) // most))
    return tuple(questions[::step])


@dataclass(frozen=True)
class Figures:
    """What one contender reached on one task; times are milliseconds."""

    recall_1: float
    recall_10: float
    mrr_10: float
    p50: float
    p95: float


def measure(search: Callable[[str], list[str]], task: Task, clock: Callable[[], float]) -> Figures:
    """Ask every question; `search` returns the ids of distinct paragraphs, best first."""
    ranks, times = [], []
    for question, gold in task.questions:
        begun = clock()
        found = search(question)[:10]
        times.append((clock() - begun) * 1e3)
        ranks.append(found.index(gold) + 1 if gold in found else 0)
    times.sort()
    count = len(ranks)
    return Figures(
        sum(rank == 1 for rank in ranks) / count,
        sum(rank > 0 for rank in ranks) / count,
        sum(1 / rank for rank in ranks if rank) / count,
        times[count // 2],
        times[int(count * 0.95)],
    )
