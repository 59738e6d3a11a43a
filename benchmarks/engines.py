"""The same questions to the embedded store and to PostgreSQL: every difference is listed.

usage: python benchmarks/engines.py [--data ../shared/data/community] [--collections NAME …]
       [--most 30] [--database postgresql://…] [--keep]

Each collection (a folder with `docs/` and `questions*.jsonl`) is indexed by both engines from its
files. An answer is the same if it is found alike, says the same, and quotes and shows the same
passages. Without `--database` the server of the tests is started.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.community import questions_of, serving  # noqa: E402
from benchmarks.keeping import keep  # noqa: E402
from benchmarks.machine import machine  # noqa: E402
from index.embedder import Embedder, load_embedder  # noqa: E402
from retrieval.models import Answer, AskRequest  # noqa: E402
from tests.postgres_server import PostgresServer  # noqa: E402

_CANDIDATES = 30


@dataclass
class Compared:
    """How many questions of a collection were answered alike, and what differs."""

    collection: str
    questions: int = 0
    answers: int = 0
    found: int = 0
    orders: int = 0
    differences: list[str] = field(default_factory=list)


def compare(folder: Path, work: Path, database: str, most: int, encoder: Embedder) -> Compared:
    """Index a collection twice and ask both the same, spread over its question files."""
    asked = _questions(folder, most)
    compared = Compared(folder.name, len(asked))
    with ExitStack() as stack:
        first, second = (
            stack.enter_context(serving(folder / "docs", data, encoder, url))
            for data, url in ((work / "embedded", ""), (work / "postgres", database))
        )
        for question in asked:
            answer, theirs = (engine.ask(AskRequest(question)) for engine in (first, second))
            same = _said(answer) == _said(theirs)
            compared.answers += same
            if not same:
                compared.differences.append(f"{question}\n  {_told(answer)}\n  {_told(theirs)}")
            ids, others = (
                [c.chunk.id for c in engine.retriever.candidates(question, _CANDIDATES)]
                for engine in (first, second)
            )
            compared.found += set(ids) == set(others)
            compared.orders += ids == others
            if ids != others:
                pairs = zip(ids, others, strict=False)
                until = next((n for n, (one, two) in enumerate(pairs) if one != two), len(ids))
                alone = len({*ids} ^ {*others})
                compared.differences.append(
                    f"{question}\n  candidates differ from {until + 1} on, {alone} in one alone"
                )
    return compared


def _questions(folder: Path, most: int) -> list[str]:
    asked = [row["question"] for row in questions_of(folder)]
    step = max(1, len(asked) // most) if most else 1
    return asked[::step][: most or None]


def _said(answer: Answer) -> tuple[object, ...]:
    return (
        answer.found,
        answer.answer,
        [(c.chunk_id, c.start, c.end, c.highlight, c.also_in) for c in answer.citations],
        [passage.chunk_id for passage in answer.passages],
        answer.nearest and (answer.nearest.chunk_id, answer.nearest.start, answer.nearest.end),
    )


def _told(answer: Answer) -> str:
    said = " ".join(answer.answer.split())[:150]
    return f"{answer.confidence:.3f} {'found' if answer.found else 'refused'}: {said}"


def table(all_compared: list[Compared]) -> str:
    """Return a line for each collection."""
    lines = [
        f"| collection | questions | same answer | same {_CANDIDATES} candidates | in order |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| {c.collection} | {c.questions} | {c.answers} | {c.found} | {c.orders} |"
        for c in all_compared
    ]
    return "\n".join(lines)


def main() -> int:
    """Compare, print the table and what differs; 1 where an answer is not the same."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data/community"))
    parser.add_argument("--collections", nargs="*", default=["pydis", "handbook"])
    parser.add_argument("--most", type=int, default=30, help="questions a collection; 0: all")
    parser.add_argument("--database", default="", help="an address whose index may be replaced")
    parser.add_argument("--keep", action="store_true", help="write the table into README.md")
    options = parser.parse_args()
    encoder = load_embedder("bundled")
    found = []
    with ExitStack() as stack:
        work = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = None
        if not options.database:
            server = PostgresServer()
            stack.callback(server.close)
        for name in options.collections:
            database = server.database() if server else options.database
            folder = options.data / name
            found.append(compare(folder, work / name, database, options.most, encoder))
            print(table(found[-1:]), *found[-1].differences, sep="\n", flush=True)
    if options.keep:
        keep("engines", f"{machine()}\n\n{table(found)}")
    return int(any(c.answers < c.questions for c in found))


if __name__ == "__main__":
    sys.exit(main())
