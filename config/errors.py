"""The root of every error that is told to a person: a key of the phrase file, and its values."""

from __future__ import annotations

from config.phrases import LocalizedText, localize


class DocentError(Exception):
    """Something a person must hear about; the sentence stands in the phrase file under `key`.

    `str(error)` is the English sentence; `error.localize("zh")` the Chinese one.
    """

    def __init__(self, key: str, **values: object) -> None:
        """Remember which sentence is said, and the values it names."""
        self.key = key
        self.values = values
        super().__init__(localize(key, "en", **values))

    @property
    def told(self) -> LocalizedText:
        """Return the English sentence with its key, to be said in other languages later."""
        return LocalizedText.of(self.key, **self.values)

    def localize(self, language: str) -> str:
        """Return the sentence in `language` (`zh`, else English)."""
        return localize(self.key, language, **self.values)
