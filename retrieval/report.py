"""Write an evaluation as one HTML file that opens from disk, light and dark, with its plots."""

from __future__ import annotations

import html
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from retrieval.errors import QuestionFileUnusable
from retrieval.evaluation import Outcome, coverage_curve

_WIDTH, _HEIGHT, _MARGIN = 460, 260, 44

_STYLE = """
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #6b7280; --paper: #fff; --line: #2f6f9f; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e8ea; --soft: #9aa3ad; --paper: #16181b; --line: #7fb8e0; }
}
body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper);
  max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; } td, th { padding: .25rem .75rem; text-align: left;
  border-bottom: 1px solid color-mix(in srgb, var(--soft) 40%, transparent); }
figure { display: inline-block; margin: 1rem 1rem 1rem 0; max-width: 100%; }
figcaption { color: var(--soft); } svg { max-width: 100%; height: auto; }
svg text { fill: var(--soft); font-size: 12px; } svg .axis { stroke: var(--soft); }
svg .line { stroke: var(--line); stroke-width: 2; fill: none; } svg .dot { fill: var(--line); }
"""


def write_report(
    folder: Path, name: str, figures: dict[str, Any], outcomes: Sequence[Outcome]
) -> Path:
    """Write `report.html` into the folder, which is made if need be, and return its path.

    Raises QuestionFileUnusable where the folder cannot be written.
    """
    plots = [
        _figure("Recall by the number of articles looked at", _recall(outcomes), "k", "recall"),
        _figure(
            "Precision by the share of questions answered, surest first",
            coverage_curve(outcomes),
            "share answered",
            "share right",
        ),
        _figure("Latency by share of answers", _latencies(outcomes), "share", "ms", top=None),
    ]
    body = [
        f"<h1>Evaluation of {html.escape(name)}</h1>",
        _table([(key, value) for key, value in figures.items()]),
        *plots,
        "<h2>Questions that were missed</h2>",
        _misses(outcomes),
    ]
    page = (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>Evaluation of {html.escape(name)}</title><style>{_STYLE}</style>"
        f"<body>{''.join(body)}</body></html>\n"
    )
    target = folder / "report.html"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        target.write_text(page, encoding="utf-8")
    except OSError as error:
        raise QuestionFileUnusable("errors.report_unwritable", path=target) from error
    return target


def _table(rows: Sequence[tuple[str, Any]]) -> str:
    cells = "".join(
        f"<tr><th>{html.escape(key)}</th><td>{html.escape(str(value))}</td></tr>"
        for key, value in rows
    )
    return f"<table>{cells}</table>"


def _recall(outcomes: Sequence[Outcome]) -> list[tuple[float, float]]:
    ranks = [o.rank for o in outcomes if o.question.article_id and o.question.answerable]
    if not ranks:
        return []
    return [(k, sum(0 < rank <= k for rank in ranks) / len(ranks)) for k in range(1, 11)]


def _latencies(outcomes: Sequence[Outcome]) -> list[tuple[float, float]]:
    ordered = sorted(outcome.seconds * 1000 for outcome in outcomes)
    return [(place / len(ordered), value) for place, value in enumerate(ordered, 1)]


def _figure(
    caption: str,
    points: Sequence[tuple[float, float]],
    across: str,
    upward: str,
    top: float | None = 1.0,
) -> str:
    """Draw one line as SVG. `top` is the highest value of the upward axis; None: the largest."""
    if not points:
        return ""
    right = max(x for x, _ in points) or 1.0
    high = top or max(y for _, y in points) or 1.0
    wide, tall = _WIDTH - 2 * _MARGIN, _HEIGHT - 2 * _MARGIN

    def place(x: float, y: float) -> tuple[float, float]:
        return _MARGIN + wide * x / right, _HEIGHT - _MARGIN - tall * y / high

    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in (place(*point) for point in points))
    ticks = "".join(
        f'<text x="{_MARGIN - 6}" y="{place(0, high * part)[1] + 4:.1f}" text-anchor="end">'
        f"{high * part:.3g}</text>"
        f'<text x="{place(right * part, 0)[0]:.1f}" y="{_HEIGHT - _MARGIN + 18}"'
        f' text-anchor="middle">{right * part:.3g}</text>'
        for part in (0.0, 0.25, 0.5, 0.75, 1.0)
    )
    axes = (
        f'<path class="axis" fill="none" d="M{_MARGIN},{_MARGIN} V{_HEIGHT - _MARGIN}'
        f' H{_WIDTH - _MARGIN}"/>'
        f'<text x="{_MARGIN}" y="{_MARGIN - 12}">{html.escape(upward)}</text>'
        f'<text x="{_WIDTH - _MARGIN}" y="{_HEIGHT - 8}" text-anchor="end">'
        f"{html.escape(across)}</text>"
    )
    return (
        f'<figure><svg viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" role="img">{axes}{ticks}'
        f'<polyline class="line" points="{path}"/></svg>'
        f"<figcaption>{html.escape(caption)}</figcaption></figure>"
    )


def _misses(outcomes: Sequence[Outcome]) -> str:
    """List the questions whose answer missed, with what was said instead."""
    rows = []
    for outcome in outcomes:
        question = outcome.question
        right = outcome.hit if question.answers else outcome.answer.found
        if right == question.answerable:
            continue
        said = " … ".join(citation.quote for citation in outcome.answer.citations)
        cells = (question.question, " / ".join(question.answers), said or "—", outcome.rank or "—")
        rows.append("".join(f"<td>{html.escape(str(cell))}</td>" for cell in cells))
    head = "<tr><th>question</th><th>wanted</th><th>quoted</th><th>rank</th></tr>"
    return f"<table>{head}{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"
