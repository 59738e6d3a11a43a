"""A person is told that a word stands nowhere only where that is true of the whole library."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.library import Library
from index.pipeline import reindex
from index.scope import Scope
from retrieval.absent import absent
from tests.fakes import HashEmbedder


@pytest.fixture
def library(tmp_path: Path) -> Library:
    documents = tmp_path / "documents"
    (documents / "club").mkdir(parents=True)
    (documents / "town").mkdir()
    minutes = "# Minutes of 14 February\n\nThe club bought ladders."
    (documents / "club" / "a.md").write_text(minutes, encoding="utf-8")
    (documents / "town" / "b.txt").write_text(
        "抢修通知\n昨晚停电，抢修车辆待命。", encoding="utf-8"
    )
    library = Library.open(tmp_path / "data", HashEmbedder())
    reindex(library, documents)
    return library


def test_words_of_the_library_are_not_said_to_be_absent(library: Library) -> None:
    phrases = ("February", "ladder", "telescope", "抢修", "望远镜", "ladders telescope")
    assert absent(library, phrases) == ("telescope", "望远镜", "ladders telescope")


def test_what_stands_outside_a_bound_is_absent_from_it(library: Library) -> None:
    club = library.within(Scope(collections=frozenset({"club"})))
    assert absent(club, ("February", "抢修")) == ("抢修",)
