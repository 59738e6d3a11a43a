"""The language of a reply, and command descriptions in the languages of Discord's clients."""

from __future__ import annotations

import discord
from discord import app_commands

from config.phrases import localize

_LANGUAGES = {discord.Locale.chinese: "zh", discord.Locale.taiwan_chinese: "zh-TW"}


def language_of_locale(locale: discord.Locale) -> str:
    """Return the language in which a person with this client is answered."""
    return _LANGUAGES.get(locale, "en")


def language_of_server(guild: discord.Guild | None) -> str:
    """Return the language of what is said to a server; English for one that is not known."""
    return language_of_locale(guild.preferred_locale) if guild is not None else "en"


def phrase(key: str) -> app_commands.locale_str:
    """Return a sentence of the phrase file for a command's description; English is the default."""
    return app_commands.locale_str(localize(key, "en"), key=key)


class PhraseTranslator(app_commands.Translator):
    """Gives Discord the Chinese descriptions; names of slash commands stay English."""

    async def translate(
        self,
        string: app_commands.locale_str,
        locale: discord.Locale,
        context: app_commands.TranslationContextTypes,
    ) -> str | None:
        """Return the sentence in this locale, or None where English is shown."""
        key, language = string.extras.get("key"), _LANGUAGES.get(locale)
        return localize(key, language) if key and language else None
