"""Take from a text what nobody sees: control, zero-width and direction characters, odd newlines."""

from __future__ import annotations

import re

# Zero-width and direction characters hide words from a search and turn a line around for the
# eye; tag characters carry text that only a machine reads.
_INVISIBLE = (
    *range(0x00, 0x09),
    *range(0x0E, 0x20),
    *range(0x7F, 0x85),
    *range(0x86, 0xA0),
    0x034F,
    0x061C,
    0x115F,
    0x1160,
    0x17B4,
    0x17B5,
    0x180E,
    0x200B,
    0x200E,
    0x200F,
    *range(0x202A, 0x202F),
    *range(0x2060, 0x2070),
    0x3164,
    0xFEFF,
    0xFFA0,
    *range(0xFFF9, 0xFFFC),
    *range(0xE0000, 0xE0080),
)
_TABLE: dict[int, str | None] = {
    **dict.fromkeys(_INVISIBLE),
    **dict.fromkeys(range(0xD800, 0xE000), "\ufffd"),
    **dict.fromkeys((0x0B, 0x0C, 0x0D, 0x85, 0x2028, 0x2029), "\n"),
}
# Looking each character up in a set takes a sixth of what a class of a pattern does.
_NEEDS_CLEANING = frozenset(map(chr, (*_TABLE, 0x00AD, 0x200C, 0x200D)))
# Joiners are letters' shapes in Arabic and Indic scripts, and hold an emoji of parts together.
_LOOSE_JOINER = re.compile(
    "(?<![\u0600-\u0dff\u2190-\u2bff\ufe0f\U0001f000-\U0001faff])[\u200c\u200d]"
)
_SOFT_HYPHEN = re.compile("\u00ad(?!\\s*\n)")


def clean_text(text: str) -> str:
    """Return the text as a person sees it, with `\\n` as its only line break.

    A soft hyphen stays at a line end, where the line repair needs it.
    """
    if _NEEDS_CLEANING.isdisjoint(text):
        return text
    text = text.replace("\r\n", "\n").translate(_TABLE)
    return _LOOSE_JOINER.sub("", _SOFT_HYPHEN.sub("", text))
