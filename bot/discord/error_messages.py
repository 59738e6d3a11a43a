"""Error messages: one sentence per failure, in the reader's language."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable

from discord import app_commands

from bot.discord.render.markdown import shorten
from config.errors import DocentError
from config.phrases import localize
from index.errors import StoreUnusable
from retrieval.errors import ArticleNotFound, NoIndex

_log = logging.getLogger(__name__)
# What somebody typed may be thousands of characters, and must not make the sentence unsendable.
_LONGEST_VALUE = 500
# What is wrong with the database names its address.
_DATABASE = (
    "errors.database_away",
    "errors.database_busy",
    "errors.database_refuses",
    "errors.database_failed",
)


def sentence(error: BaseException, language: str, missing_index: Callable[[str], str]) -> str:
    """Return the sentence for an error. `missing_index` gives the one for NoIndex, by language.

    An unexpected error is logged under a reference; the sentence contains only that.
    """
    if isinstance(error, app_commands.CommandInvokeError):
        error = error.original
    if isinstance(error, NoIndex):
        return missing_index(language)
    if isinstance(error, StoreUnusable) and error.key in _DATABASE:
        # Where the database is, and what it said, is not for everyone.
        _log.error("%s", error)
        return localize("access.away", language)
    if isinstance(error, DocentError):
        return known_sentence(error, language)
    if isinstance(error, app_commands.NoPrivateMessage):
        return localize("discord.server_only", language)
    if isinstance(error, app_commands.CommandNotFound | app_commands.CommandSignatureMismatch):
        return localize("discord.commands_changed", language)
    reference = secrets.token_hex(4)
    _log.error("unexpected error, told as %s", reference, exc_info=error)
    return localize("discord.unexpected", language, reference=reference)


def known_sentence(error: DocentError, language: str) -> str:
    """Return the sentence of a DocentError, its values escaped."""
    # The terminal's sentence names the terminal's command.
    key = "discord.article_not_found" if isinstance(error, ArticleNotFound) else error.key
    return localize(key, language, **{n: _value(v, language) for n, v in error.values.items()})


def _value(value: object, language: str) -> object:
    if isinstance(value, DocentError):
        return shorten(value.localize(language), _LONGEST_VALUE)
    return value if isinstance(value, int | float) else shorten(str(value), _LONGEST_VALUE)
