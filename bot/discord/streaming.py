"""Streams a chat model's text into a reply, edited at most once a second."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from bot.discord.delivery import UNDELIVERABLE
from bot.discord.render.parts import Part
from bot.discord.replies import Reply

_log = logging.getLogger(__name__)


class Stream:
    """Shows a growing text in a reply. Close it when the work is over.

    The answer itself, which follows, takes the place of what was shown.
    """

    def __init__(self, reply: Reply, render: Callable[[str], Part], between_edits: float) -> None:
        """Show in `reply` what `render` makes of the text; nothing until there is some."""
        self._reply, self._render, self._between = reply, render, between_edits
        self._loop = asyncio.get_running_loop()
        self._text = ""
        self._grown, self._over = asyncio.Event(), asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def append(self, text: str) -> None:
        """Take a piece of text; called from the thread that works."""
        self._loop.call_soon_threadsafe(self._take, text)

    def _take(self, text: str) -> None:
        self._text += text
        self._grown.set()
        if self._task is None and not self._over.is_set():
            self._task = asyncio.create_task(self._show(), name="streaming an answer")

    async def _show(self) -> None:
        """Edit whenever the text has grown, with a pause after each edit, until all is over."""
        while not self._over.is_set():
            if self._grown.is_set():
                self._grown.clear()
                try:
                    await self._reply.preview(self._render(self._text))
                except UNDELIVERABLE:
                    _log.debug("an answer could not be shown while it was written", exc_info=True)
                    return
            await asyncio.sleep(self._between)

    async def aclose(self) -> None:
        """Wait for the current edit and its pause: the answer is the next edit."""
        self._over.set()
        if self._task is not None:
            # Never cancelled: a message half sent could not be told from one not sent.
            await asyncio.wait([self._task])
