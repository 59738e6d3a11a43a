"""PDF files are read in reading order; what cannot be read of them is said."""

from __future__ import annotations

import random
import re
import zlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.documents.columns import Box, order
from index.documents.press import pages_text
from index.documents.reading import Reading
from index.errors import FileUnreadable
from tests.documents import read
from tests.pdf_pages import BOXES, Put, put_rows, read_pdf, write_pdf

LEFT = ["The council voted on Tues-", "day to build a barrier over", "the harbour mouth, ending a"]
LEFT += [
    "long debate about the money.",
    "Mayor Lin said the town had",
    "waited for it for ten years.",
]
RIGHT = [
    "Ferries keep running while",
    "the works go on. Ships over",
    "ninety metres in length must",
]
RIGHT += ["wait outside until the tide", "has turned, as the engineer", "said on Monday."]


def columns(left: list[str], right: list[str], top: float = 700) -> list[Put]:
    """Put two columns on a page row by row, as some programs write them."""
    return put_rows(list(zip(left, right, strict=True)), 50, top, 260, 14)


def test_two_columns_are_read_one_after_the_other(tmp_path: Path) -> None:
    head = [
        Put(50, 760, "Council Backs Tidal Barrier", 20),
        Put(50, 735, "By Jane Doe, Staff Writer"),
    ]
    article = read_pdf(tmp_path, [head + columns(LEFT, RIGHT)])
    assert article.title == "Council Backs Tidal Barrier"
    assert article.byline == "Jane Doe, Staff Writer"
    assert article.text == (
        "The council voted on Tuesday to build a barrier over the harbour mouth, ending a long "
        "debate about the money. Mayor Lin said the town had waited for it for ten years.\n"
        "Ferries keep running while the works go on. Ships over ninety metres in length must wait "
        "outside until the tide has turned, as the engineer said on Monday."
    )


def test_chinese_columns_and_two_stories(tmp_path: Path) -> None:
    page = [Put(50, 780, "海城大桥昨天通车", 20)]
    page += columns(
        [
            "本报讯（记者 王一） 海城大桥昨",
            "天通车，全长两公里，市民可以走",
            "着过桥，也可以坐车过桥。",
        ],
        ["桥上有路灯一百二十盏，夜里全亮", "着，直到早上六点才熄灭，县长说", "这是为了晚归的人。"],
        740,
    )
    page += [
        Put(50, 640, "老桥改成步行桥", 20),
        Put(50, 610, "老桥将改成步行桥，保留石狮子二十八只。"),
    ]
    write_pdf(tmp_path / "a.pdf", [page])
    first, second = read(tmp_path, "a.pdf").articles
    assert (first.title, first.byline) == ("海城大桥昨天通车", "记者 王一")
    assert first.text == (
        "海城大桥昨天通车，全长两公里，市民可以走着过桥，也可以坐车过桥。\n"
        "桥上有路灯一百二十盏，夜里全亮着，直到早上六点才熄灭，县长说这是为了晚归的人。"
    )
    assert (second.title, second.text) == (
        "老桥改成步行桥",
        "老桥将改成步行桥，保留石狮子二十八只。",
    )


def test_the_cells_of_a_table_stay_in_their_rows(tmp_path: Path) -> None:
    rows = [("Pier", "Opens", "Closes"), ("North", "8:00", "17:30"), ("South", "9:00", "18:00")]
    page = [Put(50, 740, "Timetable of the ferry", 18), *put_rows(rows, 50, 700, 130, 14)]
    article = read_pdf(tmp_path, [page])
    assert article.text.split("\n") == [" | ".join(row) for row in rows]


def test_page_numbers_and_running_heads_are_left_out(tmp_path: Path) -> None:
    texts = [f"This is what stands on the sheet with the letter {letter}." for letter in "ABCD"]
    pages = [
        [
            Put(50, 810, "Report of the Harbour Board"),
            Put(50, 740, text),
            Put(290, 20, f"- {number} -"),
        ]
        for number, text in enumerate(texts, 1)
    ]
    assert read_pdf(tmp_path, pages).text.split("\n") == texts


@pytest.mark.parametrize("kind", ["locked", "bare", "broken", "empty"])
def test_what_cannot_be_read_is_said(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "a.pdf"
    if kind == "locked":
        write_pdf(path, [[Put(50, 700, "Secret")]], encrypted=True)
    elif kind == "bare":
        write_pdf(path, [[], []])
    else:
        path.write_bytes(b"%PDF-1.7\nnothing" if kind == "broken" else b"")
    result = read(tmp_path, "a.pdf")
    assert result.articles == ()
    wanted = {"locked": "password", "bare": "text layer", "broken": "broken", "empty": "broken"}
    assert wanted[kind] in result.failed[0].reason


def test_pages_without_text_are_named_and_the_others_served(tmp_path: Path) -> None:
    write_pdf(tmp_path / "a.pdf", [[Put(50, 700, "The pier is open.")], [], []])
    result = read(tmp_path, "a.pdf")
    assert result.articles[0].text == "The pier is open."
    assert "2, 3" in result.failed[0].reason


@given(BOXES)
def test_no_piece_of_a_page_is_lost_or_doubled(boxes: list[Box]) -> None:
    lines = [line for block in order(boxes) for line in block]
    found = "".join(line.text for line in lines).replace(" | ", "").replace(" ", "")
    assert sorted(found) == sorted("".join(box.text for box in boxes))


@given(st.lists(BOXES, max_size=4))
def test_any_pages_have_a_text(pages: list[list[Box]]) -> None:
    pages_text(pages)


# Each example is a process.
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 1500), st.binary(min_size=1, max_size=8))
def test_a_damaged_pdf_is_read_or_refused(tmp_path: Path, place: int, damage: bytes) -> None:
    path = tmp_path / "a.pdf"
    write_pdf(path, [columns(LEFT, RIGHT)])
    raw = path.read_bytes()
    result = read(tmp_path, "a.pdf", raw[:place] + damage + raw[place + len(damage) :])
    assert result.articles or result.failed


def test_a_page_of_bands_within_bands_is_read() -> None:
    tops = [0.0]
    for line in range(1500):
        tops.append(tops[-1] + 4 + line / 500)
    lines = [Box(0, top - 1, 50, top, 1, f"w{number}") for number, top in enumerate(tops)]
    assert len(pages_text([lines]).split()) == len(lines)


def test_a_page_that_is_strewn_with_words_is_read() -> None:
    chance = random.Random(1)
    places = [(chance.random() * 14_400, chance.random() * 14_400) for _ in range(1000)]
    strewn = [Box(x, y, x + 30, y + 8, 8, f"w{at}") for at, (x, y) in enumerate(places)]
    kept = " ".join(line.text for block in order(strewn) for line in block)
    assert sorted(re.findall(r"w\d+", kept)) == sorted(box.text for box in strewn)


@pytest.mark.slow
def test_a_page_that_unfolds_to_gigabytes_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    write_pdf(path, [[Put(50, 700, "A page of a plain size.")]])
    drawing = zlib.compress(b"0 0 m 10 10 l S\n" * 12_000_000)
    whole = path.read_bytes()
    start, end = whole.index(b"<< /Length"), whole.index(b"endstream")
    head = b"<< /Length %d /Filter /FlateDecode >>\nstream\n" % len(drawing)
    path.write_bytes(whole[:start] + head + drawing + b"\n" + whole[end:])
    assert path.stat().st_size < 1_000_000
    with Reading() as reading, pytest.raises(FileUnreadable, match="memory"):
        list(reading.parts(path, "a.pdf"))
