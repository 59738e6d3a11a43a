"""Summaries: the sentences that carry an article, in its order, each cited, none twice."""

from __future__ import annotations

import re
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from index.chunker import chunk_article
from index.models import Article
from retrieval.summarizer import summarize
from tests.documents import read_article

ARTICLE = Article(
    id="news/pool.txt#1",
    source="news/pool.txt",
    title="Swimming pool to close for repairs",
    text=(
        "The Millfield swimming pool will close on 4 May for repairs to its roof.\n"
        "The repairs will take ten weeks and cost £310,000, the council said.\n"
        "Who pays?\n"
        "The council pays half, and the swimming club collects the rest.\n"
        "Ms Ortega likes the blue tiles.\n"
        "The roof of the pool has leaked since the storm of last autumn.\n"
        "The Millfield swimming pool will close on 4 May so that its roof can be repaired.\n"
        "Lessons move to the Eastgate pool until the repairs are done."
    ),
)


def test_the_sentences_stand_in_their_order_and_each_is_cited() -> None:
    summary = summarize(ARTICLE, 3)
    assert summary.article_id == ARTICLE.id
    assert summary.title == ARTICLE.title
    assert [citation.number for citation in summary.citations] == [1, 2, 3]
    starts = [citation.start for citation in summary.citations]
    assert starts == sorted(starts)
    for citation in summary.citations:
        assert ARTICLE.text[citation.start : citation.end] == citation.quote
        assert f"{citation.quote} [{citation.number}]" in summary.summary


def test_what_the_title_says_is_in_and_what_says_nothing_is_out() -> None:
    quotes = [citation.quote for citation in summarize(ARTICLE, 3).citations]
    assert any("close on 4 May" in quote for quote in quotes)
    assert "Who pays?" not in quotes
    assert "Ms Ortega likes the blue tiles." not in quotes


def test_the_same_thing_is_not_said_twice() -> None:
    quotes = [citation.quote for citation in summarize(ARTICLE, 4).citations]
    assert sum("close on 4 May" in quote for quote in quotes) == 1


def test_a_short_article_stands_whole() -> None:
    article = Article("a#1", "a", "Note", "The gate is locked at nine. Bring your key.")
    quotes = [citation.quote for citation in summarize(article, 4).citations]
    assert quotes == ["The gate is locked at nine.", "Bring your key."]


def test_each_citation_names_its_passage() -> None:
    chunks = chunk_article(ARTICLE, target=60)
    by_id = {chunk.id: chunk for chunk in chunks}
    for citation in summarize(ARTICLE, 4, chunks=chunks).citations:
        chunk = by_id[citation.chunk_id]
        assert chunk.start <= citation.start < chunk.end


@settings(max_examples=60)
@given(
    st.text(st.sampled_from("河水位上涨了。，！?. abc\n“”[1]*"), max_size=300),
    st.integers(-2, 6),
)
def test_any_text_is_summarised_verbatim(text: str, sentences: int) -> None:
    summary = summarize(Article("a#1", "a", "河水", text), sentences)
    assert len(summary.citations) <= max(1, sentences)
    for citation in summary.citations:
        assert text[citation.start : citation.end] == citation.quote
    marks = [int(number) for number in re.findall(r"\[(\d+)\]", summary.summary)]
    assert marks == [citation.number for citation in summary.citations]


def test_a_very_long_article_is_summarised_in_bounded_time() -> None:
    text = "\n".join(f"Boat number {n} left the harbour at noon." for n in range(5000))
    assert len(summarize(Article("a#1", "a", "Boats", text), 3).citations) == 3


SECTIONS = """Boats may be lent by every member of the club who has passed the test.

## Lending

A boat is lent for one day at a time, and is given back before dark.
Give back the oars too.
Oars stand in the shed.

```
boat lend --days 1. The boat is lent for one day.
```

## Repairs

Whoever breaks a boat tells the warden of the club on the same day.

| Boat | Repairs of the boat |
|---|---|
| Teal | The boat was repaired by the club in May. |

![A boat](boat.png)

Home | Boats | Contact
"""


