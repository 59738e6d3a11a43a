"""Count the functions that a question and a new file pass: `python benchmarks/hands.py`.

A question goes from the Discord event (the local Discord of the tests) to the message that answers
it, over an embedded store and without a chat model; one like it was asked before. The file is one
new Markdown file in a folder that is indexed already. `--list` names the functions by file,
`--keep` writes the table into the README.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from inspect import CO_OPTIMIZED
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.keeping import keep  # noqa: E402
from bot.app.context import AppContext  # noqa: E402
from bot.discord.client import DocentBot  # noqa: E402
from bot.discord.lifecycle import run_bot  # noqa: E402
from config.settings import load_settings  # noqa: E402
from index.documents.registry import read_parts  # noqa: E402
from tests.local_discord.door import DiscordServer  # noqa: E402
from tests.run_bot import point_at_local_discord  # noqa: E402

ROOMS = ("bot", "retrieval", "index", "language", "config")
# What a person, or a program, would have to do in any case: to read text and to judge it.
_READING = (
    *("language/", "retrieval/answer/", "retrieval/proof/", "index/encoders/"),
    *("index/units.py", "index/blocks.py", "index/documents/"),
)
_DOCUMENTS = {
    "ferry.md": "# The ferry\n\nThe harbour ferry runs again on 3 May. It had rested for a year.\n",
    "library.md": "# The library\n\nThe library on Mill Lane opens at nine and closes at six.\n",
    "club.md": "# The chess club\n\nThe chess club meets on Tuesdays in the town hall.\n",
}
_SETTLING_SECONDS = 5
_NEW = "# The museum\n\nThe museum charges five crowns.\n\n- Children enter free.\n- Dogs wait.\n"

Function = tuple[str, str]


class Hands:
    """The functions of ours that were called while it counted, in every thread."""

    def __init__(self) -> None:
        """Watch threads from now on; nothing is counted yet."""
        self.found: set[Function] = set()
        self._counts = False
        threading.setprofile(self._note)
        sys.setprofile(self._note)

    @contextmanager
    def counting(self) -> Iterator[set[Function]]:
        """Count anew until the block ends; gives the functions, as (file, qualified name)."""
        self.found = set()
        self._counts = True
        try:
            yield self.found
        finally:
            self._counts = False

    def _note(self, frame: FrameType, event: str, _: object) -> None:
        if not self._counts or event != "call":
            return
        code = frame.f_code
        # The body of a class or a module is no function.
        is_function = code.co_flags & CO_OPTIMIZED and not code.co_name.startswith("<")
        if not is_function or not code.co_filename.startswith(str(ROOT)):
            return
        file = os.path.relpath(code.co_filename, ROOT)
        if file.split(os.sep)[0] in ROOMS:
            self.found.add((file, code.co_qualname))


async def question(hands: Hands, context: AppContext) -> set[Function]:
    """Return the functions from a message to the reply to it."""
    async with DiscordServer() as server:
        os.environ.update(server.environment)
        point_at_local_discord()
        bot = DocentBot(
            context.settings, context.service, context.reindex, context.settings.data_dir
        )
        running = asyncio.create_task(run_bot(bot, server.token))
        await server.ready()
        guild = server.guild("Library")
        room, ann = server.channel(guild, "general"), server.member(guild, "ann")
        warm = server.say(ann, room, f"{server.bot.mention} when does the library open")
        await server.answer_to(warm, 60)
        # What goes on after a start, and after an answer, is no part of the next.
        await asyncio.sleep(_SETTLING_SECONDS)
        with hands.counting() as found:
            asked = server.say(ann, room, f"{server.bot.mention} when does the ferry run again")
            text = (await server.answer_to(asked, 60)).text
        assert "3 May" in text, text
        bot.end()
        await running
        return found


def new_file(hands: Hands, context: AppContext) -> set[Function]:
    """Return the functions of a run that finds one new file, with those that read it."""
    path = context.settings.documents_dir / "museum.md"
    path.write_text(_NEW, encoding="utf-8")
    with hands.counting() as found:
        report = context.reindex()
        # The run reads in a process of its own, where nothing is counted.
        list(read_parts(path, path.name))
    assert (report.added, report.failed) == (1, ()), report
    return found


def counted(folder: Path) -> dict[str, set[Function]]:
    """Index a few documents in a folder, ask, add a file; return the functions of both walks."""
    documents = folder / "documents"
    documents.mkdir()
    for name, text in _DOCUMENTS.items():
        (documents / name).write_text(text, encoding="utf-8")
    os.environ |= {"DOCUMENTS_DIR": str(documents), "DATA_DIR": str(folder / "data")}
    os.environ |= {"ASK_COOLDOWN": "0", "CHAT_MODEL": ""}
    hands = Hands()
    with AppContext(load_settings()) as context:
        context.reindex()
        asked = asyncio.run(question(hands, context))
        return {"a question": asked, "one new Markdown file": new_file(hands, context)}


def table(walks: dict[str, set[Function]]) -> str:
    """Return the counts as a table."""
    parts = {
        "all": ROOMS,
        "aside from reading": ROOMS,
        "of them `bot/`": ("bot",),
        "`retrieval/`": ("retrieval",),
        "`index/documents/`": ("index/documents",),
        "the rest of `index/`": ("index",),
    }
    rows = [f"| functions in files | {' | '.join(parts)} |", f"|---{'|---' * len(parts)}|"]
    for name, found in walks.items():
        counts = []
        for part, folders in parts.items():
            inner = [each for each in found if each[0].startswith(tuple(f"{f}/" for f in folders))]
            if part == "aside from reading":
                inner = [each for each in inner if not each[0].startswith(_READING)]
            if "rest" in part:
                inner = [each for each in inner if not each[0].startswith("index/documents/")]
            counts.append(f"{len(inner)} in {len({file for file, _ in inner})}")
        rows.append(f"| {name} | {' | '.join(counts)} |")
    return "\n".join(rows)


def main() -> None:
    """Print the counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--list", action="store_true", help="name the functions")
    parser.add_argument("--keep", action="store_true", help="write the table into the README")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        walks = counted(Path(folder))
    for name, found in walks.items() if options.list else ():
        print(f"\n{name}")
        for file in sorted({file for file, _ in found}):
            print(f"  {file}: {', '.join(sorted(n for f, n in found if f == file))}")
    print(table(walks))
    if options.keep:
        keep("hands", table(walks))


if __name__ == "__main__":
    main()
