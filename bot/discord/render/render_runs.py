"""The state of the index and the progress of a run as message parts; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import PurePosixPath

from bot.core.ports import Progress, RunReport
from bot.discord.render.markdown import escape, shorten
from bot.discord.render.parts import MESSAGE_LIMIT, Button, Card, Part
from config.phrases import localize, said
from retrieval.models import Status

_BAR_LENGTH = 16
_FULL, _EMPTY = "▰", "▱"
_LONGEST_FAILURE = 200
_MOST_FAILURES = 10
_MOST_KINDS = 8
_PHASES = {
    "scan": "discord.phase_scan",
    "read": "discord.phase_read",
    "recognise": "discord.phase_recognise",
    "encode": "discord.phase_encode",
    "write": "discord.phase_write",
    "clean": "discord.phase_clean",
}


def duration(seconds: float, language: str) -> str:
    """Return a length of time as a person says it."""
    whole = round(seconds)
    if whole < 60:
        shown = f"{seconds:.1f}" if seconds < 10 and seconds != whole else str(whole)
        return localize("discord.seconds", language, seconds=shown)
    minutes, rest = divmod(whole, 60)
    return localize("discord.minutes", language, minutes=minutes, seconds=f"{rest:02}")


def progress_line(progress: Progress | None, language: str) -> str:
    """Return the phase and its counts in one line."""
    if progress is None:
        return localize("discord.phase_scan", language)
    key = _PHASES.get(progress.phase)
    phase = localize(key, language) if key else escape(progress.phase)
    if progress.total <= 0:
        return f"{phase} · {progress.done:,}" if progress.done else phase
    return f"{phase} · {progress.done:,} / {progress.total:,}"


def render_progress(
    progress: Progress | None,
    language: str,
    *,
    full: bool,
    elapsed: float,
    cancelling: bool,
    shown_again: bool = False,
) -> Part:
    """Return a running run: phase, counts, a bar, the time, and a cancel button."""
    title = localize("discord.run_title_full" if full else "discord.run_title", language)
    lines = [f"**{title}**", progress_line(progress, language)]
    if progress is not None and progress.total > 0:
        lines.append(_bar(progress.done / progress.total))
    time = localize("discord.run_elapsed", language, time=duration(elapsed, language))
    closing = "discord.run_cancelling" if cancelling else "discord.run_answers"
    lines.append(f"-# {time} · {localize(closing, language)}")
    if shown_again:
        lines.insert(0, localize("discord.run_shown", language))
    label = localize("discord.cancel", language)
    return Part("\n".join(lines)).with_rows(
        (Button("cancel", label=label, style="red", disabled=cancelling),)
    )


def _bar(share: float) -> str:
    share = min(max(share, 0.0), 1.0)
    filled = int(share * _BAR_LENGTH)
    return f"{_FULL * filled}{_EMPTY * (_BAR_LENGTH - filled)} {share:.0%}"


def render_report(
    report: RunReport,
    language: str,
    closed: Callable[[str], bool] = lambda _: False,
    *,
    bounded: bool = False,
) -> Part:
    """Return what a run did: counts, totals, and what could not be read and why.

    What is `closed` to those who read it is counted without its name; a `bounded` report tells
    only what could not be read of what is open to them.
    """
    time = duration(report.seconds, language)
    if report.cancelled:
        return Part(localize("discord.run_cancelled", language, time=time))
    if bounded:
        title = f"**{localize('discord.report_title', language)}**"
        seen = [each for each in report.failed if not closed(each[0])]
        left_out = _skipped(report, language, closed)
        return Part("\n".join([title, *_failures(seen, language, closed), *left_out]))
    counts = {name: f"{getattr(report, name):,}" for name in ("added", "changed", "removed")}
    lines = [
        f"**{localize('discord.report_title', language)}**",
        localize("discord.report_counts", language, unchanged=f"{report.unchanged:,}", **counts),
        localize(
            "discord.report_total",
            language,
            articles=f"{report.articles:,}",
            passages=f"{report.passages:,}",
            time=time,
        ),
    ]
    left_out = _skipped(report, language, closed)
    return Part("\n".join([*lines, *_failures(report.failed, language, closed), *left_out]))


def _skipped(report: RunReport, language: str, closed: Callable[[str], bool]) -> list[str]:
    """Return a line that counts the files of kinds that are not read, by their endings."""
    open_ones = [source for source, _ in report.skipped if not closed(source)]
    if not open_ones:
        return []
    kinds = Counter(PurePosixPath(source).suffix.lower() or "–" for source in open_ones)
    listed = [f"{kind} ({count})" for kind, count in kinds.most_common(_MOST_KINDS)]
    shown = ", ".join(map(escape, listed)) + (" …" if len(kinds) > _MOST_KINDS else "")
    return [localize("discord.report_skipped", language, count=f"{len(open_ones):,}", kinds=shown)]


def _failures(
    failed: Sequence[tuple[str, str]],
    language: str,
    closed: Callable[[str], bool] = lambda _: False,
) -> list[str]:
    """Return a line for each thing that could not be read, as many as fit, and how many more."""
    if not failed:
        return []
    lines = [localize("discord.report_failed", language, count=f"{len(failed):,}")]
    room = MESSAGE_LIMIT - 400
    named = [failure for failure in failed if not closed(failure[0])]
    for source, reason in named[:_MOST_FAILURES]:
        line = f"- {shorten(source, 80)} — {shorten(said(reason, language), _LONGEST_FAILURE)}"
        if len(line) + 1 > room:
            break
        room -= len(line) + 1
        lines.append(line)
    left = len(failed) - (len(lines) - 1)
    if left:
        lines.append(f"-# {localize('discord.report_more', language, count=f'{left:,}')}")
    return lines


def render_status(
    status: Status, running: str, language: str, *, bounded: bool = False, chat: str = ""
) -> Part:
    """Return what the index holds; `running` is the progress of the current run, or empty.

    `chat` tells an admin how much of what the chat model writes is used.

    What changes with documents that the reader may not see, the time of the last run, the
    generation and the size, is left out where the view is `bounded`.
    """
    counts = {name: f"{getattr(status, name):,}" for name in ("documents", "articles", "passages")}
    model, store = shorten(status.model, 100), shorten(status.store, 100)
    lines = [localize("discord.status_holdings", language, **counts)]
    if bounded:
        lines.append(localize("discord.status_bounded", language, model=model, store=store))
    else:
        run, size = _moment(status.last_run), _size(status.size_bytes)
        lines += [
            localize("discord.status_run", language, last_run=run, generation=status.generation),
            localize("discord.status_model", language, model=model, store=store, size=size),
        ]
    lines += _failures(status.failed, language)
    if chat:
        lines.append(chat)
    if running:
        lines.append(localize("discord.status_running", language, progress=running))
    return Part(card=Card(localize("discord.status_title", language), "\n".join(lines)))


def _moment(written: str) -> str:
    """Return a time so that Discord shows it in each reader's own zone, else as it is written."""
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        return escape(written)
    return f"<t:{int(moment.timestamp())}:f>"


def _size(count: int) -> str:
    """Return bytes in the unit a person reads."""
    size, unit = float(count), "B"
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1000 or unit == "GB":
            break
        size /= 1000
    return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
