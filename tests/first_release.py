"""The data folder of Docent's first release, packed: `tests/index/first_release.tar.gz`.

It was made by `python tests/first_release.py` with the code of that release, and is kept as it is:
every later version must take it over. The module tells what is in it.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKED = Path(__file__).parent / "index" / "first_release.tar.gz"
MEMORY = "bot.sqlite3"
ARTICLES = {
    "mill.md": ("The mill", "The mill at Brook End grinds 40 sacks a day. It stands still in May."),
    "bridge.md": ("海边大桥", "海边大桥全长两公里，昨天通车。桥上有路灯一百二十盏。"),
    "well.md": ("The well", "The well on the square is 30 metres deep and was dug in 1874."),
}
# Broken since the index was made: its last good version is in the index alone.
LOST = "well.md"
QUESTION = "How many sacks does the mill grind?"
ANSWER = "The mill at Brook End grinds 40 sacks a day."


def make() -> None:
    """Make the folder with the code that stands beside this file, and pack it."""
    sys.path.insert(0, str(ROOT))
    from bot.storage.answers import AnswerStore
    from index.library import Library
    from index.pipeline import reindex
    from index.store.backup import pack
    from retrieval.models import Answer, Citation, Passage
    from tests.fakes import HashEmbedder, write_articles

    with tempfile.TemporaryDirectory() as folder:
        documents, data = Path(folder) / "documents", Path(folder) / "data"
        write_articles(documents, ARTICLES)
        library = Library.open(data, HashEmbedder())
        reindex(library, documents)
        library.close()
        memory = AnswerStore(data)
        cited = Citation(1, "mill.md#1", "The mill", "mill.md", "", ANSWER, 0, len(ANSWER))
        passage = Passage("c", "mill.md#1", "The mill", "mill.md", "", ANSWER, 0.9, 0, len(ANSWER))
        answer = Answer(QUESTION, "en", True, f"{ANSWER} [1]", "extractive", (cited,), (passage,))
        first = memory.keep(answer)
        memory.shown_in(first, [4711])
        memory.note("a fact", "noted")
        memory.close()
        pack(data, PACKED, (MEMORY,))


if __name__ == "__main__":
    make()
