"""The people of the soak: they ask in every way there is, and count what comes back."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from benchmarks.soak_depots import Depots
from tests.local_discord.door import Channel, DiscordServer, Interaction, Member, Message

# A second answer would have come by then: discord.py tries again within seconds.
_AUDITED_AFTER = 12.0
_PATIENCE = 60.0
_QUESTIONS_A_CHANNEL = 40
Way = Callable[[Member], Awaitable[None]]


@dataclass
class Tally:
    """What was asked and what came back."""

    asked: Counter[str] = field(default_factory=Counter)
    right: int = 0
    refused: int = 0
    wrong: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    _open: list[tuple[float, str, Callable[[], list[Message]]]] = field(default_factory=list)

    def answered(self, what: str, messages: Callable[[], list[Message]]) -> None:
        """Note a question whose answers are to be counted once more, later."""
        self._open.append((time.monotonic(), what, messages))

    def audit(self, after: float = _AUDITED_AFTER) -> None:
        """Count the answers to what was asked so long ago."""
        now = time.monotonic()
        due = [entry for entry in self._open if now - entry[0] >= after]
        self._open = [entry for entry in self._open if now - entry[0] < after]
        for _, what, messages in due:
            count = len(messages())
            if count > 1:
                self.doubled.append(f"{what}: {count} answers")
            elif not count:
                self.lost.append(f"{what}: its answer is gone")


class People:
    """A server, its people, and the gate that is shut while Discord forgets who is connected."""

    def __init__(self, server: DiscordServer, depots: Depots, chance: random.Random) -> None:
        """Let them in."""
        self.server, self.depots, self.tally = server, depots, Tally()
        self.may_ask = asyncio.Event()
        self.may_click = asyncio.Event()
        self.may_ask.set()
        self.may_click.set()
        self._chance = chance
        self._guild = server.guild("Soak")
        self._room: Channel | None = None
        self._rooms = 0
        locales = ("en-US", "zh-CN", "zh-TW")
        self._members = [
            server.member(self._guild, f"person {n}", locale=locales[n % 3]) for n in range(6)
        ]
        self._answers: list[Message] = []
        self.ways: list[tuple[Way, int]] = [
            *((self._slash, 30), (self._mention, 25), (self._dm, 10)),
            *((self._follow_up, 8), (self._click, 15), (self._read, 12)),
        ]
        # Clicks and commands can wait for the bot to be back; what is said meanwhile is lost.
        self._presses = {"slash", "click", "read", "thumb"}

    @property
    def members(self) -> list[Member]:
        """Return the people, and let each of them live in a task of its own."""
        return self._members

    def room(self) -> Channel:
        """Return a channel that is not long yet, since the server looks through all of it."""
        if self._room is None or self._rooms >= _QUESTIONS_A_CHANNEL:
            self._room, self._rooms = self.server.channel(self._guild, "room"), 0
        self._rooms += 1
        return self._room

    async def live(self, member: Member, pause: float) -> None:
        """Do one thing after another for ever."""
        ways, often = zip(*self.ways, strict=True)
        while True:
            await asyncio.sleep(self._chance.uniform(0.3, 1.7) * pause)
            (way,) = self._chance.choices(ways, often)
            name = way.__name__.strip("_")
            await (self.may_click if name in self._presses else self.may_ask).wait()
            self.tally.asked[name] += 1
            started = time.monotonic()
            try:
                await way(member)
            except TimeoutError as error:
                self.tally.lost.append(f"{way.__name__}: {str(error).splitlines()[0]}")
            self.tally.waits.append(time.monotonic() - started)

    async def _slash(self, member: Member) -> None:
        name, question = self.depots.question()
        private = self._chance.random() < 0.3
        used = await self.server.slash(
            member, self.room(), "ask", question=question, private=private
        )
        self.judge(name, await self.shown(used, question))

    async def _mention(self, member: Member) -> None:
        name, question = self.depots.question()
        await self.said(member, self.room(), name, f"{self.server.bot.mention} {question}")

    async def _dm(self, member: Member) -> None:
        name, question = self.depots.question()
        sent = self.server.dm(member, question)
        await self._below(sent, name, question)

    async def _follow_up(self, member: Member) -> None:
        answer = self.earlier()
        if answer is None:
            return
        name, question = self.depots.question()
        await self.said(member, answer.channel, name, question, answer)

    async def _click(self, member: Member) -> None:
        answer = self.earlier()
        labels = answer.labels if answer else []
        wanted = [label for label in labels if label != "\N{THUMBS DOWN SIGN}"]
        if answer is None or not wanted:
            return
        label = self._chance.choice(wanted)
        await self.shown(await self.server.click(member, answer, label), f"click on {label}")

    async def _read(self, member: Member) -> None:
        """Use one of the other commands."""
        what = self._chance.choice(("summary", "articles", "status", "Find sources"))
        if what == "summary":
            name, _ = self.depots.question()
            used = await self.server.slash(member, self.room(), what, article=f"{name}.md#1")
        elif what == "Find sources":
            sent = self.server.say(member, self.room(), self.depots.question()[1])
            used = await self.server.context_menu(member, sent, what)
        else:
            used = await self.server.slash(member, self.room(), what)
        await self.shown(used, what)

    async def said(
        self, member: Member, room: Channel, name: str, text: str, reply_to: Message | None = None
    ) -> None:
        """Say something that is answered, and wait for the answer."""
        sent = self.server.say(member, room, text, reply_to=reply_to)
        await self._below(sent, name, text)

    async def _below(self, sent: Message, name: str, question: str) -> None:
        """Wait for the answer below a message."""

        def answers() -> list[Message]:
            return self.answers_to(sent)

        await self.server.until(answers, _PATIENCE, f"an answer to {question}")
        self.tally.answered(question, answers)
        self.judge(name, answers()[0])

    def answers_to(self, sent: Message) -> list[Message]:
        """Return what the bot says to a message: below it, or in the thread that it opened."""
        opened = self.server.channels.get(sent.id)
        own = [m for m in opened.messages if m.author is self.server.bot] if opened else []
        inside = [m for m in own if m.reply_to is None]
        return [m for m in (*inside, *self.server.answers_to(sent)) if not m.deleted]

    async def shown(self, used: Interaction, what: str) -> Message:
        """Wait for what an interaction shows."""
        await self.server.until(lambda: used.messages, _PATIENCE, f"a reply to {what}")
        self.tally.answered(what, lambda: used.messages)
        return used.messages[0]

    def judge(self, name: str, answer: Message) -> None:
        """Hold an answer against the file; a file that is away is rightly not quoted."""
        self._answers = [*self._answers[-40:], answer]
        if "[1]" not in answer.text:
            self.tally.refused += 1
        elif self.depots.holds(name, answer.text):
            self.tally.right += 1
        else:
            self.tally.wrong.append(f"{name}: {answer.text[:200]}")

    def earlier(self) -> Message | None:
        """Return an answer that all saw, if there is one."""
        public = [m for m in self._answers if not m.ephemeral and m.channel.guild is not None]
        return self._chance.choice(public) if public else None
