"""The weekly digest as a message part; pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.discord.render.markdown import shorten, shorten_path
from bot.discord.render.parts import MESSAGE_LIMIT, Part
from bot.storage.week import Week
from config.phrases import localize

_LISTED, _LONGEST_PATH, _LONGEST_QUESTION = 8, 100, 120


def render_week(
    week: Week,
    expired: Sequence[str],
    ending: Sequence[tuple[str, date]],
    open_questions: Sequence[tuple[str, int]],
    language: str,
) -> Part:
    """Return the counts, the documents that have expired or soon will, and what is open."""
    counts = {
        "asked": week.asked,
        "answered": week.answered,
        "unanswered": week.asked - week.answered,
        "down": week.thumbs_down,
        "handed_on": week.handed_on,
        "by_moderators": week.by_moderators,
        "open": week.open,
    }
    lines = [
        localize("digest.title", language, since=f"<t:{int(week.since)}:D>"),
        localize("digest.counts", language, **counts),
        localize("digest.moderators", language, **counts),
    ]
    if open_questions:
        shown = [f"- {shorten(q, _LONGEST_QUESTION)} (×{n})" for q, n in open_questions[:_LISTED]]
        lines += [localize("digest.most_asked", language), *shown]
    if expired:
        paths = [f"- {shorten_path(source, _LONGEST_PATH)}" for source in expired[:_LISTED]]
        lines += [localize("digest.expired", language, count=len(expired)), *paths]
    if ending:
        dated = [f"- {shorten_path(s, _LONGEST_PATH)} ({d})" for s, d in ending[:_LISTED]]
        lines += [localize("digest.ending", language, count=len(ending)), *dated]
    text = ""
    for line in lines:
        if len(text) + len(line) < MESSAGE_LIMIT:
            text += f"{line}\n"
    return Part(text.rstrip())
