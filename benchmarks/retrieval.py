"""Measure search against LangChain's own: `python benchmarks/retrieval.py --data ../shared/data`.

Needs the extra packages of `pip install -e .[bench]`. `EMBEDDING_MODEL` chooses the model, for
Docent and for LangChain + Chroma alike. Everything runs in this one process, one after another.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import warnings
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.charts import draw  # noqa: E402
from benchmarks.contenders import CONTENDERS  # noqa: E402
from benchmarks.corpora import Figures, Task, load_tasks, measure  # noqa: E402
from benchmarks.keeping import keep  # noqa: E402
from benchmarks.machine import machine  # noqa: E402
from config.settings import load_settings  # noqa: E402
from index.embedder import Embedder, load_embedder  # noqa: E402

Results = dict[str, dict[str, Figures]]


def main() -> None:
    """Measure every contender on every task, print the table, and keep it if asked."""
    options = _options()
    # Sunset notes of the packages that are compared do not belong in the table.
    warnings.simplefilter("ignore", DeprecationWarning)
    model = load_settings().embedding_model
    embedder = load_embedder(model)
    tasks = load_tasks(options.data, options.most)
    results: Results = {task.name: _measured(task, embedder) for task in tasks}
    report = f"{machine(model)}\n\n{_table(results)}\n"
    print(report)
    if options.keep:
        _keep(report, results)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--most", type=int, default=1000, help="questions a task, at most")
    parser.add_argument("--keep", action="store_true", help="write the README and the plots")
    return parser.parse_args()


def _measured(task: Task, embedder: Embedder) -> dict[str, Figures]:
    """Return the figures of every contender on one task."""
    figures = {}
    for name, contender in CONTENDERS.items():
        print(f"{task.name}: {name}", file=sys.stderr, flush=True)
        with (
            tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
            contender(task.texts, Path(folder), embedder) as search,
        ):
            # What is loaded at first use is no part of a running process's latency.
            search(task.questions[0][0])
            figures[name] = measure(search, task, time.perf_counter)
    return figures


def _table(results: Results) -> str:
    """Return one Markdown table: R@1 / R@10 and the median time of each contender."""
    names = list(CONTENDERS)
    lines = [
        "| R@1 / R@10 · median ms | " + " | ".join(names) + " |",
        "|---|" + "---|" * len(names),
    ]
    for task, figures in results.items():
        best = max(found.recall_1 for found in figures.values())
        cells = [_cell(figures[name], best) for name in names]
        lines.append(f"| {task} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _cell(found: Figures, best: float) -> str:
    first = f"{found.recall_1:.3f}"
    bold = f"**{first}**" if found.recall_1 == best else first
    return f"{bold} / {found.recall_10:.3f} · {found.p50:.1f}"


def _keep(report: str, results: Results) -> None:
    """Put the report into the README and draw the plots beside it."""
    plots = "\n".join(f"![{path.stem}]({path.name})" for path in draw(results, ROOT / "benchmarks"))
    keep("retrieval", f"{report}\n{plots}")


if __name__ == "__main__":
    main()
