"""The location of a quote in words: its headings and its page."""

from __future__ import annotations

from collections.abc import Sequence

from config.phrases import localize

BETWEEN_HEADINGS = " › "


def page_in_words(page: str, path: Sequence[str], language: str) -> str:
    """Return `, p. 3`, the name of a sheet as `, Prices`, or nothing if the path tells it."""
    if not page or page in path:
        return ""
    return f", {localize('answer.page', language, page=page) if page.isdigit() else page}"
