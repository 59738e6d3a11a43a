"""Follow-ups over invented documents: right with what they leave to the question before, by kind.

usage: python benchmarks/followups.py [--half kept] [--index FOLDER]

The rows of `tests/retrieval/followups.jsonl` are asked of the English and Chinese documents in
`training/community`, after the turn before them and by themselves. A row is right if a quote
contains one of its `answers`, or if one that the documents do not answer is refused. The rows of
the half `tuned` were looked at while the follow-ups were worked on, those of `kept` at the end.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from community import outcome, serving

from index.embedder import load_embedder
from retrieval.answerer import Answerer
from retrieval.models import AskRequest

ROOT = Path(__file__).resolve().parents[1]
ROWS = ROOT / "tests" / "retrieval" / "followups.jsonl"
DOCUMENTS = ROOT / "training" / "community"


@dataclass(frozen=True, slots=True)
class Asked:
    """What became of one row: answered right or rightly refused, after its turn and alone."""

    half: str
    kind: str
    language: str
    after: bool
    alone: bool


def is_right(service: Answerer, row: dict[str, Any], *, with_turn: bool) -> bool:
    """Ask a row, after the turn before it or by itself."""
    turns = tuple((asked, answered) for asked, answered in row["earlier"]) if with_turn else ()
    answer = service.ask(AskRequest(row["question"], earlier=turns))
    found = outcome(row["document"], row, answer)
    return found.right if found.answerable else not found.found


def table(rows: Sequence[Asked]) -> str:
    """Return one line for each half, kind and language."""
    groups: dict[tuple[str, str], list[Asked]] = defaultdict(list)
    for row in rows:
        for group in (row.kind, row.language, "all"):
            groups[row.half, group].append(row)
    lines = ["| half | rows | after the turn | alone | of |", "|---|---|---|---|---|"]
    lines += [
        f"| {half} | {group} | {sum(r.after for r in some)} | {sum(r.alone for r in some)}"
        f" | {len(some)} |"
        for (half, group), some in sorted(groups.items())
    ]
    return "\n".join(lines)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--half", choices=("tuned", "kept"))
    parser.add_argument("--index", type=Path)
    options = parser.parse_args()
    rows = [json.loads(line) for line in ROWS.read_text(encoding="utf-8").splitlines()]
    rows = [row for row in rows if options.half in (None, row["half"])]
    with tempfile.TemporaryDirectory() as made:
        documents = Path(made) / "documents"
        documents.mkdir()
        for language in ("en", "zh"):
            for path in DOCUMENTS.glob(f"{language}-*.md"):
                shutil.copy(path, documents)
        index = options.index or Path(made) / "index"
        with serving(documents, index, load_embedder("bundled")) as service:
            asked = [
                Asked(
                    row["half"],
                    row["kind"],
                    row["language"],
                    is_right(service, row, with_turn=True),
                    is_right(service, row, with_turn=False),
                )
                for row in rows
            ]
    print(table(asked))


if __name__ == "__main__":
    main()
