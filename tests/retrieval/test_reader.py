"""The reader with its own weights: every unit is read, once, and spans lie where they say."""

from __future__ import annotations

from pathlib import Path

import pytest

import retrieval.answer.reader as reader_module
from index.documents.builder import BlockBuilder
from index.errors import ModelUnusable
from index.models import Article
from retrieval.answer.reader import FOLDER, Reader, UnitReading, bundled_reader
from tests.readings import article_of, windows_of

QUESTION = "How many people does the hall hold?"
HALL = article_of(
    ("heading", "Size"),
    ("paragraph", "The old hall holds 1,200 people at most. Cats may not come in."),
    ("list", ["Rope", "Lamp", "二十把椅子"]),
    ("table", [["Saturday", "Laser", "10:00"], ["Sunday", "", "11:00"]]),
)
LONG = article_of(("paragraph", " ".join(f"Boat {n} left harbour {n}." for n in range(60))),
                  name="long", title="A very long title " * 30)  # fmt: skip


@pytest.fixture(scope="module")
def reader() -> Reader:
    return bundled_reader()


def text_of(reading: UnitReading) -> str:
    return reading.window.text[reading.unit.first : reading.unit.last]


def test_every_unit_is_read_once_in_order(reader: Reader) -> None:
    windows = [*windows_of(HALL), *windows_of(LONG, 4000)]
    found = reader.read(QUESTION, windows)
    wanted = [(window, unit) for window in windows for unit in window.units]
    assert [(reading.window, reading.unit) for reading in found] == wanted


def test_spans_lie_in_their_units(reader: Reader) -> None:
    for reading in reader.read("二十把什么？", [*windows_of(HALL), *windows_of(LONG, 4000)]):
        assert reading.span is not None
        first, last = reading.span
        assert reading.unit.first <= first <= last <= reading.unit.last
        assert 0 <= reading.span_likelihood <= 1


def test_a_window_is_read_the_same_whatever_is_read_with_it(reader: Reader) -> None:
    alone = reader.read(QUESTION, windows_of(HALL))
    beside = reader.read(QUESTION, [*windows_of(LONG, 4000), *windows_of(HALL)])[-len(alone) :]
    for one, other in zip(alone, beside, strict=True):
        assert (one.score, one.span) == (other.score, other.span)


def test_windows_that_are_too_long_are_read_in_parts(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader_module, "LONGEST_WINDOW", 12)
    windows = [*windows_of(HALL), *windows_of(LONG, 4000)]
    found = reader.read(QUESTION, windows)
    assert [r.unit for r in found] == [unit for window in windows for unit in window.units]
    best = max(found, key=lambda reading: reading.score)
    assert "1,200" in text_of(best)
    assert best.span is not None and "1,200" in best.window.text[slice(*best.span)]


def test_a_unit_behind_a_long_heading_row_is_read(reader: Reader) -> None:
    builder = BlockBuilder()
    group = builder.new_group()
    names = [f"A column with a long name, number {number}" for number in range(40)]
    builder.row(names, names, group=group, header=True)
    builder.row(["Saturday"], ["Day"], group=group)
    article = Article("a#1", "a", "Hours", builder.text, blocks=builder.blocks)
    windows = windows_of(article, 4000)
    assert [text_of(reading) for reading in reader.read("which day?", windows)] == ["Day: Saturday"]


@pytest.mark.parametrize("question", ["?", "a" * 1000, "谁" * 400, "\u200b"])
def test_odd_questions_are_read(reader: Reader, question: str) -> None:
    assert len(reader.read(question, windows_of(HALL))) == sum(
        len(window.units) for window in windows_of(HALL)
    )


def test_nothing_to_read_is_nothing_read(reader: Reader) -> None:
    assert reader.read(QUESTION, []) == []


@pytest.mark.parametrize("content", [None, b"", b"no weights"])
def test_damaged_weights_are_one_sentence(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "weights.safetensors").write_bytes(content)
    with pytest.raises(ModelUnusable) as caught:
        Reader(tmp_path).read(QUESTION, windows_of(HALL))
    assert str(tmp_path) in str(caught.value) and "reader" in str(caught.value)
    assert "EMBEDDING_MODEL" not in str(caught.value), "it is no setting"
    assert "\n" not in str(caught.value)


def test_the_weights_come_with_their_card() -> None:
    assert (FOLDER / "README.md").is_file()
    assert (FOLDER / "weights.safetensors").stat().st_size < 20_000_000