def test_sections_are_summarised_without_code_rows_or_menus(tmp_path: Path) -> None:
    article = read_article(tmp_path, "boats.md", f"# Boats of the club\n\n{SECTIONS}")
    quotes = [c.quote for c in summarize(article, 3, chunk_article(article)).citations]
    assert [quote.split(" ")[0] for quote in quotes] == ["Boats", "A", "Whoever"]
    every = " ".join(c.quote for c in summarize(article, 99).citations)
    assert not any(crumb in every for crumb in ("--days", "Teal", "in May", "Contact"))


def test_chinese_sections_lead_with_their_first_sentences(tmp_path: Path) -> None:
    text = (
        "# 图书角\n\n图书角由志愿者轮流管理。\n\n## 借书\n\n每位居民一次可以借三本书，期限为四周。"
        "\n\n## 捐书\n\n捐书请在周末送到图书角的前台登记。\n\n"
        "| 书 | 册 |\n|---|---|\n| 词典。 | 3 |\n"
    )
    assert _quotes(tmp_path, "书.md", text) == [
        "图书角由志愿者轮流管理。",
        "每位居民一次可以借三本书，期限为四周。",
        "捐书请在周末送到图书角的前台登记。",
    ]


def _quotes(folder: Path, name: str, text: str) -> list[str]:
    article = read_article(folder, name, text)
    return [c.quote for c in summarize(article, 4).citations]


FULL_POINTS = """本页介绍船坞的使用．船坞由渔民合作社管理．

```c
/* Copyright (C) 2031 Teal Boats, Inc. */
puts("done.");
```

钥匙放在值班室．Wi-Fi 由合作社提供．

## 参考资料

- 《船坞志》第二版．
"""

LICENCE = """The ferry shed is open to every member of the club.

## Rules

Boats are washed after each use.

All rights reserved. Copyright 2031 Teal Boats.
This handbook is licensed under CC BY 4.0.
Last updated: 3 May 2031.

## License

Permission is granted to anybody who asks for it in writing.
"""


def test_full_width_points_end_statements_and_code_is_left_out(tmp_path: Path) -> None:
    assert _quotes(tmp_path, "船坞.md", FULL_POINTS) == [
        "本页介绍船坞的使用．", "船坞由渔民合作社管理．", "钥匙放在值班室．",
        "Wi-Fi 由合作社提供．",
    ]  # fmt: skip


def test_licences_and_other_boilerplate_are_left_out(tmp_path: Path) -> None:
    assert _quotes(tmp_path, "shed.md", LICENCE) == [
        "The ferry shed is open to every member of the club.",
        "Boats are washed after each use.",
    ]


def test_a_licence_is_summarised_by_what_it_says(tmp_path: Path) -> None:
    text = "# Licence\n\nAll rights reserved by Teal Boats.\n"
    assert _quotes(tmp_path, "licence.md", text) == ["All rights reserved by Teal Boats."]


def test_items_fill_up_where_prose_says_little(tmp_path: Path) -> None:
    text = "# Shed\n\nWelcome!\n\nWhere all the things are:\n\n- Keys hang in the hall\n"
    text += "- Oars stand by the door\n"
    text += "\n| Boat | Seats |\n|---|---|\n| Teal | 4 |\n"
    quotes = _quotes(tmp_path, "shed.md", text)
    assert quotes == ["Welcome!", "Keys hang in the hall", "Oars stand by the door"]


def test_a_table_alone_is_summarised_by_its_first_rows_with_column_names(tmp_path: Path) -> None:
    rows = "".join(f"Boat {n},{n + 2},shed {n}\n" for n in range(9))
    summary = summarize(read_article(tmp_path, "boats.csv", f"Name,Seats,Place\n{rows}"), 2)
    assert [c.quote for c in summary.citations] == ["Boat 0 | 2 | shed 0", "Boat 1 | 3 | shed 1"]
    assert summary.summary.startswith("Name: Boat 0 · Seats: 2 · Place: shed 0 [1]")


def test_a_citation_of_a_summary_says_where_it_stands(tmp_path: Path) -> None:
    text = "---\nurl: https://teal.example/shed\n---\n# Shed\n\nOpen daily.\n"
    text += "\n## Keys\n\nThe key hangs in the hall.\n"
    citation = summarize(read_article(tmp_path, "shed.md", text)).citations[-1]
    assert (citation.path, citation.url) == (("Keys",), "https://teal.example/shed")
