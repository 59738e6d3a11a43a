"""Localized sentences from `phrases.toml`, in English and Chinese."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from functools import cache
from pathlib import Path

from config.printable import printable, printable_lines

_FILE = Path(__file__).with_name("phrases.toml")
# Values with these names are paths of files.
_PATHS = frozenset({"source", "path", "folder", "file"})
_TRADITIONAL = frozenset({"zh-tw", "zh-hk", "zh-mo", "zh-hant"})


@cache
def _sentences() -> dict[str, dict[str, str]]:
    """Return every sentence by its dotted key, as {language: template}."""
    found: dict[str, dict[str, str]] = {}
    for section, entries in tomllib.loads(_FILE.read_text(encoding="utf-8")).items():
        for name, languages in entries.items():
            found[f"{section}.{name}"] = languages
    return found


@cache
def _to_traditional() -> Callable[[str], str]:
    from opencc import OpenCC  # 20 ms that other languages need not pay

    convert: Callable[[str], str] = OpenCC("s2twp").convert
    return convert


@cache
def _traditional(template: str) -> str:
    """Return a Chinese sentence in traditional characters, in the words used in Taiwan."""
    return _to_traditional()(template)


def localize(key: str, language: str = "en", /, **values: object) -> str:
    """Return the sentence `key` in `language`: Chinese for `zh...` (traditional for `zh-TW`),
    English for all others.

    `values` fill the `{names}` of the template. Raises KeyError for an unknown key or name.
    """
    languages = _sentences()[key]
    template = languages["zh" if language.startswith("zh") else "en"]
    if language.lower() in _TRADITIONAL:
        template = _traditional(template)
    return template.format(**{name: _shown(name, value) for name, value in values.items()})


def _shown(name: str, value: object) -> object:
    """Return a value as it may be printed: a path has no line break, and no text a control."""
    if name in _PATHS or isinstance(value, Path):
        return printable(value)
    return printable_lines(value) if isinstance(value, str) else value


class LocalizedText(str):
    """An English sentence that goes with its key and values, to be said in other languages."""

    __slots__ = ("key", "values")
    key: str
    values: dict[str, object]

    @classmethod
    def of(cls, key: str, /, **values: object) -> LocalizedText:
        """Return the sentence `key`."""
        told = cls(localize(key, "en", **values))
        told.key, told.values = key, values
        return told

    @classmethod
    def from_kept(cls, kept: str) -> str:
        """Return a sentence as it was kept; one without a key, or of no key any more, as text."""
        try:
            key, values = json.loads(kept)
            return cls.of(key, **values)
        except (ValueError, TypeError, KeyError):
            return kept

    @property
    def kept(self) -> str:
        """Return the key and the values as text."""
        return json.dumps([self.key, self.values], default=str)


def kept(sentence: str) -> str:
    """Return a sentence as it can be kept, with its key if it has one."""
    return sentence.kept if isinstance(sentence, LocalizedText) else sentence


def said(sentence: str, language: str) -> str:
    """Return a sentence in `language` if it goes with its key, else as it is."""
    if not isinstance(sentence, LocalizedText):
        return sentence
    return localize(sentence.key, language, **sentence.values)
