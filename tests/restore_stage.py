"""The files of an index beside those of a bot, to back up and to restore."""

from __future__ import annotations

import contextlib
from pathlib import Path

from bot.storage.access import ACCESS_FILE, AccessRules, Change, Subject
from bot.storage.answers import AnswerStore
from bot.storage.memory import MEMORY_FILE
from index.store.catalog_schema import create
from index.store.manifest import GENERATIONS, LEDGER, IndexManifest
from index.store.restoring import finish_restore

OTHERS = (MEMORY_FILE, ACCESS_FILE)


def restrict(data: Path, name: str) -> None:
    AccessRules(data).make(Change(1_700_000_000, 5, 1, name, Subject("role", 7), "allow"))


def state(data: Path) -> tuple[bytes, frozenset[str], str | None]:
    """Return what a folder answers from, closes and remembers, as after a start."""
    finish_restore(data)
    with contextlib.closing(IndexManifest(data / LEDGER)) as ledger:
        folder = data / GENERATIONS / str(ledger.current())
    closed = frozenset(AccessRules(data).current())
    store = AnswerStore(data)
    fact = store.fact("edition")
    store.close()
    return (folder / "lexicon" / "terms").read_bytes(), closed, fact


def build(data: Path, edition: str) -> None:
    """Make the files of an index, the small ones real, beside a bot's memory and its rules."""
    with contextlib.closing(IndexManifest(data / LEDGER)) as ledger:
        number = ledger.add_generation("rules", "model", "shape")
        folder = data / GENERATIONS / str(number)
        (folder / "lexicon").mkdir(parents=True)
        create(folder / "catalog.db")
        (folder / "lexicon" / "terms").write_text(f"the terms of {edition}")
        ledger.switch(number)
    store = AnswerStore(data)
    store.note("edition", edition)
    store.close()
    restrict(data, f"closed{edition}")
