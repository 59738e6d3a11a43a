"""Measure when to stay silent: `python benchmarks/abstention.py --data ../shared/data --keep`.

Every fifth paragraph is left out of the index, so that its questions cannot be answered although
their neighbours are there; questions of another corpus cannot be answered at all. What is left
can. Needs matplotlib from `pip install -e '.[bench]'` with `--keep`.
"""

from __future__ import annotations

import argparse
import math
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.contenders import indexed  # noqa: E402
from benchmarks.corpora import load_questions, load_texts  # noqa: E402
from benchmarks.keeping import keep  # noqa: E402
from benchmarks.machine import machine  # noqa: E402
from index.embedder import Embedder, load_embedder  # noqa: E402
from index.library import Library  # noqa: E402
from index.translator import load_translator  # noqa: E402
from retrieval.abstention import Abstention  # noqa: E402
from retrieval.evaluation import holds_any  # noqa: E402
from retrieval.reader import Reader  # noqa: E402
from retrieval.reading.meanings import Meanings  # noqa: E402
from retrieval.retriever import Retriever  # noqa: E402
from retrieval.snapshot import Snapshots  # noqa: E402

# Name, corpus, whose questions are asked of it, and whose can have no answer there.
TASKS = (
    ("Chinese (CMRC)", "cmrc_dev", "cmrc_dev", "xquad_zh"),
    ("Chinese (XQuAD)", "xquad_zh", "xquad_zh", "cmrc_dev"),
    ("English", "xquad_en", "xquad_en", ""),
    ("English → Chinese", "xquad_zh", "xquad_en", ""),
    ("Chinese → English", "xquad_en", "xquad_zh", "cmrc_dev"),
)
# How far the threshold is moved, in log-odds, from where Docent has it.
SHIFTS = (-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0)
_LEFT_OUT = 5
_CONSIDERED = 8
_SETTINGS = 81


@dataclass(frozen=True)
class Asked:
    """One question: the log-odds above the threshold, and whether the quotes hold an answer."""

    surplus: float
    hit: bool


@dataclass(frozen=True)
class Task:
    """What came of the questions that can be answered, and of the two kinds that cannot."""

    name: str
    answerable: Sequence[Asked]
    left_out: Sequence[Asked]
    foreign: Sequence[Asked]


@dataclass(frozen=True)
class Point:
    """Shares at one threshold; `foreign` is None where no such questions were asked."""

    answered: float
    precision: float
    left_out: float
    foreign: float | None


