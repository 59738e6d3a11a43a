"""Measure how Docent grows beside plain LangChain + Chroma: `python benchmarks/scale.py --keep`.

Sizes are passages. Every step is a process of its own, and its figures are written down as soon
as it ends: a run that is cut off goes on where it stopped, and shows what was reached.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.charts import draw_scale  # noqa: E402
from benchmarks.keeping import keep  # noqa: E402
from benchmarks.machine import machine  # noqa: E402
from benchmarks.scale_documents import write_folder  # noqa: E402

SIZES = (1_000, 10_000, 100_000, 1_000_000)
# Steps by name; the second alone are for sizes at which the plain store is measured too.
_OURS = ("docent", "ask", "serve_docent", "postgres")
_BOTH = ("docent", "plain", "ask", "serve_docent", "serve_plain", "recall")
_BOTH += ("postgres", "plain_postgres")
_FIGURES = (
    ("passages", "docent", "passages"),
    ("first run, passages/s", "docent", "rate"),
    ("the same, PostgreSQL", "postgres", "rate"),
    ("the same, plain", "plain", "rate"),
    ("the same, langchain-postgres", "plain_postgres", "rate"),
    ("ms of a processor a passage", "docent", "cpu_each"),
    ("the same, plain", "plain", "cpu_each"),
    ("load average after the first run", "docent", "load"),
    ("the same, plain", "plain", "load"),
    ("run without change, s", "docent", "unchanged_seconds"),
    ("the same, PostgreSQL", "postgres", "unchanged_seconds"),
    ("hybrid query p50, ms", "ask", "docent_p50_ms"),
    ("hybrid query p95, ms", "ask", "docent_p95_ms"),
    ("the same on PostgreSQL p50, ms", "postgres", "p50_ms"),
    ("the same on PostgreSQL p95, ms", "postgres", "p95_ms"),
    ("four bots at once on PostgreSQL p50, ms", "postgres", "bots_p50_ms"),
    ("four bots at once on PostgreSQL p95, ms", "postgres", "bots_p95_ms"),
    ("plain dense query p50, ms", "ask", "plain_p50_ms"),
    ("plain dense query p95, ms", "ask", "plain_p95_ms"),
    ("langchain-postgres dense query p95, ms", "plain_postgres", "p95_ms"),
    ("hybrid query p50, ms of a processor", "ask", "docent_p50_cpu_ms"),
    ("hybrid query p95, ms of a processor", "ask", "docent_p95_cpu_ms"),
    ("Docent's dense leg alone p95, ms of a processor", "ask", "docent_dense_p95_cpu_ms"),
    ("plain dense query p50, ms of a processor", "ask", "plain_p50_cpu_ms"),
    ("plain dense query p95, ms of a processor", "ask", "plain_p95_cpu_ms"),
    ("true ten nearest found, Docent's graph", "recall", "docent_found"),
    ("the same, plain", "recall", "plain_found"),
    ("resident while it answers, MB", "serve_docent", "resident_mb"),
    ("the same, PostgreSQL (without the server)", "postgres", "resident_mb"),
    ("the same, plain", "serve_plain", "resident_mb"),
    ("peak while it indexes, MB", "docent", "peak_mb"),
    ("the same, plain", "plain", "peak_mb"),
    ("disk, MB", "docent", "disk_mb"),
    ("the same, PostgreSQL", "postgres", "disk_mb"),
    ("the same, plain", "plain", "disk_mb"),
)
Results = dict[str, dict[str, dict[str, float]]]


def main() -> None:
    """Measure what is not measured yet, print the table, and keep it if asked."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--plain-up-to", type=int, default=100_000)
    parser.add_argument("--model", default="static", help="`bundled` takes a day for the largest")
    parser.add_argument("--work", type=Path, default=Path("/tmp/docent-scale"))
    parser.add_argument("--keep", action="store_true", help="write the table into README.md")
    parser.add_argument("--note", default="", help="what else the machine did")
    parser.add_argument("--again", action="store_true", help="forget what was measured before")
    options = parser.parse_args()
    if options.again:
        shutil.rmtree(options.work, ignore_errors=True)
    options.work.mkdir(parents=True, exist_ok=True)
    results = _read(options.work)
    for size in options.sizes:
        steps = _BOTH if size <= options.plain_up_to else _OURS
        measure(options.work, size, steps, results, options.model)
    print(table(results))
    if options.keep:
        plot = draw_scale(results, ROOT / "benchmarks" / "scale.png")
        note = f"{machine(options.model)} {options.note}".strip()
        keep("scale", f"{note}\n\n{table(results)}\n\n![scale]({plot.name})")


def measure(work: Path, size: int, steps: tuple[str, ...], results: Results, model: str) -> None:
    """Run the steps of one size that are not measured yet."""
    folder = work / str(size)
    found = results.setdefault(str(size), {})
    if not (folder / "documents").exists():
        write_folder(folder / "documents", size)
    for step in steps:
        if step in found:
            continue
        if step in ("docent", "plain"):
            # What a run left that was cut off is not a first run.
            shutil.rmtree(folder / {"docent": "data"}.get(step, step), ignore_errors=True)
        script = "scale_postgres.py" if "postgres" in step else "scale_steps.py"
        command = [sys.executable, str(ROOT / "benchmarks" / script), step, str(folder), model]
        told = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
        found[step] = json.loads(told.splitlines()[-1])
        print(size, step, found[step], file=sys.stderr, flush=True)
        (work / "results.json").write_text(json.dumps(results, indent=1), encoding="utf-8")


def _read(work: Path) -> Results:
    path = work / "results.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def table(results: Results) -> str:
    """Return a Markdown table, a column for each size."""
    sizes = sorted((size for size in results if results[size]), key=int)
    lines = [f"| | {' | '.join(f'{int(size):,}' for size in sizes)} |"]
    lines.append("|---|" + "---|" * len(sizes))
    for label, step, name in _FIGURES:
        cells = [_cell(results[size].get(step, {}), name) for size in sizes]
        lines.append(f"| {label} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _cell(figures: dict[str, float], name: str) -> str:
    if name == "rate" and figures:
        return f"{figures['passages'] / figures['seconds']:,.0f}"
    if name == "cpu_each" and figures:
        return f"{1000 * figures['cpu_seconds'] / figures['passages']:.2f}"
    value = figures.get(name)
    if value is None:
        return ""
    return f"{value:,}" if value == int(value) else f"{value:,.3g}"


if __name__ == "__main__":
    main()
