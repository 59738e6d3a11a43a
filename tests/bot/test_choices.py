"""What a person chooses from while typing: each article under a name of its own."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.discord.choices import article_choices
from retrieval.models import ArticleCard

SOME = st.sampled_from


def card(number: int, title: str, date: str, source: str) -> ArticleCard:
    return ArticleCard(f"{source}#{number}", title, "", "", date, "", source, 1)


def test_articles_of_one_title_are_told_apart_by_date_and_path() -> None:
    title = "Minutes of the board"
    cards = [
        card(1, title, "3 May", "2023/may.md"),
        card(1, title, "7 June", "2023/june.md"),
        card(1, title, "7 June", "archive/june.md"),
        card(1, "Budget", "7 June", "budget.md"),
    ]
    assert [choice.name for choice in article_choices(cards)] == [
        "Minutes of the board · 3 May",
        "Minutes of the board · 7 June · 2023/june.md",
        "Minutes of the board · 7 June · archive/june.md",
        "Budget",
    ]


@given(
    st.lists(
        st.tuples(
            SOME(("", "Minutes", "会议纪要", "M" * 150, "会" * 99)),
            SOME(("", "3 May 2024", "二〇二四年五月三日星期五下午三时整于市政府礼堂")),
            SOME(("a.md", "b.md", "x/" * 90 + "a.md", "夹" * 60 + ".md")),
        ),
        max_size=40,
    )
)
def test_no_two_choices_are_called_the_same(rows: list[tuple[str, str, str]]) -> None:
    cards = [card(number, *row) for number, row in enumerate(rows)]
    choices = article_choices(cards)
    assert all(1 <= len(choice.value) <= 100 for choice in choices)
    assert len({choice.value for choice in choices}) == len(choices)
    names = [choice.name for choice in choices]
    assert len(names) == len(set(names)) == min(len(cards), 25)
    assert all(0 < len(name) <= 100 for name in names)
