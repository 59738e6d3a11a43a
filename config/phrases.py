"""Say things to people: the sentences stand in `phrases.toml`, in English and Chinese."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("phrases.toml")
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
    from opencc import OpenCC  # noqa: PLC0415 - 20 ms that other languages need not pay

    convert: Callable[[str], str] = OpenCC("s2twp").convert
    return convert


@cache
def _traditional(template: str) -> str:
    """Return a Chinese sentence in traditional characters, in the words used in Taiwan."""
    return _to_traditional()(template)


def say(key: str, language: str = "en", /, **values: object) -> str:
    """Return the sentence `key` in `language`: Chinese for `zh...` (traditional for `zh-TW`),
    English for all others.

    `values` fill the `{names}` of the template. Raises KeyError for an unknown key or name.
    """
    languages = _sentences()[key]
    template = languages["zh" if language.startswith("zh") else "en"]
    if language.lower() in _TRADITIONAL:
        template = _traditional(template)
    return template.format(**values)
