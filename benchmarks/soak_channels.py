"""Channels of each kind in the soak, set by `/channel`: no mention, threads, forums; and forms."""

from __future__ import annotations

import asyncio
import random
import secrets

from benchmarks.soak_people import People, Way
from tests.adding import add
from tests.local_discord.door import (
    MANAGE_THREADS,
    USUAL,
    Interaction,
    Member,
    Message,
    Upload,
    new_forum,
    open_post,
)

_PATIENCE = 60.0
_NOTE = "# Rules of visit {number}\n\nVisitors of yard {number} sign the book at the gate.\n"


class Channels:
    """One channel whose every question is answered, one with threads, one forum; and forms."""

    def __init__(self, people: People, boss: Member, chance: random.Random, pace: float) -> None:
        """Make the channels, which nobody has set yet."""
        self._people, self._boss = people, boss
        self._server, self._depots, self._tally = people.server, people.depots, people.tally
        self._chance, self._pace = chance, pace
        guild = boss.guild
        self._every = self._server.channel(guild, "every")
        self._threads = self._server.channel(guild, "threads")
        self._forum = new_forum(
            self._server, guild, "forum", "Solved", bot_permissions=USUAL | MANAGE_THREADS
        )
        self._opened: list[Message] = []
        self._handed_on = 0

    @property
    def ways(self) -> list[tuple[Way, int]]:
        """Return what people do here, with how often."""
        return [(self.unasked, 12), (self.thread, 10), (self.post, 10), (self.thumb, 6)]

    async def open(self) -> None:
        """Set the channels as an admin does."""
        for channel, mode in (
            (self._every, "every"),
            (self._threads, "thread"),
            (self._forum, "every"),
        ):
            used = await self._server.slash(
                self._boss, self._people.room(), "channel", channel=channel, mode=mode
            )
            await used.wait_reply(_PATIENCE)

    async def unasked(self, member: Member) -> None:
        """Ask without a mention."""
        name, question = self._depots.question()
        await self._perhaps(self._server.say(member, self._every, question), name, question)

    async def post(self, member: Member) -> None:
        """Open a post, and now and then mark it as solved."""
        name, question = self._depots.question()
        title = "扫雪车" if question.endswith("？") else "Ploughs"
        first = open_post(self._server, member, self._forum, title, question)
        shown = await self._perhaps(first, name, question)
        solved = _named(shown, "solved") if shown else ""
        if shown and solved and self._chance.random() < 0.3:
            await self._people.may_click.wait()
            await self._people.shown(await self._server.click(member, shown, solved), "Solved")

    async def _perhaps(self, sent: Message, name: str, question: str) -> Message | None:
        """Wait for an answer, which has to come if the file never goes or changes."""

        def answers() -> list[Message]:
            return [m for m in self._server.answers_to(sent) if not m.deleted]

        patience = _PATIENCE if self._depots.is_steady(name) else _PATIENCE / 4
        try:
            await self._server.until(answers, patience, f"an answer to the unasked {question}")
        except TimeoutError:
            if self._depots.is_steady(name):
                raise
            self._tally.asked["silent where a file comes and goes"] += 1
            return None
        self._tally.answered(question, answers)
        self._people.judge(name, answers()[0])
        return answers()[0]

    async def thread(self, member: Member) -> None:
        """Ask where each answer opens a thread, or further in such a thread."""
        name, question = self._depots.question()
        if self._opened and self._chance.random() < 0.4:
            thread = self._server.channels[self._chance.choice(self._opened).id]
            await self._people.said(member, thread, name, f"{self._mention} {question}")
            return
        sent = self._server.say(member, self._threads, f"{self._mention} {question}")

        def answers() -> list[Message]:
            return self._people.answers_to(sent)

        await self._server.until(answers, _PATIENCE, f"an answer in a thread to {question}")
        self._tally.answered(question, answers)
        self._people.judge(name, answers()[0])
        if sent.id in self._server.channels:
            self._opened = [*self._opened[-10:], sent]

    async def thumb(self, member: Member) -> None:
        """Say in a form what was wrong with an answer."""
        answer = self._people.earlier()
        if answer is None or "\N{THUMBS DOWN SIGN}" not in answer.labels:
            return
        opened = await self._server.click(member, answer, "\N{THUMBS DOWN SIGN}")
        await self._submitted(opened, "the figure")

    async def hand_on(self) -> None:
        """Hand one question after another on to the moderators, and answer it by their form."""
        while True:
            await self._pause(45)
            await self._people.may_click.wait()
            member = self._chance.choice(self._people.members)
            self._handed_on += 1
            question = f"which {secrets.token_hex(4)} sings in opera number {self._handed_on}"
            shown = await self._asked(member, question)
            if not (human := _named(shown, "human")):
                continue
            consent = await self._pressed(member, shown, human)
            await self._pressed(member, consent, _named(consent, "handon"))
            room = self._people.room()
            listed = await self._server.slash(self._boss, room, "questions")
            found = await self._people.shown(listed, "questions")
            if form := _named(found, "answer"):
                await self._people.may_click.wait()
                opened = await self._server.click(self._boss, found, form)
                await self._submitted(opened, "", f"Nobody sings in it, says {member.user.name}.")
                self._tally.asked["handed on and answered"] += 1

    async def add_documents(self) -> None:
        """Add a document by the form, then take it out."""
        for number in range(1, 10_000):
            await self._pause(40)
            await self._people.may_click.wait()
            room, name = self._people.room(), f"visit-{number}.md"
            file = Upload(name, _NOTE.format(number=number).encode())
            sent = await add(self._server, self._boss, room, file, "visits")
            await self._server.until(lambda s=sent: "answers now" in s.text, _PATIENCE, f"{name}")
            await self._people.may_click.wait()
            gone = await self._server.slash(self._boss, room, "remove", source=f"visits/{name}")
            await self._server.until(lambda g=gone: "no more" in g.text, _PATIENCE, f"-{name}")
            self._tally.asked["added by the form and removed"] += 1

    @property
    def _mention(self) -> str:
        return self._server.bot.mention

    async def _asked(self, member: Member, question: str) -> Message:
        used = await self._server.slash(
            member, self._people.room(), "ask", question=question, private=True
        )
        return await self._people.shown(used, question)

    async def _pressed(self, member: Member, shown: Message, button: str) -> Message:
        """Press a button and return the message that is new or changed by it."""
        await self._people.may_click.wait()
        used = await self._server.click(member, shown, button)
        await used.wait_reply(_PATIENCE)
        return used.replies[-1]

    async def _submitted(self, opened: Interaction, *values: str) -> None:
        await opened.wait_modal(_PATIENCE)
        await self._people.may_click.wait()
        await self._people.shown(await self._server.submit_modal(opened, *values), "a form")

    async def _pause(self, seconds: float) -> None:
        await asyncio.sleep(self._chance.uniform(0.6, 1.4) * seconds * self._pace)


def _named(message: Message, action: str) -> str:
    """Return the custom_id of a button that does `action`; empty where there is none."""
    ids = [str(button.get("custom_id")) for button in message.buttons]
    return next((i for i in ids if i.startswith(f"docent:{action}:")), "")
