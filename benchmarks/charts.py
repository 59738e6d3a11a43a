"""Draw what was measured: quality by task, and time by contender."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")

import matplotlib.pyplot as plt  # noqa: E402

from benchmarks.corpora import Figures  # noqa: E402

_COLOURS = ("#1b6ca8", "#e0a030", "#b8b8b8", "#707070")
# Titles that hold Han would need a font that a bare machine has not; task names are Latin.
_DPI = 90


def draw(results: Mapping[str, Mapping[str, Figures]], folder: Path) -> list[Path]:
    """Write the plots and return their paths."""
    return [_quality(results, folder / "quality.png"), _latency(results, folder / "latency.png")]


def _quality(results: Mapping[str, Mapping[str, Figures]], path: Path) -> Path:
    tasks = list(results)
    names = list(next(iter(results.values())))
    figure, axes = plt.subplots(figsize=(9, 6.5))
    height = 0.8 / len(names)
    for at, (name, colour) in enumerate(zip(names, _COLOURS, strict=False)):
        places = [row + at * height for row in range(len(tasks))]
        values = [results[task][name].recall_1 for task in tasks]
        axes.barh(places, values, height, label=name, color=colour)
    axes.set_yticks([row + 0.4 - height / 2 for row in range(len(tasks))], tasks)
    axes.invert_yaxis()
    axes.set_xlim(0, 1)
    axes.set_xlabel("questions whose paragraph comes first (R@1)")
    axes.grid(axis="x", alpha=0.3)
    axes.set_axisbelow(True)
    axes.legend(loc="lower center", bbox_to_anchor=(0.4, 1.0), ncols=len(names), frameon=False)
    return _saved(figure, path)


def _latency(results: Mapping[str, Mapping[str, Figures]], path: Path) -> Path:
    names = list(next(iter(results.values())))
    figure, axes = plt.subplots(figsize=(9, 2.6))
    for row, (name, colour) in enumerate(zip(names, _COLOURS, strict=False)):
        medians = [figures[name].p50 for figures in results.values()]
        tails = [figures[name].p95 for figures in results.values()]
        axes.scatter(medians, [row] * len(medians), color=colour, s=28, zorder=3)
        axes.scatter(tails, [row] * len(tails), color=colour, s=28, marker="|", zorder=3)
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_xscale("log")
    axes.set_xlabel("milliseconds a question, each task (dot: median, stroke: 95th percentile)")
    axes.grid(axis="x", alpha=0.3)
    return _saved(figure, path)


def _saved(figure: plt.Figure, path: Path) -> Path:
    figure.tight_layout()
    figure.savefig(path, dpi=_DPI)
    plt.close(figure)
    return path
