"""The base of every error shown to a person: a key of the phrase file and its values."""

from __future__ import annotations

from config.phrases import LocalizedText, localize


class DocentError(Exception):
    """An error with a message for a person: the sentence `key` of the phrase file.

    `str(error)` is the English sentence; `error.localize("zh")` the Chinese one.
    """

    def __init__(self, key: str, **values: object) -> None:
        """Keep the key of the sentence and its values."""
        self.key = key
        self.values = values
        super().__init__(localize(key, "en", **values))

    @property
    def told(self) -> LocalizedText:
        """Return the English sentence with its key, so that it can be localized later."""
        return LocalizedText.of(self.key, **self.values)

    def localize(self, language: str) -> str:
        """Return the sentence in `language` (`zh`, else English)."""
        return localize(self.key, language, **self.values)
