"""The root of every error that is told to a person: a key of the phrase file, and its values."""

from __future__ import annotations

from config.phrases import Told, say


class DocentError(Exception):
    """Something a person must hear about; the sentence stands in the phrase file under `key`.

    `str(error)` is the English sentence; `error.say("zh")` the Chinese one.
    """

    def __init__(self, key: str, **values: object) -> None:
        """Remember which sentence is said, and the values it names."""
        self.key = key
        self.values = values
        super().__init__(say(key, "en", **values))

    @property
    def told(self) -> Told:
        """Return the English sentence with its key, to be said in other languages later."""
        return Told.of(self.key, **self.values)

    def say(self, language: str) -> str:
        """Return the sentence in `language` (`zh`, else English)."""
        return say(self.key, language, **self.values)
