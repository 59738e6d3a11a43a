"""Long text is cut at sentence ends, whole runs stay whole, and nothing is lost."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.discord.render.markdown import clean
from bot.discord.render.splitting import Run, split
from tests.bot_texts import live, long_texts, texts, unescaped, without_blanks

LIMIT = 600
kinds = st.sampled_from(("text", "text", "bold", "code"))
runs = st.lists(st.builds(Run, st.one_of(texts, long_texts), kinds), max_size=8)


def shown_text(pieces: list[str]) -> str:
    """Return what pieces of text and bold runs say, without blanks."""
    plain = (re.sub(r"(\\.)|\*\*", lambda m: m.group(1) or "", piece) for piece in pieces)
    return without_blanks("".join(unescaped(piece) for piece in plain))


@settings(max_examples=50)
@given(runs, st.integers(0, 150), st.booleans())
def test_pieces_keep_the_limit(given_runs: list[Run], reserve: int, quoted: bool) -> None:
    pieces = split(given_runs, LIMIT, reserve=reserve, quoted=quoted)
    assert all(len(piece) <= LIMIT for piece in pieces)
    assert all(piece.strip() for piece in pieces)
    if pieces:
        assert len(pieces[-1]) + reserve <= LIMIT
    for piece in pieces:
        assert not quoted or all(line.startswith("> ") for line in piece.split("\n"))


@settings(max_examples=50)
@given(st.lists(st.builds(Run, long_texts, st.sampled_from(("text", "bold"))), max_size=5))
def test_nothing_but_blanks_is_lost_and_bold_runs_are_closed(given_runs: list[Run]) -> None:
    pieces = split(given_runs, LIMIT)
    assert shown_text(pieces) == without_blanks("".join(clean(run.text) for run in given_runs))
    assert all(live(piece).count("**") % 2 == 0 for piece in pieces)


SENTENCES = (
    "河水涨了。",
    "谁来修桥？",
    "很好！",
    "他说：“明天开工。”",
    "It cost 3.5 million. ",
    "It is the U.S. list. ",
)


@settings(max_examples=50)
@given(st.lists(st.sampled_from(SENTENCES), min_size=200, max_size=400))
def test_pieces_end_where_sentences_end(sentences: list[str]) -> None:
    pieces = split([Run("".join(sentences))], LIMIT)
    assert len(pieces) > 1
    for piece in pieces:
        assert piece.endswith(tuple(s.strip() for s in SENTENCES))
        assert len(piece) > LIMIT / 2 or piece is pieces[-1]


@settings(max_examples=50)
@given(st.integers(100, 560), st.integers(1, 500))
def test_a_run_that_fits_a_piece_is_never_cut(before: int, length: int) -> None:
    bold = "值班人员" * (length // 4 + 1)
    pieces = split([Run("前文，" * before), Run(bold, "bold"), Run("后文。" * 300)], LIMIT)
    assert any(f"**{bold}**" in piece for piece in pieces)


@settings(max_examples=50)
@given(st.lists(st.sampled_from(SENTENCES), min_size=50, max_size=200))
def test_a_citation_stays_with_its_sentence(sentences: list[str]) -> None:
    given_runs = [
        run for s in sentences for run in (Run(s.strip()), Run(" "), Run("[1]", "mark"), Run(" "))
    ]
    for piece in split(given_runs, LIMIT):
        assert not piece.startswith("[1]")
        assert piece.endswith("[1]")


def test_a_fence_moves_whole_or_is_closed_and_reopened() -> None:
    code = "\n".join(f"line {n} of the code" for n in range(20))
    moved = split([Run("文字。" * 100 + "\n"), Run(code, "fence", "py"), Run("\n完。")], LIMIT)
    assert f"```py\n{code}\n```" in moved[1]
    long = "\n".join(f"line {n} of the code" for n in range(100))
    pieces = split([Run(long, "fence", "py")], LIMIT)
    assert len(pieces) > 2
    assert all(p.startswith("```py\n") and p.endswith("\n```") for p in pieces)
    assert "\n".join(p[6:-4] for p in pieces) == long


def test_an_address_is_never_cut() -> None:
    address = "https://a.example/" + "x" * 300
    pieces = split([Run(f"字。{'词' * 500} {address} 完。")], LIMIT)
    assert any(f"<{address}>" in piece for piece in pieces)


def test_a_megabyte_in_one_sentence_is_cut_in_reasonable_pieces() -> None:
    pieces = split([Run("长" * 100_000)], 4000)
    assert [len(piece) for piece in pieces] == [4000] * 25


def test_nothing_gives_nothing() -> None:
    assert split([], LIMIT) == []
    assert split([Run(" \n ")], LIMIT) == []