def main() -> None:
    """Measure every task, print the table, and keep it with its plot if asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--most", type=int, default=1000, help="questions of each kind, at most")
    parser.add_argument("--keep", action="store_true", help="write the README and the plot")
    options = parser.parse_args()
    tasks = [_measured(options.data, options.most, *task) for task in TASKS]
    report = f"{machine()}\n\n{_table(tasks)}"
    print(report)
    if options.keep:
        plot = _draw(tasks, Path(__file__).with_name("abstention.png"))
        keep("abstention", f"{report}\n\n![abstention]({plot.name})")


def _measured(data: Path, most: int, name: str, corpus: str, asked: str, foreign: str) -> Task:
    texts = load_texts(data, corpus)
    kept = [text for number, text in enumerate(texts) if number % _LEFT_OUT]
    here = {text.id for text in kept}
    rows = load_questions(data, asked)
    own = [row for row in rows if row["context_id"] in here]
    gone = [row for row in rows if row["context_id"] not in here]
    other = load_questions(data, foreign) if foreign else []
    # The answers that count are those of the language of the corpus; ids are parallel.
    answers = {row["id"]: row["answers"] for row in load_questions(data, corpus)}
    embedder = load_embedder("bundled")
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        indexed(kept, Path(folder), embedder) as library,
    ):
        asking = _Asking(library, embedder)
        kinds = []
        for kind in (own, gone, other):
            step = max(1, -(-len(kind) // most))
            kinds.append(
                [asking.ask(row["question"], answers.get(row["id"], [])) for row in kind[::step]]
            )
            print(f"{name}: {len(kinds[-1])} questions", file=sys.stderr, flush=True)
    return Task(name, *kinds)


class _Asking:
    """Docent over a library, as far as its decision to answer."""

    def __init__(self, library: Library, embedder: Embedder) -> None:
        translator = load_translator()
        self._retriever = Retriever(library, embedder, translator)
        self._reader = Reader(Meanings(translator))
        self._abstention = Abstention(library, self._retriever, self._reader)
        self._rarity = Snapshots(library, None).current().rarity

    def ask(self, question: str, answers: Sequence[str]) -> Asked:
        passages = self._retriever.search(question, _CONSIDERED)
        reading = self._reader.read(self._retriever.analyse(question), passages, self._rarity)
        confidence = self._abstention.confidence(reading, self._rarity)
        quotes = [quote.text for quote in reading.quotes] if reading else []
        return Asked(_log_odds(confidence), holds_any(answers, quotes))


def _log_odds(confidence: float) -> float:
    held = min(max(confidence, 1e-12), 1 - 1e-12)
    return math.log(held / (1 - held))


def point(task: Task, shift: float) -> Point:
    """Return the shares with the threshold moved by `shift`."""
    given = [asked for asked in task.answerable if asked.surplus >= shift]
    hits = sum(asked.hit for asked in given)
    return Point(
        answered=len(given) / len(task.answerable),
        precision=hits / len(given) if given else 1.0,
        left_out=_refused(task.left_out, shift) or 0.0,
        foreign=_refused(task.foreign, shift),
    )


def _refused(asked: Sequence[Asked], shift: float) -> float | None:
    return sum(each.surplus < shift for each in asked) / len(asked) if asked else None


def _table(tasks: Sequence[Task]) -> str:
    heads = [f"{shift:+.1f}" if shift else "**as it is**" for shift in SHIFTS]
    lines = [f"| threshold moved by | {' | '.join(heads)} |", "|---|" + "---|" * len(SHIFTS)]
    for task in tasks:
        cells = [_cell(point(task, shift)) for shift in SHIFTS]
        lines.append(f"| {task.name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _cell(at: Point) -> str:
    foreign = "–" if at.foreign is None else f"{at.foreign:.2f}"
    return f"{at.answered:.2f} · {at.precision:.2f} · {at.left_out:.2f} · {foreign}"


def _points(task: Task) -> Iterator[Point]:
    for step in range(_SETTINGS):
        yield point(task, -6 + 12 * step / (_SETTINGS - 1))


def _draw(tasks: Sequence[Task], path: Path) -> Path:
    """Draw both curves of every task, with a dot where Docent stands."""
    import matplotlib as mpl  # an extra that only keeping needs

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4.2))
    for task, colour in zip(tasks, plt.rcParams["axes.prop_cycle"].by_key()["color"], strict=False):
        points, here = list(_points(task)), point(task, 0.0)
        answered = [each.answered for each in points]
        label = task.name.replace("→", "to")
        left.plot(answered, [each.precision for each in points], color=colour, label=label)
        left.plot(here.answered, here.precision, "o", color=colour)
        right.plot(answered, [each.left_out for each in points], color=colour, ls="--")
        right.plot(here.answered, here.left_out, "o", color=colour, mfc="white")
        if here.foreign is not None:
            right.plot(answered, [each.foreign for each in points], color=colour)
            right.plot(here.answered, here.foreign, "o", color=colour)
    for axes in (left, right):
        axes.set_xlabel("answerable questions that are answered")
        axes.set_xlim(0.2, 1.01)
        axes.grid(alpha=0.3)
    left.set_ylabel("answers that hold a gold answer")
    right.set_ylabel("refused: foreign (line), left out (dashes)")
    left.legend(frameon=False, fontsize=8)
    figure.tight_layout()
    figure.savefig(path, dpi=90)
    plt.close(figure)
    return path


if __name__ == "__main__":
    main()
