"""Every failure is one sentence in the reader's language, and never an exception's own text."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from discord import app_commands
from hypothesis import given

from bot.core.exceptions import Gone, NotAdmin, Restarting
from bot.discord.concurrency import CoolingDown
from bot.discord.error_messages import sentence
from bot.discord.render.parts import MESSAGE_LIMIT
from config.errors import DocentError
from config.phrases import localize
from index.errors import StoreUnusable
from retrieval.errors import ArticleAmbiguous, ArticleNotFound, NoIndex, QuestionUnusable
from tests.bot_texts import languages, texts


def told(error: BaseException, language: str = "en") -> str:
    return sentence(error, language, lambda language: localize("discord.no_index", language))


FIELD = re.compile(r"\{(\w+)\}")
HAN = re.compile("[\u4e00-\u9fff]")
ERRORS: list[DocentError] = [
    ArticleNotFound("errors.article_not_found", wanted="x"),
    ArticleAmbiguous("x", (("a#1", "A"), ("b#1", "B"))),
    QuestionUnusable("errors.question_empty"),
    CoolingDown("discord.cooldown", pause="5", seconds=3),
    NotAdmin("discord.not_admin"),
    Restarting("discord.restarting"),
    Gone("discord.passage_gone"),
    NoIndex("errors.no_index"),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_known_errors_are_said_in_both_languages(error: DocentError) -> None:
    english, chinese = told(error), told(error, "zh")
    assert not HAN.search(english) and HAN.search(chinese)
    assert told(error, "zh-TW") == told(error, "zh-tw")
    # Nobody is told of the terminal's commands in Discord.
    assert "`docent" not in english and "`docent" not in chinese


def test_where_the_database_is_stays_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    for key in ("away", "busy", "refuses", "failed"):
        where = "postgresql://10.1.2.3/docent"
        error = StoreUnusable(f"errors.database_{key}", where=where, reason="no route")
        assert told(error) == localize("access.away", "en")
        assert told(error, "zh") == localize("access.away", "zh")
        assert where in caplog.text
        caplog.clear()


def test_errors_of_discords_own_commands() -> None:
    @app_commands.command(name="x", description="x")
    async def command(interaction: object) -> None:
        """Do nothing."""

    inner = ArticleNotFound("errors.article_not_found", wanted="x")
    assert told(app_commands.CommandInvokeError(command, inner)) == told(inner)
    assert "Restart Discord (Ctrl+R)" in told(app_commands.CommandNotFound("old", []))
    assert told(app_commands.NoPrivateMessage(), "zh") == "这个命令只能在服务器里使用。"


@given(texts.map(lambda text: text * 50), languages)
def test_a_sentence_can_always_be_sent(typed: str, language: str) -> None:
    error = ArticleAmbiguous(typed, ((typed, typed), (typed, typed)))
    assert len(told(error, language)) <= MESSAGE_LIMIT
    assert "\n" not in told(error, language)


def test_every_sentence_of_ours_fits_a_message() -> None:
    for key, sentences in phrases("discord").items():
        for language in ("en", "zh", "zh-TW"):
            filled = dict.fromkeys(FIELD.findall(sentences["en"]), "x" * 100)
            assert len(localize(f"discord.{key}", language, **filled)) <= MESSAGE_LIMIT, key


def phrases(section: str) -> dict[str, dict[str, str]]:
    file = Path(__file__).parents[2] / "config" / "phrases.toml"
    found: dict[str, dict[str, str]] = tomllib.loads(file.read_text(encoding="utf-8"))[section]
    return found
