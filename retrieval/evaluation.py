"""Measure retrieval, answers and abstention on a question file."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from language.text import unspaced
from retrieval.errors import QuestionFileUnusable
from retrieval.models import Answer, AskRequest, Passage

# How deep the ranking is read: enough passages to see ten distinct articles.
_DEPTH = 40
_KEYS = frozenset({"question", "answers", "article_id", "answerable", "earlier", "all"})


class Answering(Protocol):
    """What is measured: something that ranks passages and answers."""

    def ask(self, request: AskRequest) -> Answer:
        """Answer a question, after the turns before it."""
        ...

    def nearest(self, text: str, limit: int) -> list[Passage]:
        """Rank the passages for a question, best first."""
        ...


@dataclass(frozen=True, slots=True)
class Question:
    """One row of a question file; `article_id` may be whole or only what stands after `#`.

    `whole` are the strings that a complete answer contains, `earlier` the (question, answer)
    turns that a follow-up was asked after, and `further` what else stands in the row.
    """

    question: str
    answers: tuple[str, ...] = ()
    article_id: str = ""
    answerable: bool = True
    earlier: tuple[tuple[str, str], ...] = ()
    whole: tuple[str, ...] = ()
    further: Mapping[str, Any] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one question. `rank` is the gold article's, from 1; 0: not among the first.

    `hit` is True if a quote contains one of the gold answers, `near` if a quote or what may
    answer does, and `complete` if the quotes contain all that a complete answer does. `seconds`
    is the answer's time.
    """

    question: Question
    answer: Answer
    rank: int
    hit: bool
    seconds: float
    near: bool = False
    complete: bool = False


def read_questions(path: Path) -> list[Question]:
    """Read a question file, one JSON object a line.

    Raises QuestionFileUnusable, naming the line, for anything that is not such a file.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise QuestionFileUnusable("errors.questions_unreadable", path=path) from error
    questions = [_question(path, n, line) for n, line in enumerate(lines, 1) if line.strip()]
    if not questions:
        raise QuestionFileUnusable("errors.questions_none", path=path)
    return questions


def _question(path: Path, number: int, line: str) -> Question:
    """Read one row."""
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise QuestionFileUnusable("errors.questions_line", path=path, line=number) from error
    if not isinstance(row, dict) or not isinstance(row.get("question"), str):
        raise QuestionFileUnusable("errors.questions_line", path=path, line=number)
    answers = row.get("answers") or []
    answerable = row.get("answerable", True)
    earlier = row.get("earlier") or []
    whole = row.get("all") or []
    valid = _texts(answers) and _texts(whole) and isinstance(earlier, list)
    valid = valid and all(_texts(turn) and len(turn) == 2 for turn in earlier)
    if not valid or not isinstance(answerable, bool) or not row["question"].strip():
        raise QuestionFileUnusable("errors.questions_line", path=path, line=number)
    article_id = str(row.get("article_id") or "")
    turns = tuple((asked, answered) for asked, answered in earlier)
    further = {key: value for key, value in row.items() if key not in _KEYS}
    return Question(
        row["question"], tuple(answers), article_id, answerable, turns, tuple(whole), further
    )


def _texts(value: object) -> bool:
    """Return True if a value is a list of texts."""
    return isinstance(value, list) and all(isinstance(entry, str) for entry in value)


def evaluate(
    service: Answering,
    questions: Sequence[Question],
    progress: Callable[[int, int], None] | None = None,
) -> list[Outcome]:
    """Ask every question and note what became of it."""
    outcomes = []
    for done, question in enumerate(questions, 1):
        rank = _rank(service.nearest(question.question, _DEPTH), question.article_id)
        started = time.perf_counter()
        answer = service.ask(AskRequest(question.question, earlier=question.earlier))
        seconds = time.perf_counter() - started
        outcomes.append(_outcome(question, answer, rank, seconds))
        if progress:
            progress(done, len(questions))
    return outcomes


def _rank(passages: Iterable[Passage], gold: str) -> int:
    """Return the place of the gold article among the distinct articles, from 1; 0: absent."""
    if not gold:
        return 0
    distinct = dict.fromkeys(passage.article_id for passage in passages)
    for place, article_id in enumerate(distinct, 1):
        if article_id == gold or article_id.partition("#")[2] == gold:
            return place
    return 0


def _outcome(question: Question, answer: Answer, rank: int, seconds: float) -> Outcome:
    quotes = [citation.quote for citation in answer.citations]
    nearest = [answer.nearest.quote] if answer.nearest else []
    hit = holds_any(question.answers, quotes)
    near = hit or holds_any(question.answers, nearest)
    complete = all(holds_any([part], quotes) for part in question.whole)
    return Outcome(question, answer, rank, hit, seconds, near, complete)


def holds_any(answers: Iterable[str], quotes: Iterable[str]) -> bool:
    """Return True if quotes hold one of the gold answers, whatever the line breaks in either."""
    quoted = unspaced(" ".join(quotes))
    return any(unspaced(gold) in quoted for gold in answers if gold.strip())


def _share(flags: Sequence[bool]) -> float | None:
    """Return the share of true ones, or None where there is nothing to count."""
    return round(sum(flags) / len(flags), 4) if flags else None


def metrics(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Return the figures of a run, as `docent eval --json` prints them.

    A figure that the file has no rows for is None, and `complete` is left out where no row says
    what a complete answer contains. Latencies are milliseconds of answering.
    """
    ranked = [o for o in outcomes if o.question.article_id and o.question.answerable]
    answerable = [o for o in outcomes if o.question.answerable]
    others = [o for o in outcomes if not o.question.answerable]
    keyed = [o for o in answerable if o.question.answers]
    whole = [o.complete for o in answerable if o.question.whole]
    reciprocal = [1 / o.rank if 0 < o.rank <= 10 else 0.0 for o in ranked]
    lengths = [sum(len(c.quote) for c in o.answer.citations) for o in outcomes if o.answer.found]
    return {
        "questions": len(outcomes),
        **{f"recall_at_{k}": _share([0 < o.rank <= k for o in ranked]) for k in (1, 5, 10)},
        "mrr_at_10": round(statistics.fmean(reciprocal), 4) if reciprocal else None,
        "answer_hit": _share([o.hit for o in keyed]),
        "nearest_hit": _share([o.near for o in keyed]),
        **({"complete": _share(whole)} if whole else {}),
        "answered": _share([o.answer.found for o in answerable]),
        "abstained_when_unanswerable": _share([not o.answer.found for o in others]),
        "nearest_when_unanswerable": _share([o.answer.nearest is not None for o in others]),
        "quote_chars": round(statistics.fmean(lengths), 1) if lengths else None,
        "latency_ms": _latency([o.seconds for o in outcomes]),
    }


def _latency(seconds: Sequence[float]) -> dict[str, float]:
    """Return the 50th and 95th percentile in milliseconds."""
    ordered = sorted(seconds)
    last = len(ordered) - 1
    return {
        f"p{percent}": round(ordered[round(last * percent / 100)] * 1000, 2) for percent in (50, 95)
    }


def coverage_curve(outcomes: Sequence[Outcome]) -> list[tuple[float, float]]:
    """Return (share answered, share of those that hit) as the confidence asked for falls.

    Shares are of all questions; an unanswerable question that is answered is a miss.
    """
    kept = sorted((o for o in outcomes if o.answer.found), key=lambda o: -o.answer.confidence)
    curve, hits = [], 0
    for count, outcome in enumerate(kept, 1):
        hits += outcome.hit and outcome.question.answerable
        curve.append((count / len(outcomes), hits / count))
    return curve
