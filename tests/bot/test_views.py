"""Buttons carry their whole state, and the client finds them again in any process."""

from __future__ import annotations

import discord
import pytest

from bot.cli.invite import PERMISSIONS, invite_link
from bot.core.exceptions import Gone
from bot.discord.localisation import language_of_locale
from bot.discord.views import PersistentButton, fields_of
from config.phrases import localize


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


def test_fields_are_read_as_their_kinds() -> None:
    assert fields_of("7", int) == [7]
    assert fields_of("1:2:abc:0", int, int, str, int) == [1, 2, "abc", 0]


@pytest.mark.parametrize("state", ["", "1", "1:2:3", "x:2", "1:", ":"])
def test_fields_of_another_version_are_refused(state: str) -> None:
    with pytest.raises(Gone) as told:
        fields_of(state, int, int)
    assert told.value.key == "discord.button_old"


def test_foreign_buttons_are_not_ours() -> None:
    for custom_id in ("other:open:1", "docent", "docent:", "xdocent:open"):
        assert not PersistentButton.__discord_ui_compiled_template__.fullmatch(custom_id)


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
