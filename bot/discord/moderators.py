"""Questions that the documents do not answer: handed on, answered by people, told, and kept."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import discord

from bot.core.exceptions import Gone
from bot.core.ports import Intake
from bot.core.threads import run_in_thread
from bot.discord.concurrency import ConcurrencyLimiter
from bot.discord.delivery import TRANSIENT, UNDELIVERABLE, send_once, with_retry
from bot.discord.permissions.control import AccessControl, lies_in
from bot.discord.permissions.place import Place
from bot.discord.posts import QuestionPosts
from bot.discord.render.answer_document import answer_document, document_name
from bot.discord.render.render_questions import render_told
from bot.discord.runs import Run, Runs
from bot.discord.weekly import COLLECTION, Weekly
from bot.storage.answers import AnswerStore
from bot.storage.channels import ChannelSettings
from bot.storage.memory import NOT_KEPT
from bot.storage.questions import MOST_OPEN, HandedOn, OpenQuestions
from bot.storage.week import note_expired
from config.errors import DocentError

_log = logging.getLogger(__name__)
# Told apart from the nonces of other messages, which are drawn by chance.
_NONCE = 7 << 56


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a moderator's answer: its document, who was told, why it is not indexed."""

    source: str
    asked: int
    told: int
    failure: str


class Moderators:
    """The way from a refusal to a person who knows, and back. Use it on the bot's event loop."""

    def __init__(
        self,
        client: discord.Client,
        store: AnswerStore,
        channels: ChannelSettings,
        access: AccessControl,
        runs: Runs,
        gate: ConcurrencyLimiter,
        *,
        intake: Callable[[], Intake | None],
        pause: float,
    ) -> None:
        """Keep the questions in the bot's memory; look after them every `pause` seconds.

        `intake` tells who takes documents in, if anybody does.
        """
        self._client, self._store, self._channels = client, store, channels
        self._access, self._runs, self._gate = access, runs, gate
        self._intake, self._pause = intake, pause
        self.questions = OpenQuestions(store)
        self.weekly = Weekly(client, store, channels, access, self.questions, intake)
        self.posts = QuestionPosts(client, channels, self.questions)
        self._telling, self._answering = asyncio.Lock(), asyncio.Lock()

    async def server_for(self, place: Place) -> int | None:
        """Return the server whose moderators can answer a question asked at a place, if any.

        They write into the documents, so it is a home server; for direct messages one that the
        asker is a member of.
        """
        if self._intake() is None:
            return None
        homes = await self._access.home_servers()
        if place.guild_id is not None:
            return place.guild_id if place.guild_id in homes else None
        for guild_id in sorted(homes):
            guild = self._client.get_guild(guild_id)
            if guild and await self._access.roles_in(guild, place.user_id) is not None:
                return guild_id
        return None

    async def offers(self, place: Place) -> bool:
        """Return True if a refusal at a place can be handed on; False in doubt."""
        try:
            return await self.server_for(place) is not None
        except DocentError:
            return False

    async def hand_on(self, asked: HandedOn) -> int:
        """Keep a question and return its id; `post` shows it. Raises Gone for one too many."""
        if await run_in_thread(self.questions.waiting_of, asked.user_id) >= MOST_OPEN:
            raise Gone("questions.too_many", limit=MOST_OPEN)
        number = await run_in_thread(self.questions.add, asked)
        if number is None:
            raise Gone("questions.twice")
        return number

    async def answer(
        self,
        group: Sequence[HandedOn],
        text: str,
        by: discord.abc.User,
        *,
        title: str = "",
        expires: date | None = None,
    ) -> Outcome:
        """Keep an answer as a document, have it indexed, and tell those who asked.

        Raises DocumentRefused, NotOurs, Gone where meanwhile somebody else answered.
        """
        first = group[0]
        title = title.strip() or first.question
        content = answer_document(title, text, by.display_name, date.today(), expires)
        name = document_name(title, first.id)
        async with self._answering:
            await self.posts.group_of(first.id, first.guild_id)
            source = await self._gate.run(self._placed, first, name, content, by.id)
            closed = await run_in_thread(
                lambda: self.questions.close(group, by.id, answer=text, source=source)
            )
        run = await self.index()
        await self.posts.show_closed(closed, by.id, source)
        await self.notify_askers()
        told = await run_in_thread(self.questions.reached, closed)
        failure = "" if run.report is not None else run.failure(self.posts.language(first.guild_id))
        return Outcome(source, len(closed), told, failure)

    def _placed(self, first: HandedOn, name: str, content: str, by: int) -> str:
        """Put the document in place and return its source. Blocks."""
        intake = self._intake()
        if intake is None:
            raise Gone("intake.off")
        self._access.require_ours(first.guild_id, f"{COLLECTION}/{name}")
        upload = intake.stage(name, COLLECTION, content.encode(), str(by), first.guild_id)
        return intake.place(upload.token, str(by), replace=True).source

    async def index(self, *, prune_all: bool = False) -> Run:
        """Run the index once what is under way is over, and return the run."""
        runs = self._runs
        while (earlier := runs.current) is not None:
            await earlier.finished.wait()
        run = runs.start(prune_all=prune_all)
        await run.finished.wait()
        return run

    async def dismiss(self, group: Sequence[HandedOn], by: discord.abc.User) -> None:
        """Close questions without an answer."""
        closed = await run_in_thread(self.questions.close, group, by.id)
        await self.posts.show_closed(closed, by.id, "")

    async def notify_askers(self) -> None:
        """Notify those whose questions were answered; who cannot be reached now is tried again."""
        async with self._telling:
            for asked in await run_in_thread(self.questions.unnotified):
                if self._store.is_shared and self._client.get_guild(asked.guild_id) is None:
                    # Of a server that another of the bots is in.
                    continue
                if not await run_in_thread(self.questions.claim, asked.id):
                    continue
                try:
                    reached = await self._tell(asked)
                except TRANSIENT:
                    _log.warning("an asker could not be told yet", exc_info=True)
                    await run_in_thread(self.questions.release, asked.id)
                    continue
                await run_in_thread(self.questions.mark_notified, asked.id, reached=reached)

    async def _tell(self, asked: HandedOn) -> bool:
        """Notify an asker who may read the answer: directly, or where all saw the question."""
        access, part = self._access, render_told(asked, asked.language)
        alone = Place(asked.guild_id, asked.channel_id, asked.user_id, True)
        if lies_in(asked.source, await access.closed_at(alone)):
            return False
        nonce = _NONCE | asked.id
        try:
            direct = await with_retry(lambda: self._client.create_dm(discord.Object(asked.user_id)))
            await send_once(direct, part, nonce=nonce)
            return True
        except discord.HTTPException as error:
            if isinstance(error, TRANSIENT):
                raise
        before_all = Place(asked.guild_id, asked.channel_id, asked.user_id, False)
        if asked.private or lies_in(asked.source, await access.closed_at(before_all)):
            return False
        channel = self._client.get_partial_messageable(asked.channel_id)
        reference = _reference(asked)
        try:
            await send_once(channel, part, reference, nonce=nonce)
        except discord.HTTPException as error:
            if isinstance(error, TRANSIENT):
                raise
            return False
        return True

    async def keep_house(self) -> None:
        """Every hour: tell who was not told, take out what has expired, send what is due."""
        await self._client.wait_until_ready()
        while not self._client.is_closed():
            for work in (self.notify_askers, self.take_out_expired, self.weekly.send_due):
                await self._kept_going(work)
            with contextlib.suppress(*NOT_KEPT):
                await run_in_thread(self.questions.forget_old)
            await asyncio.sleep(self._pause)

    async def _kept_going(self, work: Callable[[], Coroutine[Any, Any, object]]) -> None:
        try:
            await work()
        except (DocentError, *NOT_KEPT, *UNDELIVERABLE) as error:
            _log.warning("housekeeping: %s", error)

    async def take_out_expired(self) -> None:
        """Take answers out of the documents that hold no longer; they are kept as removed."""
        intake = self._intake()
        if intake is None:
            return
        today = date.today()
        found = await run_in_thread(intake.expiring, COLLECTION, today)
        gone = [source for source, day in found if day < today]
        last = False
        for source in gone:
            last = await run_in_thread(intake.take_out, source, "expired")
            await run_in_thread(note_expired, self._store, source, time.time())
        if gone:
            _log.info("%d answers have expired and were taken out", len(gone))
            await self.index(prune_all=last)


def _reference(asked: HandedOn) -> discord.MessageReference | None:
    """Return the refusal that everyone saw."""
    if asked.message_id is None:
        return None
    return discord.MessageReference(
        message_id=asked.message_id, channel_id=asked.channel_id, fail_if_not_exists=False
    )
