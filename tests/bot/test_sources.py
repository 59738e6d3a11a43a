"""The sources of an answer: linked where they can be, each with its button, in either form."""

from __future__ import annotations

import re

from hypothesis import given

from bot.discord.render.parts import as_texts
from bot.discord.render.render import render_answer
from retrieval.citations import Quote, cite, written
from retrieval.models import Answer, Citation
from tests.bot_texts import texts, titles
from tests.shown_parts import check, sections_of, written_in


def test_a_source_is_linked_where_a_link_can_hold_its_address() -> None:
    def headed(title: str, url: str) -> str:
        quote = Citation(1, "a#1", title, "a.md", "", "Yes.", 0, 4, url=url)
        answer = Answer("q", "en", True, written([quote]), "extractive", (quote,), ())
        return sections_of(render_answer(answer, 5, "en")[0])[0].text.split("\n")[0]

    assert headed("A [new] *pool*", "https://town.example/a_(b)?q=1@here") == (
        "[1] **[A \\［new\\］ \\*pool\\*](<https://town.example/a_%28b%29?q=1%40here>)**"
    )
    assert headed("泳池", "https://town.example/泳池") == (
        "[1] **[泳池](<https://town.example/%E6%B3%B3%E6%B1%A0>)**"
    )
    for url in ("javascript:alert(1)", "https://a b", "https://a>b", "ftp://a", "https:// ", ""):
        assert headed("Pool", url) == "[1] **Pool**"
    assert headed("Pool", f"https://town.example/{'a' * 400}") == "[1] **Pool**"
    assert headed("See https://a.example", "https://town.example") == (
        "[1] **See <https://a.example>**"
    )


@given(titles, texts)
def test_a_link_holds_nothing_that_ends_it(title: str, url: str) -> None:
    quote = Citation(1, "a#1", title, "a.md", "", "Yes.", 0, 4, url=f"https://t.example/{url}")
    answer = Answer("q", "en", True, written([quote]), "extractive", (quote,), ())
    (part,) = render_answer(answer, 5, "en")
    check(part)
    for address in re.findall(r"\]\(([^\n]*)\)\*\*", written_in(part)):
        assert re.fullmatch(r"<https://[^\s<>()*@\[\]\\|`]+>", address)


def test_a_refused_card_becomes_texts_with_all_its_buttons() -> None:
    quotes = [Quote("字" * 900, n, n + 900, "a#1", f"T{n}", "a.txt", "", f"c{n}") for n in (0, 1)]
    citations = cite([*quotes, Quote("短" * 400, 5, 405, "a#1", "T", "a.txt", "", "c5")])
    answer = Answer("q", "en", True, written(citations), "extractive", citations, ())
    (part,) = render_answer(answer, 5, "en")
    first, last = as_texts(part)
    assert first.text + "\n" + last.text == written_in(part) and not first.rows
    assert [button.label or button.emoji for row in last.rows for button in row] == [
        *("Show passage [1]", "Show passage [2]", "Show passage [3]"),
        *("More sources", "👍", "👎"),
    ]
