"""What the terminal says of a run under way and of the index."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO

import pytest
from rich.console import Console

from bot.cli.output import print_answer, source_line, speed_line, status_line
from bot.core.payloads import answer_payload, citation_payload
from bot.discord.render.sources import source_sections
from retrieval.citations import cite, written
from retrieval.models import Answer, Citation

LIST = Citation(
    0, "a.pdf#1", "Walks", "a.pdf", "2 May", "Bring:\n* a coat\n* boots", 0, 23, (8, 9), "c",
    path=("Before you go", "Packing"), page="3", url="https://walks.example/pack",
    shown="Bring:\n• a coat\n• boots",
)  # fmt: skip


def printed(answer: Answer) -> list[str]:
    out = StringIO()
    print_answer(Console(file=out, highlight=False, markup=False, soft_wrap=True), answer)
    return out.getvalue().splitlines()


def test_a_list_stands_on_lines_of_its_own_above_where_it_is_from() -> None:
    cited = cite([LIST])
    answer = Answer("q", "en", True, written(cited), "extractive", cited, ())
    where = "[1] Walks › Before you go › Packing, p. 3 — a.pdf#1, 2 May, https://walks.example/pack"
    assert printed(answer) == ["“Bring:", "• a coat", "• boots” [1]", where]
    assert "Packing, 第 3 页 — a.pdf#1" in source_line(cited[0], "zh")
    (told,) = answer_payload(answer)["citations"]
    assert (told["path"], told["page"]) == (["Before you go", "Packing"], "3")
    for name in ("number", "article_id", "title", "url", "source", "date", "quote", "start", "end"):
        assert told.pop(name) == getattr(cited[0], name)
    assert set(told) == {"path", "page"}


def test_what_may_answer_is_printed_as_unsure_and_told_apart_in_json() -> None:
    (near,) = cite(
        [Citation(0, "b#1", "Fares", "b.txt", "", "It cost 12 euros.", 0, 17, (8, 10), "c")]
    )
    said = "The documents do not answer this."
    answer = Answer("q", "en", False, said, "extractive", (), (), nearest=near)
    assert printed(answer) == [
        said,
        "",
        "I am not sure that this answers it:",
        "“It cost 12 euros.” [1]",
        "[1] Fares — b#1",
    ]
    payload = answer_payload(answer)
    assert payload["citations"] == [] and payload["nearest"]["quote"] == "It cost 12 euros."
    assert "nearest" not in answer_payload(Answer("q", "en", False, said, "extractive", (), ()))


def test_where_the_links_of_a_quote_lead_stands_below_its_source() -> None:
    (cited,) = cite([replace(LIST, links=(("coat", "https://shop.example/c"),))])
    assert source_line(cited, "en").endswith("/pack\n    coat: https://shop.example/c")
    (section,) = source_sections([cited], None, "en")
    assert section.text.startswith("[1] **[Walks](<https://walks.example/pack>)**\n")
    assert section.text.endswith(" · coat: <https://shop.example/c>")
    assert citation_payload(cited)["links"] == [{"text": "coat", "url": "https://shop.example/c"}]


@pytest.mark.parametrize(
    ("phase", "speed", "language", "line"),
    [
        ("encode", 1234.4, "en", "1,234 passages/s"),
        ("encode", 1234.4, "zh", "每秒 1,234 个段落"),
        ("read", 12.0, "en", "12 files/s"),
        ("read", None, "en", ""),
        ("scan", 12.0, "en", ""),
    ],
)
def test_the_speed_names_what_it_counts(
    phase: str, speed: float | None, language: str, line: str
) -> None:
    assert speed_line(phase, speed, language) == line


def test_counts_and_sizes_are_written_for_people() -> None:
    assert status_line("size_bytes", 25_313_929, "en") == "Size: 25.3 MB"
    assert status_line("passages", 104_282, "zh") == "段落: 104,282"
    assert status_line("store", "embedded", "en") == "Store: embedded"
