"""Text files and JSON lines are read; what is bad in them is said, and the rest is served."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.documents.registry import SUFFIXES, read_file
from index.models import ReadResult


def read(folder: Path, name: str, content: bytes | str) -> ReadResult:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_file(path, f"sub/{name}")


def rows(*values: object) -> str:
    return "\n".join(v if isinstance(v, str) else json.dumps(v, ensure_ascii=False) for v in values)


def test_a_text_file_becomes_articles(tmp_path: Path) -> None:
    result = read(tmp_path, "a.txt", "# 大桥通车\n\n大桥昨日通车。\n")
    assert [(a.id, a.title, a.text) for a in result.articles] == [
        ("sub/a.txt#1", "大桥通车", "大桥昨日通车。")
    ]
    assert result.failed == ()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030", "big5"])
def test_encodings_reach_the_articles(tmp_path: Path, encoding: str) -> None:
    text = "# 大學圖書館開放\r\n\r\n圖書館從今天起每天開放到九點，市民可以免費借書。\r\n"
    (article,) = read(tmp_path, "a.txt", text.encode(encoding)).articles
    assert article.title == "大學圖書館開放"
    assert article.text == "圖書館從今天起每天開放到九點，市民可以免費借書。"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b" \n\n ", "empty"),
        (b"\x7fELF" + bytes(3000), "binary"),
        (bytes(range(128, 256)) * 40, "encoding"),
    ],
)
def test_what_cannot_be_read_is_said(tmp_path: Path, content: bytes, reason: str) -> None:
    result = read(tmp_path, "a.txt", content)
    assert result.articles == ()
    assert reason in result.failed[0].reason
    assert result.failed[0].source == "sub/a.txt"


def test_broken_bytes_are_told_and_the_text_is_served(tmp_path: Path) -> None:
    raw = ("# 大桥通车\n\n" + "大桥昨日通车，全长两公里。" * 20).encode() + b"\xff"
    result = read(tmp_path, "a.txt", raw)
    assert len(result.articles) == 1
    assert "1 broken" in result.failed[0].reason


def test_invisible_characters_are_taken_out(tmp_path: Path) -> None:
    text = "# A\u200bB\n\nThe \u202eprice\u202c is \u2066ten\u2069 pounds\u00ad.\x07\n"
    (article,) = read(tmp_path, "a.txt", text).articles
    assert (article.title, article.text) == ("AB", "The price is ten pounds.")


def test_a_missing_file_is_a_failure(tmp_path: Path) -> None:
    result = read_file(tmp_path / "none.txt", "none.txt")
    assert result.articles == () and "cannot be read" in result.failed[0].reason


def test_a_file_that_is_too_large_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "big.txt"
    with path.open("wb") as file:
        file.truncate(200 * 1024 * 1024)
    (failure,) = read_file(path, "big.txt").failed
    assert "200 MB" in failure.reason and "25 MB" in failure.reason


def test_json_lines_are_articles(tmp_path: Path) -> None:
    content = rows(
        {
            "id": "a",
            "title": "甲",
            "text": "甲文。",
            "date": "2024-03-05",
            "url": "https://a.example",
        },
        {"context_id": 7, "title": "乙", "text": "乙文。", "author": "林", "source": "报"},
        "",
        {"text": "没有标题的一行。"},
    )
    result = read(tmp_path, "a.jsonl", content)
    assert [a.id for a in result.articles] == ["sub/a.jsonl#a", "sub/a.jsonl#7", "sub/a.jsonl#4"]
    first, second, third = result.articles
    assert (first.date, first.url, first.text) == ("2024-03-05", "https://a.example", "甲文。")
    assert second.byline == "林 · 报"
    assert third.title == third.text == "没有标题的一行。"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{not json", "line 2 is not valid JSON"),
        ("[1, 2]", 'line 2 is not a JSON object with "text"'),
        ('{"title": "x"}', 'line 2 is not a JSON object with "text"'),
        ('{"text": "  "}', "line 2 has no text"),
        ('{"text": "x", "title": {"a": 1}}', 'line 2 has a "title" that is not text'),
        ('{"text": "x", "id": ["a"]}', 'line 2 has a "id" that is not text'),
        ('{"id": "1", "text": "again"}', "line 2 repeats the id 1 of line 1"),
        ("[" * 100_000, "line 2 is not valid JSON"),
        ('{"text": "x", "date": ' + "9" * 5000 + "}", "line 2 is not valid JSON"),
    ],
)
def test_a_bad_line_is_named_and_the_others_are_served(
    tmp_path: Path, line: str, reason: str
) -> None:
    result = read(tmp_path, "a.jsonl", rows({"id": "1", "text": "一"}, line, {"text": "三"}))
    assert [a.text for a in result.articles] == ["一", "三"]
    assert [f.reason.startswith(reason) for f in result.failed] == [True]


def test_a_line_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    good = rows(*({"id": str(n), "text": "好的一行。"} for n in range(200))).encode()
    result = read(tmp_path, "a.jsonl", good + b'\n{"text": "\xff\xff"}\n')
    assert len(result.articles) == 200
    assert "line 201 is not UTF-8" in result.failed[0].reason


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030"])
def test_json_lines_in_other_encodings(tmp_path: Path, encoding: str) -> None:
    content = rows(*({"id": n, "text": "大桥昨日通车，全长两公里。"} for n in range(5)))
    result = read(tmp_path, "a.jsonl", content.encode(encoding))
    assert {a.text for a in result.articles} == {"大桥昨日通车，全长两公里。"}
    assert len(result.articles) == 5 and result.failed == ()


def test_json_lines_in_another_encoding_must_fit_into_memory(tmp_path: Path) -> None:
    path = tmp_path / "big.jsonl"
    with path.open("wb") as file:
        file.write(b"\xff\xfe")
        file.truncate(60 * 1024 * 1024)
    (failure,) = read_file(path, "big.jsonl").failed
    assert "50 MB" in failure.reason


def test_only_the_first_bad_lines_are_listed(tmp_path: Path) -> None:
    result = read(tmp_path, "a.jsonl", "{\n" * 250 + rows({"text": "好"}))
    assert len(result.articles) == 1
    assert len(result.failed) == 101 and "150 more lines" in result.failed[-1].reason


def test_half_a_surrogate_pair_is_replaced(tmp_path: Path) -> None:
    (article,) = read(tmp_path, "a.jsonl", '{"id": "\\ud800", "text": "a\\udc00b"}').articles
    assert article.text == "a\ufffdb"
    article.id.encode()


def test_an_id_with_dots_and_slashes_stays_a_name(tmp_path: Path) -> None:
    (article,) = read(tmp_path, "a.jsonl", rows({"id": "../../etc/x", "text": "x"})).articles
    assert article.id == "sub/a.jsonl#../../etc/x"


@pytest.mark.slow
def test_a_million_lines_with_one_bad_one(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    with path.open("w", encoding="utf-8") as file:
        for number in range(1_000_000):
            file.write(
                "oops\n" if number == 777_777 else f'{{"id": {number}, "text": "第{number}行。"}}\n'
            )
    result = read_file(path, "a.jsonl")
    assert len(result.articles) == 999_999
    assert [f.reason.split(" is")[0] for f in result.failed] == ["line 777778"]


@given(st.binary(max_size=400), st.sampled_from(sorted(SUFFIXES)))
def test_no_bytes_make_a_reader_raise(
    tmp_path_factory: pytest.TempPathFactory, raw: bytes, suffix: str
) -> None:
    path = tmp_path_factory.getbasetemp() / f"fuzz{suffix}"
    path.write_bytes(raw)
    result = read_file(path, path.name)
    assert result.articles or result.failed
    for failure in result.failed:
        assert failure.reason


def test_a_table_in_a_cell_is_part_of_its_row(tmp_path: Path) -> None:
    inner = "<table><tr><td>first</td><td>40</td></tr><tr><td>second</td><td>30</td></tr></table>"
    rows = "<tr><th>Who</th><th>Fee</th></tr><tr><td>Adult</td><td>90</td></tr>"
    page = f"<h1>Fees</h1><table>{rows}<tr><td>Child</td><td>{inner}</td></tr></table>"
    (article,) = read(tmp_path, "a.html", page).articles
    assert article.text.splitlines()[-2:] == ["Adult | 90", "Child | first 40 second 30"]


def test_what_shortcodes_say_is_kept(tmp_path: Path) -> None:
    lines = [
        '{{% tab name="North" %}}Gate 4{{% /tab %}}', "",
        'Ask {{< email "a@b.example" >}} now.', "",
        '{% include box.html content="No dogs." %}', "",
        "**Cause**<br>", "Ice on the rail.",
    ]  # fmt: skip
    (article,) = read(tmp_path, "a.md", "# Gates\n\n" + "\n".join(lines)).articles
    assert article.text.splitlines() == [
        "North", "Gate 4", "Ask a@b.example now.", "No dogs.", "Cause", "Ice on the rail.",
    ]  # fmt: skip
