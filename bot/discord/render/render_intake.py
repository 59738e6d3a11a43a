"""What became of a document that was added or removed, as message parts; pure."""

from __future__ import annotations

from bot.core.ports import Staged
from bot.discord.render.markdown import shorten, shorten_path
from bot.discord.render.parts import Button, Part
from config.phrases import localize

_TITLES_SHOWN = 10
_LONGEST_TITLE = 100
_LONGEST_PATH = 300


def source_shown(source: str) -> str:
    """Return a document's path as it can be shown."""
    return shorten_path(source, _LONGEST_PATH)


def render_replace_question(upload: Staged, language: str) -> Part:
    """Return the question whether an upload is to take a document's place."""
    text = localize("intake.replace_question", language, source=source_shown(upload.source))
    replace = Button("replace", (upload.token,), localize("intake.replace", language), style="red")
    keep = Button("keep", (upload.token,), localize("intake.keep", language))
    return Part(text).with_rows((replace, keep))


def render_added(upload: Staged, language: str) -> Part:
    """Return what a document became."""
    count = len(upload.titles)
    source = source_shown(upload.source)
    if count == 1:
        lines = [localize("intake.added_one", language, source=source)]
    else:
        lines = [localize("intake.added", language, source=source, count=count)]
    lines += [f"- {shorten(title, _LONGEST_TITLE)}" for title in upload.titles[:_TITLES_SHOWN]]
    if count > _TITLES_SHOWN:
        lines.append(localize("intake.more", language, count=count - _TITLES_SHOWN))
    if upload.unread:
        lines.append(localize("intake.unread", language, count=upload.unread))
    lines.append(localize("intake.undo", language))
    return Part("\n".join(lines))
