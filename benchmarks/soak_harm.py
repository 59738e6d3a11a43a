"""What befalls the bot in the soak: a broken gateway, failing requests, changing files, runs."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from typing import Any

from benchmarks.soak_depots import Depots
from benchmarks.soak_people import People
from tests.local_discord.door import MANAGE_GUILD, DiscordServer, Member

_ROUTES = (
    ("POST", "/channels/*/messages"),
    ("POST", "/channels/*/messages/*/threads"),
    ("POST", "/interactions/*/*/callback"),
    ("PATCH", "/webhooks/*/*/messages/@original"),
)
_FAULTS: dict[str, dict[str, Any]] = {
    "429": {"status": 429, "retry_after": 0.3},
    "429 everywhere": {"status": 429, "retry_after": 0.3, "everywhere": True},
    "502": {"status": 502},
    "503": {"status": 503},
    "502, answer lost": {"status": 502, "perform": True},
    "connection reset": {"drop": "reset"},
    "connection closed, answer lost": {"drop": "close", "perform": True},
    "slow": {"delay": 1.5},
}
_GATEWAY = ("reconnect", "abrupt close", "invalid, resumable", "invalid", "away for a while")


class Harm:
    """Does it all, each at its own pace; `pace` stretches or shrinks every pause."""

    def __init__(
        self,
        server: DiscordServer,
        people: People,
        depots: Depots,
        boss: Member,
        chance: random.Random,
        pace: float,
    ) -> None:
        """Take whom to harm."""
        self._server, self._people, self._depots, self._boss = server, people, depots, boss
        self._chance, self._pace = chance, pace
        self.done: Counter[str] = Counter()

    async def fail_requests(self) -> None:
        """Let one request after another fail in one of many ways."""
        while True:
            await self._pause(3)
            name = self._chance.choice(list(_FAULTS))
            method, path = self._chance.choice(_ROUTES)
            spent = [f for f in self._server.faults if len(f.hits) >= f.times]
            for fault in spent:
                self._server.faults.remove(fault)
            self._server.fault(method, path, **_FAULTS[name])
            self.done[name] += 1

    async def break_gateway(self) -> None:
        """Break the connection; where Discord forgets it, nobody asks until it is back.

        What is said to a bot that is away is lost by Discord's own rules, whatever the bot does.
        """
        while True:
            await self._pause(25)
            name = self._chance.choice(_GATEWAY)
            self._people.may_click.clear()
            if name in ("invalid", "away for a while"):
                self._people.may_ask.clear()
            before = self._connects()
            await self._broken(name)
            back = f"the bot to come back after {name}"
            try:
                await self._server.until(lambda n=before: self._connects() > n, 120, back)
            except TimeoutError:
                self._people.tally.lost.append(f"waited 120 s for {back}")
            self._people.may_ask.set()
            self._people.may_click.set()
            self.done[name] += 1

    def _connects(self) -> int:
        """Return how often the bot has connected, while it is connected."""
        gateway = self._server.gateway
        return len(gateway.resumes) + len(gateway.identifies) if gateway.live else 0

    async def _broken(self, name: str) -> None:
        gateway = self._server.gateway
        if name == "reconnect":
            gateway.reconnect()
        elif name == "abrupt close":
            gateway.abort()
        elif name == "away for a while":
            gateway.down = True
            gateway.abort()
            await self._pause(4)
            gateway.down = False
        else:
            gateway.invalidate(resumable=name != "invalid")

    async def change_files(self) -> None:
        """Change one file, and now and then all, which the watch notices."""
        while True:
            await self._pause(15)
            many = self._chance.random() < 0.1
            (self._depots.change_many if many else self._depots.change)()
            self.done["many files changed" if many else "a file changed"] += 1

    async def reindex(self) -> None:
        """Run the index by hand, now and then in full."""
        while True:
            await self._pause(90)
            await self._people.may_click.wait()
            full = self._chance.random() < 0.2
            room = self._people.room()
            used = await self._server.slash(self._boss, room, "reindex", full=full)
            await self._server.until(lambda u=used: u.messages, 60, "a run to be shown")
            self.done["reindex, full" if full else "reindex"] += 1

    async def _pause(self, seconds: float) -> None:
        await asyncio.sleep(self._chance.uniform(0.6, 1.4) * seconds * self._pace)


def boss(server: DiscordServer) -> Member:
    """Let somebody in who may reindex."""
    return server.member(next(iter(server.guilds.values())), "boss", permissions=MANAGE_GUILD)
