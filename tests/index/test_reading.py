"""Files are read in a bounded process: what a file does to its reader costs that file alone."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.phrases import LocalizedText
from index.documents.limits import Limits
from index.documents.reading import Reading
from index.documents.registry import FORMATS, read_file
from index.documents.wire import pack, unpack
from index.errors import FileUnreadable
from index.models import Article, Block, BlockKind, FailedSource

LIMITS = Limits(seconds=1, megabytes=300)


@pytest.fixture
def reading() -> Iterator[Reading]:
    with Reading(LIMITS, "tests.breaking_readers") as reading:
        yield reading


def odd(folder: Path, word: str) -> Path:
    path = folder / f"{word}.odd"
    path.write_text(word, encoding="utf-8")
    return path


def texts(reading: Reading, path: Path) -> list[str]:
    return [p.text for p in reading.parts(path, path.name) if isinstance(p, Article)]


@pytest.mark.parametrize(
    ("word", "key"),
    [
        ("raise", "reading.broke"),
        ("refuse", "reading.line_long"),
        ("memory", "reading.heavy"),
        ("recurse", "reading.heavy"),
        ("spin", "reading.heavy"),
        ("crash", "reading.heavy"),
        ("exit", "reading.heavy"),
    ],
)
def test_a_reader_that_breaks_costs_its_file(
    tmp_path: Path, reading: Reading, word: str, key: str
) -> None:
    path, good = odd(tmp_path, word), odd(tmp_path, "good")
    assert texts(reading, good) == ["good"]
    for _ in range(2):
        with pytest.raises(FileUnreadable) as caught:
            texts(reading, path)
        assert caught.value.key == key
        assert texts(reading, good) == ["good"]


def test_a_failure_says_which_error_it_was(tmp_path: Path, reading: Reading) -> None:
    with pytest.raises(FileUnreadable, match="AssertionError: not at all"):
        texts(reading, odd(tmp_path, "raise"))
    with pytest.raises(FileUnreadable, match="line 3 is longer than 32 MB"):
        texts(reading, odd(tmp_path, "refuse"))


def test_what_libraries_print_disturbs_nothing(tmp_path: Path, reading: Reading) -> None:
    for word in ("chatter", "good"):
        assert texts(reading, odd(tmp_path, word)) == [word]


def test_the_process_knows_no_secret(
    tmp_path: Path, reading: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "x")
    monkeypatch.setenv("CHAT_API_KEY", "x")
    (names,) = texts(reading, odd(tmp_path, "environment"))
    assert not [n for n in names.split("\n") if "TOKEN" in n or "KEY" in n]


def test_a_file_that_is_left_half_read_ends_the_process_and_the_next_is_read(
    tmp_path: Path,
) -> None:
    rows = tmp_path / "rows.jsonl"
    row = json.dumps({"text": "The pier is open. " * 200})
    rows.write_text("\n".join([row] * 3000), encoding="utf-8")
    with Reading() as reading:
        parts = reading.parts(rows, "rows.jsonl")
        assert isinstance(next(parts), Article)
        parts.close()  # type: ignore[attr-defined]
        assert len(list(reading.parts(rows, "rows.jsonl"))) == 3000


def test_many_files_and_runs_are_read_by_one_process(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("process")
    # However much memory the run that starts it has needed.
    assert len(bytearray(450_000_000)) > 0
    seen: set[str] = set()
    for _ in range(2):
        with Reading(LIMITS, "tests.breaking_readers") as reading:
            for _ in range(3):
                seen |= {a.text for a in reading.parts(tmp_path / "a.txt", "a.txt")}
    assert len(seen) == 1


def test_a_run_that_is_busy_between_two_files_finds_the_process_as_it_left_it(
    tmp_path: Path, reading: Reading
) -> None:
    (own,) = texts(reading, odd(tmp_path, "process"))
    assert texts(reading, odd(tmp_path, "patience")) == ["patience"]
    assert texts(reading, odd(tmp_path, "process")) == [own]
    time.sleep(1)
    assert texts(reading, odd(tmp_path, "process")) == [own]


def test_a_process_that_ended_between_two_files_costs_none(
    tmp_path: Path, reading: Reading
) -> None:
    (own,) = texts(reading, odd(tmp_path, "process"))
    os.kill(int(own), signal.SIGKILL)
    while reading._process and reading._process.is_alive():
        time.sleep(0.01)
    assert texts(reading, odd(tmp_path, "process")) != [own]


def test_a_file_that_is_gone_is_a_sentence(tmp_path: Path) -> None:
    with Reading() as reading, pytest.raises(FileUnreadable, match="cannot be read"):
        list(reading.parts(tmp_path / "none.txt", "none.txt"))


@pytest.mark.parametrize("name", ["桥.txt", "a b.md", "new\nline.txt"])
def test_the_process_reads_what_the_readers_read(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text("# 大桥通车\n\n大桥昨日通车。\n", encoding="utf-8")
    with Reading() as reading:
        assert tuple(reading.parts(path, name)) == read_file(path, name).articles


BLOCKS = st.builds(
    Block,
    st.sampled_from(BlockKind),
    st.integers(0, 99),
    st.integers(0, 99),
    path=st.lists(st.text(), max_size=2).map(tuple),
    columns=st.lists(st.text(), max_size=2).map(tuple),
    cells=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=2).map(tuple),
    page=st.text(),
)
# Half of a surrogate pair passes too: the run tells it apart.
TEXTS = st.text(st.characters(), max_size=9)


@given(TEXTS, TEXTS, st.lists(BLOCKS, max_size=3))
def test_an_article_passes_unchanged(title: str, text: str, blocks: list[Block]) -> None:
    article = Article("a#1", "a", title, text, blocks=tuple(blocks))
    assert unpack(json.loads(pack(article))) == article
    assert unpack(json.loads(pack(replace(article, text="\ud800")))).text == "\ud800"


def test_a_failure_passes_with_its_key() -> None:
    failure = FailedSource("a", LocalizedText.of("reading.broken_bytes", count=3))
    passed = unpack(json.loads(pack(failure)))
    assert isinstance(passed, FailedSource)
    assert passed == failure
    assert isinstance(passed.reason, LocalizedText)
    assert passed.reason.key == "reading.broken_bytes"


def test_every_suffix_has_a_limit_or_streams() -> None:
    assert {suffix for suffix, format in FORMATS.items() if format.streams} == {".jsonl"}
