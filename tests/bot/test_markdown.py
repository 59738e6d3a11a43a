"""Document text is shown letter by letter, pings nobody, and is cut between whole characters."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.discord.render.markdown import (
    clean,
    clusters,
    cut,
    escape,
    one_line,
    shorten,
    shorten_path,
)
from tests.bot_texts import live, texts, unescaped


@given(texts)
def test_escaped_text_reads_as_the_text_itself(text: str) -> None:
    assert unescaped(escape(text)) == clean(text)


@given(texts)
def test_escaped_text_holds_nothing_that_discord_acts_on(text: str) -> None:
    rest = live(escape(text))
    assert not re.search(r"[*_~|`<>\[\]#\\]", rest)
    shown = escape(text)
    assert not re.search(r"(?m)^[-+]\s|^\d+\.\s|^-#", shown)
    assert not re.search(r"(?i)@everyone|@here|<@[!&]?\d", shown)
    assert not re.search(r"[\u202a-\u202e\u2066-\u2069\x00-\x08\x0b-\x1f\x7f]", shown)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain 中文 3.5, 8:30", "plain 中文 3.5, 8:30"),
        ("**bold**", r"\*\*bold\*\*"),
        ("# no heading", r"\# no heading"),
        ("- no item", r"\- no item"),
        ("2022. Then", r"2022\. Then"),
        (":smile: 8:30:45", r"\:smile: 8:30:45"),
        ("see https://a.example/b_c.", "see <https://a.example/b_c>."),
        ("见https://a.example/b。好", "见<https://a.example/b>。好"),
        ("(https://a.example/b_(c))", "(<https://a.example/b_(c)>)"),
        ("http://a.example/*x*", r"http\://a.example/\*x\*"),
        ("[x](https://a.example)", r"\[x\](<https://a.example>)"),
        ("@everyone <@12> <#3>", "@\u200beveryone \\<@\u200b12\\> \\<\\#3\\>"),
    ],
)
def test_what_is_escaped(text: str, shown: str) -> None:
    assert escape(text) == shown


@given(texts, st.integers(1, 120))
def test_shortened_text_keeps_its_limit(text: str, limit: int) -> None:
    for short in (shorten(text, limit), cut(text, limit)):
        assert len(short) <= limit
        assert "\n" not in short
    if len(one_line(text)) <= limit:
        assert cut(text, limit) == one_line(text)


@given(texts, st.integers(1, 120))
def test_a_shortened_path_keeps_its_end(path: str, limit: int) -> None:
    short = shorten_path(path, limit)
    assert len(short) <= limit
    if short.startswith("…") and len(short) > 1 and not one_line(path).startswith("…"):
        assert escape(one_line(path)).endswith(short[1:])


def test_the_name_of_a_file_is_what_is_kept_of_its_path() -> None:
    assert shorten_path("deep/" * 40 + "far_away.txt", 30) == "…/deep/deep/deep/far\\_away.txt"
    assert shorten_path("news/far.txt", 30) == "news/far.txt"


@given(texts)
def test_clusters_are_the_text(text: str) -> None:
    assert "".join(clusters(text)) == text


@pytest.mark.parametrize(
    "whole", ["👩‍👩‍👧‍👦", "🇨🇳", "👍🏽", "ẹ́", "각", "ที่", "🏴\U000e0067\U000e0062\U000e007f"]
)
def test_what_a_reader_counts_as_one_is_never_cut(whole: str) -> None:
    assert list(clusters(f"ab{whole}c")) == ["a", "b", whole, "c"]
    for limit in range(1, 20):
        assert cut(f"{whole * 8}", limit).removesuffix("…") in [whole * n for n in range(9)]


_thai = st.from_regex(r"[กขงชตทนปมรวอ](?:[ิีึืุู]?[่้๊๋์]?|[่้]?ำ)|[เแโะา]", fullmatch=True)
_devanagari = st.from_regex(r"[कगतदनपमरलवषसह](?:्[कतदनमयरवष]){0,2}[ािीुूेैोौ]?ं?", fullmatch=True)


@given(st.lists(_thai | _devanagari | st.just(" "), max_size=40), st.integers(1, 60))
def test_thai_and_devanagari_are_cut_between_syllables(syllables: list[str], limit: int) -> None:
    assert list(clusters("".join(syllables))) == syllables
    syllables = list(clusters(one_line("".join(syllables))))
    kept = cut("".join(syllables), limit).removesuffix("…")
    assert kept in ["".join(syllables[:n]).rstrip() for n in range(len(syllables) + 1)]


@pytest.mark.parametrize("one", ["🇨🇳", "́", "क्", "👩‍", "ᄀ"])
def test_many_of_one_kind_come_in_pieces(one: str) -> None:
    many = one * 20_000
    found = list(clusters(many))
    assert "".join(found) == many and max(map(len, found)) <= 32


def test_an_endless_cluster_can_be_cut() -> None:
    assert len(shorten("a" + "\u0301" * 5000, 100)) <= 100
