"""Draw what was measured: quality by task, and time by contender."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")

import matplotlib.pyplot as plt

from benchmarks.corpora import Figures

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


def draw_scale(results: Mapping[str, Mapping[str, Mapping[str, float]]], path: Path) -> Path:
    """Write the plot of how runs, queries, memory and disk grow; return its path."""
    figure, axes = plt.subplots(1, 4, figsize=(14, 3.4))
    panels = (
        ("first run, ms of a processor each", ("docent", "plain"), "cpu_each"),
        ("query p95, ms of a processor", ("docent_p95_cpu_ms", "plain_p95_cpu_ms"), "ask"),
        ("resident while it answers, MB", ("serve_docent", "serve_plain"), "resident_mb"),
        ("disk, MB", ("docent", "plain"), "disk_mb"),
    )
    for panel, (title, pair, name) in zip(axes, panels, strict=True):
        for key, who, colour in zip(pair, ("Docent", "LangChain + Chroma"), _COLOURS, strict=False):
            points = sorted(
                (int(size), value)
                for size, steps in results.items()
                if (value := _grown(steps, key, name)) is not None
            )
            if points:
                panel.plot(*zip(*points, strict=True), marker="o", label=who, color=colour)
        panel.set_xscale("log")
        panel.set_xlabel("passages")
        panel.set_title(title, fontsize=10)
        panel.set_ylim(bottom=0)
        panel.grid(alpha=0.3)
    axes[0].legend(frameon=False, fontsize=8)
    return _saved(figure, path)


def _grown(steps: Mapping[str, Mapping[str, float]], key: str, name: str) -> float | None:
    """Return one figure of one size, if it was measured."""
    if name == "ask":
        return steps.get("ask", {}).get(key)
    figures = steps.get(key, {})
    if name == "cpu_each":
        return 1000 * figures["cpu_seconds"] / figures["passages"] if figures else None
    return figures.get(name)


def _saved(figure: plt.Figure, path: Path) -> Path:
    figure.tight_layout()
    figure.savefig(path, dpi=_DPI)
    plt.close(figure)
    return path
