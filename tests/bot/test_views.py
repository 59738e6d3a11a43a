"""Buttons carry their whole state, and the client finds them again in any process."""

from __future__ import annotations

import asyncio

import discord
import pytest

from bot.cli.invite import PERMISSIONS, invite_link
from bot.discord.choices import article_choices, article_meant
from bot.discord.localisation import language_of_locale
from bot.discord.render.parts import Button, Card, Part, Section
from bot.discord.render.render_lists import render_articles
from bot.discord.replies import continued
from bot.discord.views import PersistentButton, view_of
from config.phrases import localize
from retrieval.errors import ArticleAmbiguous, ArticleNotFound
from retrieval.models import ArticleCard
from tests.fakes_service import FakeService


def built(part: Part) -> discord.ui.View | discord.ui.LayoutView:
    async def build() -> discord.ui.View | discord.ui.LayoutView:
        view = view_of(part)
        assert view is not None
        return view

    return asyncio.run(build())


def test_a_view_is_persistent_and_keeps_its_rows() -> None:
    part = Part("x").with_rows(
        (
            Button("open", ("1", "2", "abc", "0"), "Show", style="blue"),
            Button("none", disabled=True, label="-"),
        ),
        (Button("thumb", ("1", "up"), emoji="👍"),),
    )
    view = built(part)
    assert view.is_persistent() and view.timeout is None
    rows = view.to_components()
    assert [len(row["components"]) for row in rows] == [2, 1]
    first = rows[0]["components"][0]
    assert first["custom_id"] == "docent:open:1:2:abc:0" and first["label"] == "Show"
    assert rows[1]["components"][0]["emoji"]["name"] == "👍"


@pytest.mark.parametrize(
    ("custom_id", "action", "state"),
    [
        ("docent:cancel", "cancel", None),
        ("docent:open:1:2:abc:0", "open", "1:2:abc:0"),
        ("docent:articles:3:a:b 桥", "articles", "3:a:b 桥"),
    ],
)
def test_the_state_is_read_from_the_custom_id(custom_id: str, action: str, state: str) -> None:
    match = PersistentButton.__discord_ui_compiled_template__.fullmatch(custom_id)
    assert match is not None and (match["action"], match["state"]) == (action, state)


def test_foreign_buttons_are_not_ours() -> None:
    for custom_id in ("other:open:1", "docent", "docent:", "xdocent:open"):
        assert not PersistentButton.__discord_ui_compiled_template__.fullmatch(custom_id)


def test_a_part_without_buttons_has_no_view() -> None:
    assert view_of(Part("x")) is None


def test_a_card_is_one_container() -> None:
    button = Button("open", ("1", "2", "abc", "0"), "Show")
    sections = (Section("one", button), Section("two"), Section("three"))
    part = Part(card=Card("T", "text", "foot", sections)).with_rows((Button("sources", ("1",)),))
    view = built(part)
    assert isinstance(view, discord.ui.LayoutView) and view.is_persistent()
    (box,) = view.to_components()
    head, line, section, rest, foot, row = box["components"]
    assert head["content"] == "### T\ntext" and line["type"] == 14
    assert section["components"][0]["content"] == "one"
    assert section["accessory"]["custom_id"] == "docent:open:1:2:abc:0"
    assert rest["content"] == "two\nthree" and foot["content"] == "-# foot"
    assert row["components"][0]["custom_id"] == "docent:sources:1"


def test_a_long_reply_leads_from_part_to_part() -> None:
    parts = [Part("a"), Part("b"), Part("c").with_rows((Button("sources", ("4",)),))]
    first, last = continued(parts, 0, 4, "en"), continued(parts, 2, 4, "en")
    assert [b.custom_id for row in first.rows for b in row] == ["docent:more:4:1"]
    assert last == parts[2]


def cards(count: int) -> list[ArticleCard]:
    return [
        ArticleCard(f"a.txt#{n}", f"Title {n}", "", "", "", "", "a.txt", 1) for n in range(count)
    ]


def test_turning_pages_carries_the_filter() -> None:
    part = render_articles(cards(25), "a:b", 1, "en")
    back, forth = part.rows[0]
    assert back.custom_id == "docent:articles:0:a:b" and forth.custom_id == "docent:articles:2:a:b"


def test_choices_keep_discords_limits() -> None:
    long = [
        ArticleCard("x" * 300 + "#1", "题" * 300, "肩题", "", "", "", "s", 1),
        ArticleCard("y" * 300 + "#1", "", "", "", "", "", "s", 1),
        ArticleCard("z#1", "Title", "Kicker", "", "", "", "s", 1),
    ]
    choices = article_choices(long)
    assert all(1 <= len(c.name) <= 100 and 1 <= len(c.value) <= 100 for c in choices)
    assert choices[0].value != choices[1].value
    assert choices[2].name == "Title · Kicker" and choices[2].value == "z#1"
    assert len(article_choices(cards(40))) == 25


def test_what_is_chosen_or_typed_means_one_article() -> None:
    service = FakeService()
    assert article_meant(service, "ferry.txt#1") == "ferry.txt#1"
    assert article_meant(service, " Note 05 ") == "notes.txt#5"
    assert article_meant(service, "pine island") == "ferry.txt#1"
    for choice in article_choices(service.articles())[:6]:
        assert article_meant(service, choice.value) in service.texts
    with pytest.raises(ArticleNotFound):
        article_meant(service, "article:0000")
    with pytest.raises(ArticleAmbiguous):
        article_meant(service, "note")


def test_languages_of_clients() -> None:
    assert language_of_locale(discord.Locale.chinese) == "zh"
    assert language_of_locale(discord.Locale.taiwan_chinese) == "zh-TW"
    assert language_of_locale(discord.Locale.german) == "en"
    assert localize("discord.more_sources", "zh-TW") == "更多出處"


def test_the_invite_link_asks_for_the_least() -> None:
    link = invite_link(42)
    assert "client_id=42" in link and "scope=bot+applications.commands" in link
    assert f"permissions={PERMISSIONS}" in link
    rights = discord.Permissions(PERMISSIONS)
    assert {name for name, given in rights if given} == {
        *("read_messages", "send_messages", "send_messages_in_threads", "create_public_threads"),
        "read_message_history",
    }
