"""Compare an evaluation with an earlier one, question by question, and name what got worse."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from retrieval.errors import QuestionFileUnusable
from retrieval.evaluation import Outcome

_FILE = "outcomes.jsonl"
# The depths that the figures count; between them a rank may move as it likes.
_DEPTHS = (1, 5, 10)


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of one question. `right`: answered as its row wants it; `rank` 0: not found."""

    question: str
    gold: str
    right: bool
    rank: int


@dataclass(frozen=True, slots=True)
class Change:
    """One question that changed: `what` is `answer` (right or wrong) or `article` (its rank)."""

    question: str
    what: str
    before: str
    now: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs beside each other; `unpaired` counts the questions that only one of them has."""

    compared: int
    unpaired: int
    worse: tuple[Change, ...]
    better: tuple[Change, ...]

    def payload(self) -> dict[str, Any]:
        """Return it as `docent eval --json` prints it."""
        return asdict(self)


def judged(outcomes: Sequence[Outcome]) -> list[Judged]:
    """Return what is compared of each outcome."""
    return [_judged(_row(outcome)) for outcome in outcomes]


def write_outcomes(folder: Path, outcomes: Sequence[Outcome]) -> Path:
    """Write every outcome into `outcomes.jsonl`, which is a question file too; return its path.

    Raises QuestionFileUnusable where the folder cannot be written.
    """
    target = folder / _FILE
    lines = [json.dumps(_row(outcome), ensure_ascii=False) + "\n" for outcome in outcomes]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        target.write_text("".join(lines), encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise QuestionFileUnusable("errors.report_unwritable", path=target) from error
    return target


def _row(outcome: Outcome) -> dict[str, Any]:
    """Return an outcome as a line of the file."""
    question, answer = outcome.question, outcome.answer
    return {
        **question.further,
        **({"all": list(question.whole)} if question.whole else {}),
        "question": question.question,
        "answers": list(question.answers),
        "article_id": question.article_id,
        "answerable": question.answerable,
        "earlier": [list(turn) for turn in question.earlier],
        "found": answer.found,
        "hit": outcome.hit,
        "rank": outcome.rank,
        "quotes": [citation.quote for citation in answer.citations],
        "nearest": answer.nearest.quote if answer.nearest else None,
        "ms": round(outcome.seconds * 1000, 2),
    }


def read_outcomes(path: Path) -> list[Judged]:
    """Read what `write_outcomes` wrote, from the file or its folder.

    Raises QuestionFileUnusable, naming the line, for anything else.
    """
    file = path / _FILE if path.is_dir() else path
    try:
        lines = file.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise QuestionFileUnusable("operations.baseline_unreadable", path=file) from error
    found = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            found.append(_judged(json.loads(line)))
        except (ValueError, KeyError, TypeError) as error:
            raise QuestionFileUnusable(
                "operations.baseline_line", path=file, line=number
            ) from error
    if not found:
        raise QuestionFileUnusable("operations.baseline_unreadable", path=file)
    return found


def _judged(row: dict[str, Any]) -> Judged:
    """Return the compared fields of a line. Raises KeyError, TypeError or ValueError if invalid."""
    answered = bool(row["hit"] if row["answers"] else row["found"])
    names = ("answers", "article_id", "answerable", "earlier")
    gold = json.dumps([row[name] for name in names], ensure_ascii=False)
    return Judged(str(row["question"]), gold, answered == bool(row["answerable"]), int(row["rank"]))


def compare(before: Sequence[Judged], now: Sequence[Judged]) -> Comparison:
    """Compare the questions that both runs have with the same wanted answer.

    Worse is an answer that was right and is wrong, and an article that fell out of the first 1,
    5 or 10. Raises QuestionFileUnusable where the runs share no question.
    """
    # A question may be there twice, as several people rate one answer; its outcome is the same.
    old, new = ({(j.question, j.gold): j for j in run} for run in (before, now))
    shared = [key for key in new if key in old]
    if not shared:
        raise QuestionFileUnusable("operations.baseline_unpaired")
    worse: list[Change] = []
    better: list[Change] = []
    for key in shared:
        then, today = old[key], new[key]
        if then.right != today.right:
            words = ("right", "wrong") if then.right else ("wrong", "right")
            (worse if then.right else better).append(Change(key[0], "answer", *words))
        if _band(then.rank) != _band(today.rank):
            fell = _band(today.rank) > _band(then.rank)
            ranks = (str(then.rank or "—"), str(today.rank or "—"))
            (worse if fell else better).append(Change(key[0], "article", *ranks))
    unpaired = len(old) + len(new) - 2 * len(shared)
    return Comparison(len(shared), unpaired, tuple(worse), tuple(better))


def _band(rank: int) -> int:
    """Return which of the counted depths a rank falls into; the last for one not found."""
    return next((place for place, k in enumerate(_DEPTHS) if 0 < rank <= k), len(_DEPTHS))
