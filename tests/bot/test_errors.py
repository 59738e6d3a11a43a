"""Every failure is one sentence in the reader's language, and never an exception's own text."""

from __future__ import annotations

import logging
import re

import pytest
from discord import app_commands

from bot.errors import Gone, NotAdmin, Restarting, sentence
from bot.gate import CoolingDown
from config.errors import DocentError
from config.phrases import say
from retrieval.errors import ArticleAmbiguous, ArticleNotFound, NoIndex, QuestionUnusable


def told(error: BaseException, language: str = "en") -> str:
    return sentence(error, language, lambda language: say("discord.no_index", language))


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


def test_the_terminals_commands_are_not_told_in_discord() -> None:
    for error in ERRORS:
        assert "`docent" not in told(error) and "`docent" not in told(error, "zh")
    assert "/articles" in told(ArticleNotFound("errors.article_not_found", wanted="x"))


def test_what_somebody_typed_is_escaped() -> None:
    error = ArticleNotFound("errors.article_not_found", wanted="@everyone **x**")
    assert "“@\u200beveryone \\*\\*x\\*\\*”" in told(error)


def test_an_unforeseen_error_is_a_number_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        shown = told(RuntimeError("password 4711"))
    assert "4711" not in shown and "RuntimeError" not in shown
    (record,) = caplog.records
    number = record.getMessage().split()[-1]
    assert number in shown
    assert record.exc_info is not None and "4711" in str(record.exc_info[1])


def test_errors_of_discords_own_commands() -> None:
    @app_commands.command(name="x", description="x")
    async def command(interaction: object) -> None:
        """Do nothing."""

    inner = ArticleNotFound("errors.article_not_found", wanted="x")
    assert told(app_commands.CommandInvokeError(command, inner)) == told(inner)
    assert "Restart Discord" in told(app_commands.CommandNotFound("old", []))
    assert told(app_commands.NoPrivateMessage(), "zh") == "这个命令只能在服务器里使用。"
