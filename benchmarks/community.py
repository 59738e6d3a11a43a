"""Answers over real community documents: right, refused, complete and how much is quoted.

usage: python benchmarks/community.py [--data ../shared/data/community] [--index FOLDER] [--curve]

Every collection is a folder with `docs/` and question files (`questions*.jsonl`). An answerable
question is right if a quote contains one of its `answers`, complete if the quotes contain `all`;
marks and white space do not count. Neither encoder nor reader was trained on them.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from index.embedder import Embedder, load_embedder
from index.library import Library
from index.pipeline import reindex
from retrieval.answerer import Answerer
from retrieval.models import Answer, AskRequest, Citation

_MARKS = re.compile(r"\*\*|`|\s+")


@dataclass(frozen=True, slots=True)
class Row:
    """What became of one question."""

    collection: str
    kind: str
    answerable: bool
    found: bool
    right: bool
    near: bool
    complete: bool | None
    characters: int
    confidence: float


def _flat(text: str) -> str:
    return _MARKS.sub("", text).casefold()


def _quoted(citations: Iterable[Citation]) -> str:
    return _flat(" ".join(f"{citation.quote} {citation.shown}" for citation in citations))


def outcome(collection: str, row: dict[str, Any], answer: Answer) -> Row:
    """Hold one answer against its row of the question file."""
    quoted = _quoted(answer.citations)
    shown = quoted or _quoted([answer.nearest] if answer.nearest else [])
    wanted = [_flat(text) for text in row.get("answers", ())]
    every = [_flat(text) for text in row.get("all", ())]
    return Row(
        collection=collection,
        kind=row.get("kind", ""),
        answerable=row.get("answerable", True),
        found=answer.found,
        right=any(text in quoted for text in wanted),
        near=any(text in shown for text in wanted) if wanted else bool(shown),
        complete=all(text in quoted for text in every) if every else None,
        characters=sum(len(citation.quote) for citation in answer.citations),
        confidence=answer.confidence,
    )


def questions_of(folder: Path) -> list[dict[str, Any]]:
    """Return the questions of a collection, those of all its files."""
    return [
        json.loads(line)
        for path in sorted(folder.glob("questions*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.strip()
    ]


@contextmanager
def serving(
    documents: Path, data: Path, encoder: Embedder, database: str = ""
) -> Iterator[Answerer]:
    """Index documents, embedded in `data` or in a database, and yield what answers from them."""
    library = Library.open(data, encoder, database=database)
    try:
        reindex(library, documents)
        yield Answerer(library, encoder)
    finally:
        library.close()


def ask_all(folder: Path, index: Path) -> list[Row]:
    """Index one collection and ask its questions."""
    rows = questions_of(folder)
    with serving(folder / "docs", index / folder.name, load_embedder("bundled")) as service:
        return [outcome(folder.name, row, service.ask(AskRequest(row["question"]))) for row in rows]


def _share(flags: Sequence[bool]) -> str:
    return f"{sum(flags) / len(flags):.2f} of {len(flags)}" if flags else "–"


def table(rows: Sequence[Row], by: str) -> str:
    """Return one line for each collection or kind, and one for all."""
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[getattr(row, by)].append(row)
    lines = [
        f"| {by} | right | refused | complete | right or nearest | characters quoted |",
        "|---|---|---|---|---|---|",
    ]
    for name, some in [*sorted(groups.items()), ("all", list(rows))]:
        can = [row for row in some if row.answerable]
        lengths = [row.characters for row in some if row.found]
        mean = f"{sum(lengths) / len(lengths):.0f}" if lengths else "–"
        cells = (
            name,
            _share([row.right for row in can]),
            _share([not row.found for row in some if not row.answerable]),
            _share([row.complete for row in can if row.complete is not None]),
            _share([row.near for row in can]),
            mean,
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def curve(rows: Sequence[Row]) -> str:
    """Return the share answered against the share refused as the confidence asked for rises."""
    can = [row for row in rows if row.answerable]
    others = sorted((row.confidence for row in rows if not row.answerable), reverse=True)
    lines = ["| refused | answered at that confidence |", "|---|---|"]
    for refused in (0.5, 0.6, 0.7, 0.8, 0.9):
        least = others[min(len(others) - 1, round((1 - refused) * len(others)))]
        lines.append(f"| {refused:.1f} | {_share([row.confidence > least for row in can])} |")
    return "\n".join(lines)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/community"))
    parser.add_argument("--index", type=Path)
    parser.add_argument("--curve", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        index = options.index or Path(made)
        folders = sorted(path for path in options.data.iterdir() if (path / "docs").is_dir())
        rows = [row for folder in folders for row in ask_all(folder, index)]
    print(table(rows, "collection"), table(rows, "kind"), sep="\n\n")
    if options.curve:
        print("", curve(rows), sep="\n")


if __name__ == "__main__":
    main()
