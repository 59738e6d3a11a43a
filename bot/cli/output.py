"""Answers, summaries, lists and progress as a person sees them in the terminal."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.progress import Progress as RichProgress
from rich.table import Table
from rich.text import Text

from bot.core.ports import Progress, RunReport
from bot.discord.render.sources import BETWEEN_HEADINGS, page_in_words
from config.phrases import localize, said
from config.printable import printable, printable_lines
from retrieval.citations import written
from retrieval.models import Answer, ArticleCard, Citation, Passage, Summary

if TYPE_CHECKING:
    from retrieval.regression import Comparison


_MOST_LINKS = 5  # of one quote
# How many of the files that are left out for one reason are named in a line.
_NAMED = 5


def print_json(payload: dict[str, Any]) -> None:
    """Print one JSON object; lone surrogates of a broken argument are escaped, not fatal."""
    text = json.dumps(payload, ensure_ascii=False)
    sys.stdout.write(text.encode("utf-8", "backslashreplace").decode("utf-8") + "\n")


def console() -> Console:
    """Return the console of standard output; long lines wrap at words only on a terminal."""
    return Console(highlight=False, markup=False, soft_wrap=True)


class Typing:
    """Print an answer while a chat model writes it; nothing without a terminal."""

    def __init__(self, out: Console) -> None:
        """Begin with nothing shown."""
        self.shown = ""
        self._out = out

    def __call__(self, text: str) -> None:
        """Print the next piece, which holds whole sentences."""
        if self._out.is_terminal:
            self.shown += text
            self._out.print(_bold(text), end="")


def print_answer(out: Console, answer: Answer, shown: str = "") -> None:
    """Print the answer with its spans in bold, then one line for every source.

    `shown` is what was printed of it while it was written.
    """
    if shown:
        out.print()
    if shown != answer.answer:
        out.print(_bold(answer.answer))
    if answer.note:
        out.print(Text(answer.note, style="italic"))
    for citation in answer.citations:
        out.print(Text(source_line(citation, answer.language), style="dim"))
    if answer.nearest is not None:
        _print_nearest(out, answer.nearest, answer.language)
    if not answer.found and answer.passages:
        out.print()
        out.print(localize("terminal.nearest", answer.language))
        for passage in answer.passages:
            out.print(Text(_passage_line(passage), style="dim"))


def _print_nearest(out: Console, nearest: Citation, language: str) -> None:
    """Print an unsure answer: quoted and cited, nothing in bold."""
    out.print()
    out.print(localize("answer.not_sure", language))
    out.print(Text(printable_lines(written([replace(nearest, highlight=None)]))))
    out.print(Text(source_line(nearest, language), style="dim"))


def print_summary(out: Console, summary: Summary) -> None:
    """Print a summary under its title."""
    out.print(Text(printable(summary.title), style="bold"))
    out.print(_bold(summary.summary))


def source_line(citation: Citation, language: str) -> str:
    """Return `[1] Title › Heading, p. 3 — source, date, address`, and the reprints.

    Below it stands where the links of the quote lead. What an article does not give is left out.
    """
    copies = localize("answer.between_words", language).join(citation.also_in)
    also = localize("answer.also_in", language, copies=copies) if copies else ""
    told = (citation.article_id, citation.date, citation.url)
    where = ", ".join(part for part in told if part)
    what = BETWEEN_HEADINGS.join((citation.title, *citation.path))
    page = page_in_words(citation.page, citation.path, language)
    line = printable(f"[{citation.number}] {what}{page} — {where}{also}")
    links = (printable(f"{words}: {address}") for words, address in citation.links[:_MOST_LINKS])
    return "\n    ".join((line, *links))


def _passage_line(passage: Passage) -> str:
    """Return the beginning of a passage with its title and path."""
    text = " ".join(passage.text.split())
    shown = text if len(text) <= 120 else text[:119] + "…"
    return f"· {printable(f'{passage.title} — {passage.article_id}')}\n  {printable(shown)}"


def _bold(marked: str) -> Text:
    """Return text with its `**spans**` in bold."""
    shown = Text()
    for place, part in enumerate(printable_lines(marked).split("**")):
        shown.append(part, style="bold" if place % 2 else "")
    return shown


def print_articles(out: Console, cards: Iterable[ArticleCard], language: str) -> None:
    """Print the articles as a table."""
    table = Table(box=None, pad_edge=False)
    for name in ("id", "title", "date", "source", "passages"):
        table.add_column(localize(f"terminal.column_{name}", language), overflow="fold")
    for card in cards:
        told = (card.id, card.title, card.date, card.source, card.passages)
        table.add_row(*map(printable, told))
    out.print(table)


def print_report(out: Console, report: RunReport, language: str) -> None:
    """Print what an indexing run did, and every file that failed with its reason."""
    numbers = {
        name: getattr(report, name)
        for name in ("added", "changed", "removed", "unchanged", "articles", "passages")
    }
    out.print(localize("terminal.report", language, seconds=f"{report.seconds:.1f}", **numbers))
    for line in unread_lines(report.failed, report.skipped, language):
        out.print(line)


def unread_lines(
    failed: Sequence[tuple[str, str]], skipped: Sequence[tuple[str, str]], language: str
) -> list[str]:
    """Return a line for each part that could not be read, and for each reason to leave files out.

    The latter says how many they are, and names the first ones.
    """
    lines = []
    for source, reason in failed:
        why = said(reason, language)
        lines.append(localize("terminal.failed", language, source=source, reason=why))
    by_reason: dict[str, list[str]] = {}
    for source, reason in skipped:
        by_reason.setdefault(said(reason, language), []).append(source)
    for reason, sources in by_reason.items():
        named = ", ".join(sources[:_NAMED]) + (" …" if sources[_NAMED:] else "")
        count = len(sources)
        lines.append(
            localize("terminal.skipped", language, count=count, sources=named, reason=reason)
        )
    return lines


def print_comparison(out: Console, comparison: Comparison, language: str) -> None:
    """Print which questions got worse and which better than in an earlier run."""
    numbers = {"compared": comparison.compared, "unpaired": comparison.unpaired}
    worse, better = len(comparison.worse), len(comparison.better)
    out.print(localize("operations.compared", language, worse=worse, better=better, **numbers))
    for sign, changes in (("-", comparison.worse), ("+", comparison.better)):
        for change in changes:
            what = localize(f"operations.changed_{change.what}", language)
            before, now = change.before, change.now
            if change.what == "answer":
                before, now = (localize(f"operations.{word}", language) for word in (before, now))
            out.print(f"{sign} {change.question} — {what}: {before} → {now}")


def status_line(name: str, value: object, language: str) -> str:
    """Return one fact about the index, its size and counts as a person reads them."""
    if name == "size_bytes" and isinstance(value, int):
        value = f"{value / 1_000_000:,.1f} MB"
    elif isinstance(value, int):
        value = f"{value:,}"
    return f"{localize(f'terminal.status_{name}', language)}: {value}"


def with_progress(language: str, work: Callable[[Callable[[Progress], None] | None], Any]) -> Any:
    """Do the work with a bar on standard error, which is quiet where that is no terminal."""
    shown = progress_bar(language) if sys.stderr.isatty() else nullcontext(None)
    with shown as progress:
        return work(progress)


@contextmanager
def progress_bar(language: str) -> Iterator[Callable[[Progress], None]]:
    """Show a bar on standard error while an indexing run reports its progress.

    It tells the phase, how far it is and how fast, the time it took and what is left of it.
    """
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    times = (TextColumn("{task.fields[speed]}"), TimeElapsedColumn(), TimeRemainingColumn())
    error = Console(stderr=True)
    with RichProgress(*columns, *times, console=error, transient=True) as bar:
        phase = "scan"
        task = bar.add_task(localize("terminal.phase_scan", language), total=None, speed="")

        def show(progress: Progress) -> None:
            nonlocal phase
            if progress.phase != phase:
                # Files and passages are not equally fast.
                phase = progress.phase
                bar.reset(task, description=localize(f"terminal.phase_{phase}", language))
            speed = speed_line(phase, bar.tasks[0].speed, language)
            bar.update(task, completed=progress.done, total=progress.total, speed=speed)

        yield show


def speed_line(phase: str, speed: float | None, language: str) -> str:
    """Return how many files or passages a second a phase gets through, if it counts them."""
    if not speed or phase not in ("read", "encode"):
        return ""
    return localize(f"terminal.speed_{phase}", language, count=f"{speed:,.0f}")
