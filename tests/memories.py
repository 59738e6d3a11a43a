"""Where a bot may keep what it remembers, for the tests that both places have to pass."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from bot.storage.access import AccessRules, Change, Effect, Subject
from bot.storage.access_shared import access_rules
from bot.storage.answers import AnswerStore
from bot.storage.home import Home
from bot.storage.memory import open_shared
from bot.storage.shared import SharedMemory

STAFF, BOARD, ALL = Subject("role", 7), Subject("role", 8), Subject("all", 0)
# As long as Discord's ids are.
GUILD = 1 << 60


def change(
    effect: Effect, subject: Subject = STAFF, name: str = "minutes", guild: int = GUILD
) -> Change:
    """Return what an admin does to the rules of a collection."""
    return Change(1_700_000_000, 42, guild, name, subject, effect)


@dataclass
class Bots:
    """Processes that answer for one community: each with its own folder, or all with one."""

    folder: Path
    database: str = ""
    begun: int = 0
    opened: list[Callable[[], None]] = field(default_factory=list)

    def another(self) -> Bot:
        # Those who share a database each have a data folder of their own.
        name = f"data-{self.begun}" if self.database else "data"
        self.begun += 1
        shared = open_shared(self.database)
        if shared is not None:
            self.opened.append(shared.close)
        return Bot(self.folder / name, shared)

    def close(self) -> None:
        for close in reversed(self.opened):
            close()


@dataclass
class Bot:
    """What one process sees."""

    data: Path
    shared: SharedMemory | None

    def answers(self) -> AnswerStore:
        return AnswerStore(self.data, self.shared)

    def rules(self) -> AccessRules:
        return access_rules(self.data, self.shared)

    def home(self) -> Home:
        return Home(self.data, shared=self.shared)
